#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "aligned.h"
#include "kernels.h"
#include "matrix.h"
#include "row_tile.h"
#include "word_panels.h"

namespace handful {

/// Rows longer than this could overflow a float when squared: they are not to be screened by floats.
constexpr double kLargestNorm = 1e18;

/// Rows (queries, centres) packed to be multiplied with many rows of a matrix x, again and again.
///
/// Where x is floats, products are sums of floats. Where x is bytes, and it pays, the packed rows are rounded
/// to whole multiples of a step of their own, small enough that no sum of products leaves 32 bits: then
/// products are exact but for that rounding, whose effect is known beforehand, and take half the time. Rows
/// of whole numbers (pixels) are not rounded at all.
class PackedRows {
 public:
  /// Room for count rows in the units that x is stored in; `set` fills it.
  PackedRows(const Kernels& kernels, const Matrix& x, std::size_t count);

  /// Places: count rounded up to whole panels. The places at the end hold zeros.
  std::size_t width() const { return width_; }

  /// Packs one row: x.columns() values in the units that x is stored in.
  void set(std::size_t index, const double* values);

  /// Length of a packed row.
  double norm(std::size_t index) const { return norms_[index]; }
  /// Bound on the error of any product with a packed row, as a share of the other row's length.
  double error(std::size_t index) const { return errors_[index]; }

 private:
  friend class PackedProducts;

  void setFloats(std::size_t index, const double* values);
  void setWords(std::size_t index, const double* values);

  const Kernels& kernels_;
  const Matrix& x_;
  const std::size_t width_;
  /// Largest whole number that a packed row may hold; 0 where it is packed as floats.
  const std::int32_t largestWord_;
  AlignedVector<float> floats_;
  WordPanels words_;
  /// What a product of whole numbers is multiplied by.
  AlignedVector<float> steps_;
  std::vector<double> norms_, errors_;
};

/// Multiplies rows of x with packed rows, a tile at a time. One for each worker.
class PackedProducts {
 public:
  /// tileRows: the most rows that one call takes.
  PackedProducts(const PackedRows& packed, std::size_t tileRows);

  /// Products of count rows of x, from row `first` on, with all packed rows: count x packed.width(), valid
  /// until the next call.
  const float* multiply(std::size_t first, std::size_t count);
  /// The same of any rows.
  const float* multiply(const std::int32_t* rows, std::size_t count);

 private:
  template <typename Rows>
  const float* multiplyRows(Rows rows, std::size_t count);

  const PackedRows& packed_;
  RowTile tile_;
  AlignedVector<std::int32_t> sums_;
  AlignedVector<float> products_;
};

}  // namespace handful
