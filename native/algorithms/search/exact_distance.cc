#include "search/exact_distance.h"

#include <cstdint>

namespace handful {
namespace {

template <typename A, typename B>
double plainLoop(const A* a, double aScale, const B* b, double bScale, std::size_t columns) {
  double sum = 0;
  if (aScale == bScale) {
    for (std::size_t column = 0; column < columns; column++) {
      const double difference = static_cast<double>(a[column]) - static_cast<double>(b[column]);
      sum += difference * difference;
    }
    return aScale * aScale * sum;
  }
  for (std::size_t column = 0; column < columns; column++) {
    const double difference = a[column] * aScale - b[column] * bScale;
    sum += difference * difference;
  }
  return sum;
}

/// Integers: any order of summation gives the loop's result, so the compiler may use its vectors.
double wholeLoop(const std::uint8_t* a, const std::uint8_t* b, double scale, std::size_t columns) {
  std::uint64_t sum = 0;
  for (std::size_t begin = 0; begin < columns; begin += 32768) {
    const std::size_t end = columns - begin < 32768 ? columns : begin + 32768;
    std::int32_t part = 0;
    for (std::size_t column = begin; column < end; column++) {
      const std::int32_t difference = static_cast<std::int32_t>(a[column]) - b[column];
      part += difference * difference;
    }
    sum += static_cast<std::uint32_t>(part);
  }
  return scale * scale * static_cast<double>(sum);
}

}  // namespace

double exactSquaredDistance(const Matrix& a, std::size_t aRow, const Matrix& b, std::size_t bRow) {
  const std::size_t columns = a.columns();
  if (a.isBytes() && b.isBytes()) {
    if (a.scale() == b.scale()) return wholeLoop(a.byteRow(aRow), b.byteRow(bRow), a.scale(), columns);
    return plainLoop(a.byteRow(aRow), a.scale(), b.byteRow(bRow), b.scale(), columns);
  }
  if (a.isBytes()) return plainLoop(a.byteRow(aRow), a.scale(), b.floatRow(bRow), b.scale(), columns);
  if (b.isBytes()) return plainLoop(a.floatRow(aRow), a.scale(), b.byteRow(bRow), b.scale(), columns);
  return plainLoop(a.floatRow(aRow), a.scale(), b.floatRow(bRow), b.scale(), columns);
}

double exactSquaredDistance(const Matrix& a, std::size_t aRow, const float* b) {
  return a.isBytes() ? plainLoop(a.byteRow(aRow), a.scale(), b, 1.0, a.columns())
                     : plainLoop(a.floatRow(aRow), a.scale(), b, 1.0, a.columns());
}

}  // namespace handful
