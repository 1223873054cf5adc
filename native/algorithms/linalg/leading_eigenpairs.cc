#include "linalg/leading_eigenpairs.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "linalg/float64.h"
#include "linalg/matrix_product.h"
#include "linalg/orthonormal_basis.h"

namespace handful {
namespace {

/// Matrices up to this order are decomposed whole, larger ones only where at most one in `kFew` is wanted.
constexpr std::size_t kSmallOrder = 512, kFew = 6;
/// Vectors multiplied at once: enough to keep the kernels busy, and few, because the more steps the faster it
/// converges.
constexpr std::size_t kMostAtOnce = 32, kFewestAtOnce = 8;
/// For each pair that is wanted, vectors of the space at most, and how many of the best it is then replaced
/// by.
constexpr std::size_t kSpace = 5, kKept = 2;
/// Products with the matrix, in vectors for each of its rows, after which to decompose it whole costs less.
constexpr std::size_t kPatience = 3;
/// Bounds on a residual: relative to its own eigenvalue, and what rounding leaves, relative to the largest.
constexpr double kTolerance = 1e-6, kRounding = 1e-13;

/// A block Krylov method (Golub & Underwood 1977; for the randomness of its start and what that guarantees
/// Musco & Musco 2015): the matrix is multiplied with a block of vectors, of the products what lies outside
/// the space so far is the next block. The eigenpairs of the matrix as that space sees it (Rayleigh and Ritz)
/// converge from the largest on. Both the space and its products are kept, so that residuals are measured,
/// not estimated. A space too large to go on with is replaced by the span of the best approximations
/// (Wu & Simon 2000).
class BlockKrylov {
 public:
  BlockKrylov(Context& context, const AlignedVector<double>& matrix, std::size_t order,
              const WantedEigenpairs& wanted)
      : context_(context), matrix_(matrix), order_(order), wanted_(wanted), basis_(context, order) {}

  /// Nothing where it converges too slowly, or more pairs turn out to be wanted than it is good for.
  std::optional<Eigenpairs> solve() {
    // Where a sum decides how many are wanted, that is found out on the way.
    std::size_t count = std::isinf(wanted_.sum) ? wanted_.count : std::min(wanted_.count, kMostAtOnce);
    std::size_t check = 2 * count;
    basis_.appendRandom(blockSize(count));
    while (multiplied_ <= kPatience * order_) {
      multiplyNew();
      bool full = false;
      if (basis_.size() >= check) {
        ritz(count);
        if (converged()) {
          if (count == wanted_.count || wanted_.among(found_.values) < count) return std::move(found_);
          count = std::min(2 * count, wanted_.count);
          if (count * kFew > order_) return std::nullopt;
        }
        full = basis_.size() >= kSpace * count;
        // Each look at the pairs costs as much as some products.
        check = full ? 2 * kKept * count : std::min(basis_.size() + basis_.size() / 5, kSpace * count);
      }
      expand(blockSize(count));
      if (full) restart(kKept * count);
    }
    return std::nullopt;
  }

 private:
  static std::size_t blockSize(std::size_t count) {
    return std::clamp(count / 4 / kFewestAtOnce * kFewestAtOnce, kFewestAtOnce, kMostAtOnce);
  }
  /// Multiplies the vectors that are new in the basis with the matrix, and adds the products to the image and
  /// to the projection.
  void multiplyNew() {
    context_.job.throwIfCancelled();
    const std::size_t before = image_.size() / order_, size = basis_.size(), added = size - before;
    AlignedVector<double> columns(order_ * added);
    const Operand fresh{basis_.row(before), order_, 1};
    multiplyMatrices(context_, {matrix_.data(), order_, 1}, fresh.transposed(), order_, order_, added,
                     Into::kReplace, columns.data(), added);
    image_.resize(size * order_);
    for (std::size_t i = 0; i < order_; i++) {
      for (std::size_t j = 0; j < added; j++) image_[(before + j) * order_ + i] = columns[i * added + j];
    }
    multiplied_ += added;

    AlignedVector<double> products(size * added);
    const Operand images{image_.data() + before * order_, order_, 1};
    multiplyMatrices(context_, {basis_.row(0), order_, 1}, images.transposed(), size, order_, added,
                     Into::kReplace, products.data(), added);
    AlignedVector<double> projection(size * size);
    for (std::size_t i = 0; i < before; i++) {
      std::copy_n(projection_.data() + i * before, before, projection.data() + i * size);
    }
    for (std::size_t i = 0; i < size; i++) {
      for (std::size_t j = 0; j < added; j++) {
        projection[i * size + before + j] = projection[(before + j) * size + i] = products[i * added + j];
      }
    }
    projection_ = std::move(projection);
  }

