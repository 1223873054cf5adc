#include "linalg/symmetric_eigen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "linalg/float64.h"

namespace handful {
namespace {

/// Rows, vectors and coordinates that one task takes.
constexpr std::size_t kTaskRows = 32, kTaskVectors = 8, kTaskCoordinates = 32;

/// A plane rotation of the vectors i and i + 1.
struct Rotation {
  std::size_t i;
  double cosine, sine;
};

/// A = Q T Q' with T tridiagonal. Q is a product of reflections I - factor v v'; v of reflection k lies
/// behind the diagonal of row k.
class Tridiagonal {
 public:
  Tridiagonal(Context& context, AlignedVector<double>& matrix, std::size_t order)
      : context_(context), matrix_(matrix), order_(order), factors_(order), diagonal(order), beside(order) {
    reduce();
  }

  /// Turns eigenvectors of T into those of A.
  void transform(AlignedVector<double>& vectors, std::size_t count) const {
    context_.pool.parallelFor((count + kTaskVectors - 1) / kTaskVectors, [&](std::size_t task, unsigned) {
      context_.job.throwIfCancelled();
      const std::size_t end = std::min(count, (task + 1) * kTaskVectors);
      for (std::size_t k = order_; k-- > 0;) {
        if (factors_[k] == 0) continue;
        const double* v = row(k) + k + 1;
        for (std::size_t j = task * kTaskVectors; j < end; j++) {
          double* vector = vectors.data() + j * order_ + k + 1;
          addScaled(-factors_[k] * dotProduct(v, vector, order_ - k - 1), v, vector, order_ - k - 1);
        }
      }
    });
  }

 private:
  double* row(std::size_t i) { return matrix_.data() + i * order_; }
  const double* row(std::size_t i) const { return matrix_.data() + i * order_; }

  // Each reflection changes the rest of the matrix by -v w' - w v'. That change is made on the way, in the
  // same pass over the rows in which the next reflection's vector is multiplied by them.
  void reduce() {
    std::vector<double> v(order_), w(order_), product(order_);
    for (std::size_t k = 0; k < order_; k++) {
      if (k % kTaskRows == 0) {
        context_.job.report("eigenvectors", static_cast<double>(k), static_cast<double>(order_));
      }
      double* top = row(k);
      subtractOuter(top, k, k, v, w);
      diagonal[k] = top[k];
      if (k + 1 == order_) break;
      reflect(k);
      const std::size_t rest = order_ - k - 1;
      const double* next = top + k + 1;
      context_.pool.parallelFor((rest + kTaskRows - 1) / kTaskRows, [&](std::size_t task, unsigned) {
        const std::size_t begin = k + 1 + task * kTaskRows, end = std::min(order_, begin + kTaskRows);
        for (std::size_t i = begin; i < end; i++) {
          subtractOuter(row(i), i, k + 1, v, w);
          product[i] = dotProduct(row(i) + k + 1, next, rest);
        }
      });
      const double factor = factors_[k];
      std::copy_n(next, rest, v.data() + k + 1);
      const double half = factor / 2 * dotProduct(product.data() + k + 1, next, rest);
      for (std::size_t i = k + 1; i < order_; i++) w[i] = factor * (product[i] - half * v[i]);
    }
  }

  /// row i, from column `from` on, loses v[i] w' + w[i] v'.
  void subtractOuter(double* values, std::size_t i, std::size_t from, const std::vector<double>& v,
                     const std::vector<double>& w) const {
    const double ofV = v[i], ofW = w[i];
    for (std::size_t j = from; j < order_; j++) values[j] -= ofV * w[j] + ofW * v[j];
  }

  /// Puts the reflection that leaves of row k, behind the diagonal, only the first element, in its place.
  void reflect(std::size_t k) {
    double* x = row(k) + k + 1;
    const std::size_t rest = order_ - k - 1;
    const double tail = dotProduct(x + 1, x + 1, rest - 1);
    if (tail == 0) {
      beside[k] = x[0];
      return;
    }
    const double length = std::sqrt(x[0] * x[0] + tail);
    beside[k] = x[0] > 0 ? -length : length;
    x[0] -= beside[k];
    factors_[k] = 2 / (x[0] * x[0] + tail);
  }

  Context& context_;
  AlignedVector<double>& matrix_;
  const std::size_t order_;
  /// 0 where there is nothing to reflect.
  std::vector<double> factors_;

