#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels.h"
#include "linalg/panels.h"
#include "matrix/matrix.h"
#include "matrix/row_tile.h"
#include "runtime/aligned.h"

namespace handful {

/// Rows longer than this could overflow a float when squared: they are not to be filtered by floats.
constexpr double kLargestNorm = 1e18;

/// Rows (queries, centres) packed to be multiplied with many rows of a matrix x, again and again.
///
/// Where x is floats, products are sums of floats. Where x is bytes, and it pays, the packed rows are rounded
/// to integer multiples of a step of their own, small enough that no sum of products leaves 32 bits: then
/// products are exact but for that rounding, whose effect is known beforehand, and take half the time. Rows
/// of integers (pixels) are not rounded at all. Rows that are bytes themselves stay bytes where the
/// processor multiplies those, which halves the time again.
class PackedRows {
 public:
  /// What the rows to come are like.
  enum class Values { kAny, kBytes };

  /// Room for count rows in the units that x is stored in; `set` fills it. Values::kBytes promises whole
  /// numbers from 0 to 255.
  PackedRows(const Kernels& kernels, const Matrix& x, std::size_t count, Values values = Values::kAny);

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
  enum class Form { kFloats, kInt16, kBytes };

  static Form formFor(const Kernels& kernels, const Matrix& x, Values values);
  void setFloats(std::size_t index, const double* values);
  void setInt16(std::size_t index, const double* values);
  void setBytes(std::size_t index, const double* values);

  const Kernels& kernels_;
  const Matrix& x_;
  const std::size_t width_;
  const Form form_;
  Panels<float> floats_;
  Panels<std::int16_t> int16s_;
  Panels<std::int8_t> bytes_;
  /// What a product of integers is multiplied by.
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
  /// Turns the sums of row r into floats, `addend` being added to each.
  void toFloats(std::size_t r, std::int32_t addend);

  const PackedRows& packed_;
  RowTile tile_;
  AlignedVector<std::int32_t> sums_;
  AlignedVector<float> products_;
};

}  // namespace handful
