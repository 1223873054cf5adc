#include "linalg/orthogonal_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "linalg/float64.h"

namespace handful {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
/// Pairs, or rows, that one task takes.
constexpr std::size_t kTaskRows = 8;
/// About eight are needed.
constexpr int kMaxSweeps = 60;

/// Turns two rows in their plane so that they are at right angles; returns whether they were not.
bool turn(double* a, double* b, std::size_t columns) {
  const double aa = dotProduct(a, a, columns), bb = dotProduct(b, b, columns);
  const double ab = dotProduct(a, b, columns);
  const double rounding = kEpsilon * std::max(8.0, std::sqrt(static_cast<double>(columns)));
  if (std::abs(ab) <= rounding * std::sqrt(aa) * std::sqrt(bb)) return false;
  const double half = (bb - aa) / (2 * ab);
  const double tangent = 1 / (half + std::copysign(std::sqrt(1 + half * half), half));
  const double cosine = 1 / std::sqrt(1 + tangent * tangent), sine = tangent * cosine;
  for (std::size_t i = 0; i < columns; i++) {
    const double before = a[i], after = b[i];
    a[i] = cosine * before - sine * after;
    b[i] = sine * before + cosine * after;
  }
  return true;
}

}  // namespace

// A sweep is a tournament: in each round every row meets another, on all threads, and in `players` - 1 rounds
// each has met each. The last place stays where it is, the others move on by one.
void orthogonalizeRows(Context& context, AlignedVector<double>& rows, std::size_t count,
                       std::size_t columns) {
  const std::size_t players = count + count % 2, pairs = players / 2;
  std::vector<char> turned(pairs);
  for (int sweep = 0; sweep < kMaxSweeps; sweep++) {
    std::fill(turned.begin(), turned.end(), 0);
    for (std::size_t round = 0; round + 1 < players; round++) {
      context.job.report("eigenvectors", 0, 0);
      context.pool.parallelFor((pairs + kTaskRows - 1) / kTaskRows, [&](std::size_t task, unsigned) {
        for (std::size_t pair = task * kTaskRows; pair < std::min(pairs, (task + 1) * kTaskRows); pair++) {
          const std::size_t moving = players - 1;
          const std::size_t a = pair == 0 ? moving : (round + pair) % moving;
          const std::size_t b = (round + moving - pair) % moving;
          if (std::max(a, b) >= count) continue;
          if (turn(rows.data() + a * columns, rows.data() + b * columns, columns)) turned[pair] = 1;
        }
      });
    }
    if (std::find(turned.begin(), turned.end(), 1) == turned.end()) return;
  }
}

}  // namespace handful
