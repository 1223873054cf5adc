#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "matrix/matrix.h"
#include "operation.h"
#include "prepared_rows.h"
#include "runtime/aligned.h"

namespace handful::binding {

/// An operation that makes rows: compute(context, out) writes rows x columns floats without gaps. Throws
/// std::bad_alloc.
template <typename Compute>
std::unique_ptr<Operation> makeRowsOperation(std::size_t rows, std::size_t columns, double work,
                                             Compute compute) {
  AlignedVector<float> out(rows * paddedColumns(columns));
  return makeOperation(
      work,
      [rows, columns, compute = std::move(compute), out = std::move(out)](Context& context) mutable {
        compute(context, out.data());
        return std::make_shared<const Matrix>(std::move(out), rows, columns);
      },
      [](Napi::Env env, std::shared_ptr<const Matrix>& made) {
        return PreparedRows::wrap(env, std::move(made));
      });
}

}  // namespace handful::binding
