#include "neighbor_graph.h"

#include <algorithm>

namespace handful {

// One row more than asked for, and the row itself left out. Among many duplicates a row may not be one of its
// own nearest, because lower rows come first: then it is the last that is one too many.
Neighbors neighborGraph(Context& context, const Matrix& x, std::size_t k) {
  const Neighbors withSelf = nearest(context, x, x, k + 1);
  Neighbors graph;
  graph.indices.resize(x.rows() * k);
  graph.distances.resize(x.rows() * k);
  for (std::size_t row = 0; row < x.rows(); row++) {
    const std::int32_t* const found = withSelf.indices.data() + row * (k + 1);
    const std::ptrdiff_t self = std::find(found, found + k, static_cast<std::int32_t>(row)) - found;
    const auto leaveOutSelf = [&](const auto& from, auto& to) {
      const auto begin = from.begin() + static_cast<std::ptrdiff_t>(row * (k + 1));
      const auto end = begin + static_cast<std::ptrdiff_t>(k + 1);
      const auto at = to.begin() + static_cast<std::ptrdiff_t>(row * k);
      std::copy(begin + self + 1, end, std::copy(begin, begin + self, at));
    };
    leaveOutSelf(withSelf.indices, graph.indices);
    leaveOutSelf(withSelf.distances, graph.distances);
  }
  return graph;
}

}  // namespace handful