  /// The best approximations within the space to the largest pairs, and their images.
  void ritz(std::size_t count) {
    context_.job.report("eigenvectors", 0, 0);
    const std::size_t size = image_.size() / order_;
    AlignedVector<double> projection = projection_;
    Eigenpairs small = symmetricEigen(context_, projection, size, count);
    found_.values = std::move(small.values);
    found_.vectors.resize(count * order_);
    foundImage_.resize(count * order_);
    const Operand combination{small.vectors.data(), size, 1};
    multiplyMatrices(context_, combination, {basis_.row(0), order_, 1}, count, size, order_, Into::kReplace,
                     found_.vectors.data(), order_);
    multiplyMatrices(context_, combination, {image_.data(), order_, 1}, count, size, order_, Into::kReplace,
                     foundImage_.data(), order_);
  }

  bool converged() const {
    for (std::size_t j = 0; j < found_.values.size(); j++) {
      const double value = found_.values[j];
      const double* vector = found_.vectors.data() + j * order_;
      const double* image = foundImage_.data() + j * order_;
      double squares = 0;
      for (std::size_t i = 0; i < order_; i++) {
        const double residual = image[i] - value * vector[i];
        squares += residual * residual;
      }
      const double bound = std::max(kTolerance * value, kRounding * found_.values[0]);
      if (!(squares <= bound * bound)) return false;
    }
    return true;
  }

  /// Adds to the basis what the last of the products have outside of it.
  void expand(std::size_t count) {
    const std::size_t size = basis_.size(), added = std::min({count, size, order_ - size});
    const AlignedVector<double> block(image_.end() - static_cast<std::ptrdiff_t>(added * order_),
                                      image_.end());
    basis_.append(block.data(), added, kRounding * largestSeen());
  }

  /// Keeps of the space the span of the best approximations, and what was added to it last.
  void restart(std::size_t kept) {
    const std::size_t before = image_.size() / order_, added = basis_.size() - before;
    ritz(kept);
    AlignedVector<double> rows = found_.vectors;
    rows.insert(rows.end(), basis_.row(before), basis_.row(before) + added * order_);
    basis_.replace(std::move(rows), kept + added);
    image_ = foundImage_;
    projection_.assign(kept * kept, 0.0);
    for (std::size_t i = 0; i < kept; i++) projection_[i * kept + i] = found_.values[i];
  }

  /// A lower bound on the largest eigenvalue: the largest on the projection's diagonal.
  double largestSeen() const {
    const std::size_t size = image_.size() / order_;
    double largest = 0;
    for (std::size_t i = 0; i < size; i++) largest = std::max(largest, projection_[i * size + i]);
    return largest;
  }

  Context& context_;
  const AlignedVector<double>& matrix_;
  const std::size_t order_;
  const WantedEigenpairs wanted_;
  OrthonormalBasis basis_;
  /// The matrix times each vector of the basis, and the products of these with the basis.
  AlignedVector<double> image_, projection_;
  std::size_t multiplied_ = 0;
  Eigenpairs found_;
  AlignedVector<double> foundImage_;
};

}  // namespace

std::size_t WantedEigenpairs::among(const std::vector<double>& values) const {
  double total = 0;
  for (std::size_t i = 0; i < std::min(count, values.size()); i++) {
    total += values[i];
    if (total > sum) return i + 1;
  }
  return std::min(count, values.size());
}

Eigenpairs leadingEigenpairs(Context& context, AlignedVector<double>& matrix, std::size_t order,
                             const WantedEigenpairs& wanted) {
  std::optional<Eigenpairs> pairs;
  if (order > kSmallOrder && (wanted.count * kFew <= order || !std::isinf(wanted.sum))) {
    pairs = BlockKrylov(context, matrix, order, wanted).solve();
  }
  if (!pairs) pairs = symmetricEigen(context, matrix, order, wanted.count);
  const std::size_t enough = wanted.among(pairs->values);
  pairs->values.resize(enough);
  pairs->vectors.resize(enough * order);
  return std::move(*pairs);
}

}  // namespace handful