 public:
  /// T's diagonal, and what stands beside it: beside[k] between k and k + 1; the last one is 0.
  std::vector<double> diagonal, beside;
};

/// The root of a^2 + b^2, whose squares may leave the range. (std::hypot binds to a recent C library.)
double lengthOf(double a, double b) {
  const double larger = std::max(std::abs(a), std::abs(b)), smaller = std::min(std::abs(a), std::abs(b));
  if (larger == 0) return 0;
  const double ratio = smaller / larger;
  return larger * std::sqrt(1 + ratio * ratio);
}

/// Applies rotations to the vectors, a strip of coordinates on each thread: a strip of all vectors stays in
/// the second-level cache.
void rotate(Context& context, std::vector<Rotation>& rotations, AlignedVector<double>& vectors,
            std::size_t order) {
  context.pool.parallelFor(
      (order + kTaskCoordinates - 1) / kTaskCoordinates, [&](std::size_t task, unsigned) {
        context.job.throwIfCancelled();
        const std::size_t begin = task * kTaskCoordinates, count = std::min(kTaskCoordinates, order - begin);
        for (const auto& [i, cosine, sine] : rotations) {
          double* a = vectors.data() + i * order + begin;
          double* b = a + order;
          for (std::size_t j = 0; j < count; j++) {
            const double before = a[j], after = b[j];
            a[j] = cosine * before - sine * after;
            b[j] = sine * before + cosine * after;
          }
        }
      });
  rotations.clear();
}

/// The implicit QL method: makes the diagonal the eigenvalues and turns the vectors, at first the unit
/// vectors, into the eigenvectors.
void diagonalize(Context& context, std::vector<double>& diagonal, std::vector<double>& beside,
                 AlignedVector<double>& vectors) {
  const std::size_t order = diagonal.size();
  constexpr std::size_t kRotationsAtOnce = std::size_t{1} << 16;
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  // About two are needed; only what is not a number never converges.
  constexpr int kMaxIterations = 100;
  std::vector<Rotation> rotations;
  const auto negligible = [&](std::size_t k) {
    const double size = std::abs(diagonal[k]) + std::abs(diagonal[k + 1]);
    return std::abs(beside[k]) <= kEpsilon * size + std::numeric_limits<double>::min();
  };
  for (std::size_t low = 0; low < order; low++) {
    for (int iteration = 0; iteration < kMaxIterations; iteration++) {
      std::size_t high = low;
      while (high + 1 < order && !negligible(high)) high++;
      if (high == low) break;
      // Wilkinson's shift, from the first two rows of the block.
      const double half = (diagonal[low + 1] - diagonal[low]) / (2 * beside[low]);
      const double root = lengthOf(half, 1.0);
      double g = diagonal[high] - diagonal[low] + beside[low] / (half + std::copysign(root, half));
      double sine = 1, cosine = 1, shift = 0;
      std::size_t i = high;
      while (i-- > low) {
        const double f = sine * beside[i], b = cosine * beside[i];
        const double length = lengthOf(f, g);
        beside[i + 1] = length;
        if (length == 0) {
          diagonal[i + 1] -= shift;
          beside[high] = 0;
          break;
        }
        sine = f / length;
        cosine = g / length;
        g = diagonal[i + 1] - shift;
        const double r = (diagonal[i] - g) * sine + 2 * cosine * b;
        shift = sine * r;
        diagonal[i + 1] = g + shift;
        g = cosine * r - b;
        rotations.push_back({i, cosine, sine});
      }
      if (i + 1 == low) {
        diagonal[low] -= shift;
        beside[low] = g;
        beside[high] = 0;
      }
      if (rotations.size() >= kRotationsAtOnce) rotate(context, rotations, vectors, order);
    }
  }
  rotate(context, rotations, vectors, order);
}

}  // namespace

Eigenpairs symmetricEigen(Context& context, AlignedVector<double>& matrix, std::size_t order,
                          std::size_t count) {
  // Brought near 1, so that no square over- or underflows.
  double largest = 0;
  for (const double value : matrix) largest = std::max(largest, std::abs(value));
  const double unit = largest > 0 ? std::ldexp(1.0, std::ilogb(largest)) : 1;
  for (double& value : matrix) value /= unit;

  Tridiagonal tridiagonal(context, matrix, order);
  AlignedVector<double> all(order * order, 0.0);
  for (std::size_t i = 0; i < order; i++) all[i * order + i] = 1;
  diagonalize(context, tridiagonal.diagonal, tridiagonal.beside, all);

  std::vector<std::size_t> places(order);
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
    return tridiagonal.diagonal[a] > tridiagonal.diagonal[b];
  });
  Eigenpairs pairs{std::vector<double>(count), AlignedVector<double>(count * order)};
  for (std::size_t j = 0; j < count; j++) {
    pairs.values[j] = tridiagonal.diagonal[places[j]] * unit;
    std::copy_n(all.data() + places[j] * order, order, pairs.vectors.data() + j * order);
  }
  tridiagonal.transform(pairs.vectors, count);
  return pairs;
}

}  // namespace handful
