#include "features/principal_components.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "linalg/cholesky.h"
#include "linalg/float64.h"
#include "linalg/gram.h"
#include "linalg/leading_eigenpairs.h"
#include "linalg/matrix_product.h"
#include "linalg/orthogonal_rows.h"
#include "linalg/orthonormal_basis.h"
#include "matrix/column_statistics.h"
#include "matrix/scaled_rows.h"

namespace handful {
namespace {

/// Multiplications up to which products are computed in doubles.
constexpr double kDoubleWork = 0x1p32;
/// Columns of rows in doubles that are held at once.
constexpr std::size_t kChunk = 1024;
/// Eigenvalues below this share of the largest have lost half of their digits to the rounding of the latter.
constexpr double kSmall = 0x1p-30;
/// Rows squared times columns up to which they are turned one by one to keep those digits.
constexpr double kTurnedWork = 0x1p31;
/// A variance below this share of what it is a sum of is rounding.
constexpr double kNegligible = 1e-12;

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

/// Eigenpairs of Z'Z, for columns of scales far apart: see orthogonalizeRows. variance: that of each column
/// of Z, 0 for constant ones.
Eigenpairs componentsOfScales(Context& context, const ScaledRows& z, const std::vector<double>& variance,
                              const WantedEigenpairs& wanted) {
  const std::size_t columns = z.columns(), order = std::min(z.rows(), columns);
  AlignedVector<double> rows;
  if (z.rows() < columns) {
    rows.resize(order * columns);
    for (std::size_t row = 0; row < order; row++) z.copy(row, 0, columns, rows.data() + row * columns);
  } else {
    rows = gram(context, z, GramOf::kColumns, GramPrecision::kDouble);
  }
  for (std::size_t row = 0; row < order; row++) {
    for (std::size_t column = 0; column < columns; column++) {
      if (variance[column] == 0) rows[row * columns + column] = 0;
    }
  }
  if (z.rows() >= columns) factorSemidefinite(context, rows, order);
  orthogonalizeRows(context, rows, order, columns);

  std::vector<double> values(order);
  for (std::size_t i = 0; i < order; i++) {
    double* row = rows.data() + i * columns;
    values[i] = dotProduct(row, row, columns);
    if (values[i] == 0) continue;
    const double reciprocal = 1 / std::sqrt(values[i]);
    double parts = 0;
    for (std::size_t column = 0; column < columns; column++) {
      row[column] *= reciprocal;
      parts += row[column] * row[column] * variance[column];
    }
    if (values[i] > kNegligible * static_cast<double>(z.rows()) * parts) continue;
    values[i] = 0;
    std::fill(row, row + columns, 0.0);
  }
  std::vector<std::size_t> places(order);
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::stable_sort(places.begin(), places.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  Eigenpairs pairs{std::vector<double>(order), {}};
  for (std::size_t i = 0; i < order; i++) pairs.values[i] = values[places[i]];
  pairs.values.resize(wanted.among(pairs.values));
  OrthonormalBasis basis(context, columns);
  for (std::size_t i = 0; i < pairs.values.size(); i++) basis.append(&rows[places[i] * columns], 1, 0.5);
  pairs.vectors.assign(basis.row(0), basis.row(0) + pairs.values.size() * columns);
  return pairs;
}

/// Whether columns are of scales so far apart that the smallest variances are lost in the largest.
bool isOfScales(const std::vector<double>& variance) {
  double largest = 0, smallest = std::numeric_limits<double>::infinity();
  for (const double value : variance) {
    largest = std::max(largest, value);
    if (value > 0) smallest = std::min(smallest, value);
  }
  return smallest < kSmall * largest;
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
  std::vector<double> variance(columns);
  for (std::size_t column = 0; column < columns; column++) {
    if (statistics.varies(column)) variance[column] = statistics.variance[column] / unit / unit;
  }
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
  const WantedEigenpairs wanted{options.nComponents, options.varianceShare * trace};
  Eigenpairs pairs = leadingEigenpairs(context, products, order, wanted);
  const bool losesDigits = !options.standardize && pairs.values.back() < kSmall * pairs.values[0];
  const double turnedWork = static_cast<double>(order) * order * columns;
  if (losesDigits && turnedWork <= kTurnedWork && isOfScales(variance)) {
    pairs = componentsOfScales(context, z, variance, wanted);
  } else {
    if (fewRows) pairs.vectors = componentsOfRows(context, z, pairs);
    const double negligible = kNegligible * pairs.values[0];
    for (double& value : pairs.values) value = value > negligible ? value : 0;
  }

  PrincipalComponents result{std::move(statistics.mean),
                             std::move(statistics.scale),
                             {pairs.vectors.begin(), pairs.vectors.end()},
                             {},
                             trace / freedom};
  for (std::size_t j = 0; j < pairs.values.size(); j++) {
    fixSign(result.components.data() + j * columns, columns);
    result.explainedVariance.push_back(pairs.values[j] / freedom);
  }
  return result;
}

}  // namespace handful
