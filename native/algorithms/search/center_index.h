#pragma once

#include <cstdint>
#include <vector>

#include "matrix/matrix.h"
#include "runtime/context.h"
#include "search/packed_rows.h"

namespace handful {

/// Centres packed for finding the nearest one of many rows of x.
class CenterIndex {
 public:
  /// centers: any number of rows of x.columns() values, which must outlive the index, as must x.
  CenterIndex(Context& context, const Matrix& x, const std::vector<float>& centers);

  /// Labels count rows with their nearest centre, ties to the lowest: the given rows of x, or its first ones
  /// where rows is null. Exactly what the plain float64 loop gives. `phase` names the work in progress
  /// reports.
  void label(const std::int32_t* rows, std::size_t count, std::int32_t* labels, const char* phase) const;

 private:
  struct Scratch;

  std::int32_t labelOf(Scratch& scratch, std::size_t row, const float* products) const;
  std::int32_t decide(std::size_t row, const std::uint32_t* candidates, std::size_t count) const;

  Context& context_;
  const Matrix& x_;
  const std::vector<float>& centers_;
  const std::size_t nCenters_;
  PackedRows packed_;
  /// Squared length of each centre in the units x is stored in; infinite where a place only fills up a panel.
  std::vector<float> offsets_;
  double largestNorm_ = 0, largestError_ = 0;
};

}  // namespace handful
