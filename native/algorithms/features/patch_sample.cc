#include "features/patch_sample.h"

#include <cmath>

namespace handful {
namespace {

constexpr std::size_t kDrawsForEach = 10;

/// Takes patches in and keeps those with contrast, normalised. All in float64 and in one order, as the
/// JavaScript backend does: both learn from the same bits.
class Collector {
 public:
  Collector(const Matrix& x, const PatchGeometry& geometry, const PatchSampling& sampling)
      : x_(x), geometry_(geometry), sampling_(sampling), values_(geometry.depth()) {}

  bool full() const { return patches_.size() == sampling_.nPatches * geometry_.depth(); }

  void take(std::size_t image, std::size_t position) {
    const std::size_t across = geometry_.across();
    const std::size_t start = geometry_.start(position / across, position % across);
    double sum = 0;
    for (std::size_t line = 0, i = 0; line < geometry_.patchSize; line++) {
      const std::size_t begin = start + line * geometry_.rowLength();
      for (std::size_t column = begin; column < begin + geometry_.segmentLength(); column++, i++) {
        values_[i] = x_.stored(image, column);
        sum += values_[i];
      }
    }
    const double depth = static_cast<double>(geometry_.depth()), mean = sum / depth;
    double squares = 0;
    for (double& value : values_) {
      value -= mean;
      squares += value * value;
    }
    const double variance = squares / depth * x_.scale() * x_.scale();
    if (!(variance > sampling_.minContrast * sampling_.minContrast)) return;
    const double factor = x_.scale() / std::sqrt(variance + sampling_.contrastEpsilon);
    for (const double value : values_) patches_.push_back(static_cast<float>(value * factor));
  }

  std::vector<float> patches() && { return std::move(patches_); }

 private:
  const Matrix& x_;
  const PatchGeometry& geometry_;
  const PatchSampling& sampling_;
  std::vector<double> values_;
  std::vector<float> patches_;
};

}  // namespace

std::vector<float> samplePatches(Context& context, const Matrix& x, const PatchGeometry& geometry,
                                 const PatchSampling& sampling, RandomState& random) {
  Collector collector(x, geometry, sampling);
  const std::size_t positions = geometry.positions(), all = x.rows() * positions;
  const bool takesAll = all <= sampling.nPatches;
  const std::size_t draws = takesAll ? all : kDrawsForEach * sampling.nPatches;
  for (std::size_t draw = 0; draw < draws && !collector.full(); draw++) {
    if (draw % 4096 == 0) {
      context.job.report("sample", static_cast<double>(draw), static_cast<double>(draws));
    }
    if (takesAll) {
      collector.take(draw / positions, draw % positions);
    } else {
      const std::size_t image = random.nextInteger(x.rows());
      collector.take(image, random.nextInteger(positions));
    }
  }
  return std::move(collector).patches();
}

}  // namespace handful
