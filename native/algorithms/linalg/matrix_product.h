#pragma once

#include <cstddef>

#include "runtime/context.h"

namespace handful {

/// A matrix of doubles that lies somewhere: element (i, j) is data[i * rowStride + j * columnStride].
struct Operand {
  const double* data;
  std::size_t rowStride, columnStride;

  Operand transposed() const { return {data, columnStride, rowStride}; }
};

enum class Into { kReplace, kSubtractFrom };

/// out = left * right, or out -= left * right: rows x depth times depth x columns, out row-major with
/// outStride elements from one row to the next. On all threads; each sum runs over the depth in order.
/// Fastest where left's columns are contiguous.
void multiplyMatrices(Context& context, const Operand& left, const Operand& right, std::size_t rows,
                      std::size_t depth, std::size_t columns, Into into, double* out, std::size_t outStride);

}  // namespace handful
