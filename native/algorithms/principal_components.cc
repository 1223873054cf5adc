#include "principal_components.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "column_statistics.h"
#include "gram.h"
#include "leading_eigenpairs.h"
#include "matrix_product.h"
#include "orthonormal_basis.h"
#include "scaled_rows.h"

namespace handful {
namespace {

/// Multiplications up to which products are computed in doubles.
constexpr double kDoubleWork = 0x1p32;
/// Columns of rows in doubles that are held at once.
constexpr std::size_t kChunk = 1024;

/// A power of two near the largest deviation: in this unit no sum of squares over- or underflows a float.
double unitOf(const std::vector<double>& variance) {
  const double largest = *std::max_element(variance.begin(), variance.end());
  return largest > 0 && std::isfinite(largest) ? std::ldexp(1.0, std::ilogb(std::sqrt(largest))) : 1;
}

/// Each eigenvector u of ZZ' gives the component Z'u / |Z'u|. Where rows don't vary any more, that is nothing
/// but rounding, and any direction at right angles to the others serves.
AlignedVector<double> componentsOfRows(Context& context, const ScaledRows& z, const Eigenpairs& pairs) {
  const std::size_t count = pairs.values.size(), rows = z.rows(), columns = z.columns();
  AlignedVector<double> components(count * columns), chunk(rows * std::min(kChunk, columns));
  for (std::size_t begin = 0; begin < columns; begin += kChunk) {
    const std::size_t width = std::min(kChunk, columns - begin);
    context.pool.parallelFor(
        rows, [&](std::size_t row, unsigned) { z.copy(row, begin, width, chunk.data() + row * width); });
    multiplyMatrices(context, {pairs.vectors.data(), rows, 1}, {chunk.data(), width, 1}, count, rows, width,
                     Into::kReplace, components.data() + begin, columns);
  }
  constexpr std::size_t kBlock = 32;
  OrthonormalBasis basis(context, columns);
  const double negligible = 1e-7 * std::sqrt(std::max(0.0, pairs.values[0]));
  for (std::size_t first = 0; first < count; first += kBlock) {
    basis.append(components.data() + first * columns, std::min(kBlock, count - first), negligible);
  }
  return {basis.row(0), basis.row(0) + count * columns};
}

/// Makes the largest element positive, the first of those that are as large: so that a component, known only
/// up to its sign, is the same however it was found.
void fixSign(double* component, std::size_t columns) {
  double largest = 0;
  for (std::size_t i = 0; i < columns; i++) largest = std::max(largest, std::abs(component[i]));
  const double* first = std::find_if(component, component + columns, [&](double element) {
    return std::abs(element) >= (1 - 1e-6) * largest;
  });
  if (*first >= 0) return;
  for (std::size_t i = 0; i < columns; i++) component[i] = -component[i];
}

}  // namespace

PrincipalComponents principalComponents(Context& context, const Matrix& x,
                                        const PrincipalComponentsOptions& options) {
  const std::size_t rows = x.rows(), columns = x.columns();
  ColumnStatistics statistics = columnStatistics(context, x);
  // Eigenvalues are in this unit, squared.
  const double unit = options.standardize ? 1 : unitOf(statistics.variance);
  if (!options.standardize) statistics.scale.assign(columns, unit);
  const ScaledRows z(x, statistics.mean, statistics.scale);
  if (!options.standardize) statistics.scale.clear();
  const double freedom = static_cast<double>(rows - 1) / (unit * unit);

  const bool fewRows = rows < columns;
  const std::size_t order = std::min(rows, columns);
  const double work = static_cast<double>(order) * order * std::max(rows, columns);
  const bool doubles = work <= kDoubleWork || !z.fitsFloats();
  AlignedVector<double> products = gram(context, z, fewRows ? GramOf::kRows : GramOf::kColumns,
                                        doubles ? GramPrecision::kDouble : GramPrecision::kFloat);
  double trace = 0;
  for (std::size_t i = 0; i < order; i++) trace += products[i * order + i];
  Eigenpairs pairs =
      leadingEigenpairs(context, products, order, {options.nComponents, options.varianceShare * trace});
  const AlignedVector<double> components =
      fewRows ? componentsOfRows(context, z, pairs) : std::move(pairs.vectors);

  PrincipalComponents result{std::move(statistics.mean),
                             std::move(statistics.scale),
                             {components.begin(), components.end()},
                             {},
                             trace / freedom};
  for (std::size_t j = 0; j < pairs.values.size(); j++) {
    fixSign(result.components.data() + j * columns, columns);
    // A variance is never negative; an eigenvalue of rounded sums can be, by a trifle.
    result.explainedVariance.push_back(std::max(0.0, pairs.values[j]) / freedom);
  }
  return result;
}

}  // namespace handful
