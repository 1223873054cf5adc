#include "features/patch_features.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>

#include "linalg/float64.h"
#include "linalg/panels.h"
#include "linear/packed_linear.h"
#include "runtime/aligned.h"

namespace handful {
namespace {

/// Images of one task.
constexpr std::size_t kTaskImages = 8;
/// The same where their features are projected: as many as the second-level cache has room for.
constexpr std::size_t kProjectedImages = 48;
/// Patches whose distances are in memory at a time: they stay in the first-level cache.
constexpr std::size_t kTilePatches = 24;
/// Values of the patches that are cut out at a time.
constexpr std::size_t kBlockValues = 1 << 13;
/// A distance is taken from |w|^2 - 2 w.c + |c|^2 only where its square is above this share of |w|^2: then
/// the rounding of those terms, each some 2^-22 of it, shows no more than in the fourth digit.
constexpr float kNear = 0x1p-10f;
/// The exponent of an image's largest value: 2^14 squares of differences sum up to less than 2^127.
constexpr int kLargestExponent = 55;

/// A codebook as the kernels want it: the whitening folded into the centres, so that a patch as it is cut out
/// need be multiplied with them only once.
class PackedCodebook {
 public:
  PackedCodebook(const Kernels& kernels, const PatchCodebook& codebook)
      : depth_(codebook.whitening.mean.size()),
        nClusters_(codebook.centers.size() / depth_),
        panelWidth_(kernels.panelWidth),
        shift_(roundedUp(depth_, panelWidth_), 0.0f),
        offsets_(width(), 0.0f),
        shares_(width(), 0.0f),
        whitening_(kernels, depth_, depth_),
        centers_(kernels, nClusters_, depth_) {
    // Whitened is w = M (q - mean): M q and the shift -M mean.
    const double* matrix = codebook.whitening.matrix.data();
    std::vector<double> shift(depth_);
    for (std::size_t i = 0; i < depth_; i++) {
      shift[i] = -dotProduct(matrix + i * depth_, codebook.whitening.mean.data(), depth_);
      shift_[i] = static_cast<float>(shift[i]);
      whitening_.set(i, depth_, [&](std::size_t d) { return matrix[i * depth_ + d]; });
    }
    // |w - c|^2 = |w|^2 - 2 q.(M' c) - 2 shift.c + |c|^2
    std::vector<double> folded(depth_);
    for (std::size_t k = 0; k < nClusters_; k++) {
      const float* center = codebook.centers.data() + k * depth_;
      std::fill(folded.begin(), folded.end(), 0);
      double offset = 0;
      for (std::size_t i = 0; i < depth_; i++) {
        addScaled(-2 * static_cast<double>(center[i]), matrix + i * depth_, folded.data(), depth_);
        offset += center[i] * (center[i] - 2 * shift[i]);
      }
      centers_.set(k, depth_, [&](std::size_t d) { return folded[d]; });
      offsets_[k] = static_cast<float>(offset);
      shares_[k] = static_cast<float>(1 / static_cast<double>(nClusters_));
    }
  }

  std::size_t nClusters() const { return nClusters_; }
  /// nClusters() rounded up to whole panels.
  std::size_t width() const { return roundedUp(nClusters_, panelWidth_); }
  PatchPanels panels() const {
    return {depth_,         whitening_.panel(0, 0), shift_.size() / panelWidth_,
            shift_.data(),  centers_.panel(0, 0),   width() / panelWidth_,
            offsets_.data()};
  }
  /// What each distance weighs in the mean: nothing in the places that only fill up a panel.
  const float* shares() const { return shares_.data(); }

 private:
  const std::size_t depth_, nClusters_, panelWidth_;
  AlignedVector<float> shift_, offsets_, shares_;
  Panels<float> whitening_, centers_;
};

/// The places of an image's patches, cell after cell.
struct GridOfPatches {
  GridOfPatches(const PatchGeometry& geometry, std::size_t gridSize) : counts(gridSize * gridSize) {
    const std::size_t down = geometry.down(), across = geometry.across();
    for (std::size_t cell = 0; cell < counts.size(); cell++) {
      for (std::size_t y = 0; y < down; y++) {
        if (y * gridSize / down != cell / gridSize) continue;
        for (std::size_t x = 0; x < across; x++) {
          if (x * gridSize / across != cell % gridSize) continue;
          starts.push_back(static_cast<std::uint32_t>(geometry.start(y, x)));
          cells.push_back(static_cast<std::uint32_t>(cell));
          counts[cell]++;
        }
      }
    }
  }

  /// For each patch where it begins in the image, and its cell.
  std::vector<std::uint32_t> starts, cells;
  /// For each cell its patches.
  std::vector<std::size_t> counts;
};

/// Computes the features of one image after another.
class Extractor {
 public:
  Extractor(const Kernels& kernels, const Matrix& x, const PatchFeaturesOptions& options,
            const PatchCodebook& codebook, const PackedCodebook& packed, const GridOfPatches& grid)
      : kernels_(kernels),
        x_(x),
        geometry_(options.geometry),
        codebook_(codebook),
        packed_(packed),
        panels_(packed.panels()),
        grid_(grid),
        squareRoot_(options.squareRoot),
        contrastEpsilon_(options.contrastEpsilon),
        stride_(roundedUp(geometry_.depth(), kColumnBlock)),
        blockPatches_(std::max(kTilePatches, kBlockValues / stride_)),
        image_(x.stride() + kColumnBlock, 0.0f),
        mask_(stride_, 0.0f),
        // Zeros, because the mask hides the rest of a row only where that holds numbers.
        patches_(blockPatches_ * stride_ + kColumnBlock, 0.0f),
        kept_(blockPatches_),
        distances_(kTilePatches * packed.width()),
        whitened_(geometry_.depth()),
        sums_(grid.counts.size() * packed.width()),
        flatActivation_(packed.width(), 0.0f) {
    std::fill_n(mask_.begin(), geometry_.depth(), 1.0f);
    // A patch without contrast is all zeros once normalised.
    measure(patches_.data(), 1);
    kernels_.addActivations(distances_.data(), packed_.width(), 1, means_, packed_.width(),
                            flatActivation_.data());
  }

  /// To out: the features of image number `row`.
  void extract(std::size_t row, float* out) {
    const double unit = load(row) * x_.scale();
    const float addend = static_cast<float>(contrastEpsilon_ / (unit * unit));
    std::fill(sums_.begin(), sums_.end(), 0.0f);
    std::vector<std::size_t>& flat = flat_;
    flat = grid_.counts;
    for (std::size_t begin = 0; begin < grid_.starts.size(); begin += blockPatches_) {
      const std::size_t count = std::min(blockPatches_, grid_.starts.size() - begin);
      const std::size_t kept = kernels_.normalizePatches(
          image_.data(), geometry_.rowLength(), grid_.starts.data() + begin, count, geometry_.patchSize,
          geometry_.segmentLength(), mask_.data(), addend, patches_.data(), stride_, kept_.data());
      const std::uint32_t* cells = grid_.cells.data() + begin;
      for (std::size_t i = 0; i < kept; i++) flat[cells[kept_[i]]]--;
      for (std::size_t tile = 0; tile < kept; tile += kTilePatches) {
        addTile(tile, std::min(kTilePatches, kept - tile), cells);
      }
    }
    for (std::size_t cell = 0; cell < flat.size(); cell++) {
      float* sums = cellSums(cell);
      kernels_.addScaled(static_cast<float>(flat[cell]), flatActivation_.data(), sums, packed_.width());
      float* const to = out + cell * packed_.nClusters();
      for (std::size_t k = 0; k < packed_.nClusters(); k++)
        to[k] = squareRoot_ ? std::sqrt(sums[k]) : sums[k];
    }
  }

 private:
  /// Loads an image; returns what is stored of it for a loaded 1. Floats are brought to a power of two at
  /// which neither the squares of the largest values leave the range of floats nor those of far smaller
  /// differences.
  double load(std::size_t row) {
    if (x_.isBytes()) {
      kernels_.widen(x_.byteRow(row), image_.data(), x_.stride());
      return 1;
    }
    const float* from = x_.floatRow(row);
    const float largest = largestMagnitude(from, x_.columns());
    const int exponent = largest > 0 ? kLargestExponent - std::ilogb(largest) : 0;
    const double factor = std::ldexp(1.0, exponent);
    for (std::size_t i = 0; i < x_.columns(); i++) image_[i] = static_cast<float>(from[i] * factor);
    return 1 / factor;
  }

  float* cellSums(std::size_t cell) { return sums_.data() + cell * packed_.width(); }

  /// Adds the activations of kept patches first … first + count - 1 to the sums of their cells.
  void addTile(std::size_t first, std::size_t count, const std::uint32_t* cells) {
    measure(patches_.data() + first * stride_, count);
    for (std::size_t begin = 0, end; begin < count; begin = end) {
      const std::uint32_t cell = cells[kept_[first + begin]];
      end = begin + 1;
      while (end < count && cells[kept_[first + end]] == cell) end++;
      kernels_.addActivations(distances_.data() + begin * packed_.width(), packed_.width(), end - begin,
                              means_ + begin, packed_.width(), cellSums(cell));
    }
  }

  /// The distances of normalised patches to all centres, and their means.
  void measure(const float* patches, std::size_t count) {
    kernels_.patchDistances(patches, stride_, count, panels_, distances_.data(), packed_.width(),
                            squaredLengths_);
    for (std::size_t r = 0; r < count; r++) {
      float least = meanOf(r);
      if (std::isnan(means_[r]) || least * least <= kNear * squaredLengths_[r]) {
        measureNear(patches + r * stride_, r);
        meanOf(r);
      }
    }
  }

  float meanOf(std::size_t r) {
    float least;
    kernels_.meanAndLeast(distances_.data() + r * packed_.width(), packed_.shares(), packed_.width(),
                          means_ + r, &least);
    return least;
  }

  /// Measures anew, by differences, the centres that a patch is too close to.
  void measureNear(const float* patch, std::size_t r) {
    whiten(codebook_.whitening, patch, whitened_.data());
    float* distances = distances_.data() + r * packed_.width();
    const float limit = std::sqrt(kNear * squaredLengths_[r]);
    for (std::size_t k = 0; k < packed_.nClusters(); k++) {
      if (distances[k] > limit) continue;
      const float* center = codebook_.centers.data() + k * whitened_.size();
      double squared = 0;
      for (std::size_t d = 0; d < whitened_.size(); d++) {
        squared += (whitened_[d] - center[d]) * (whitened_[d] - center[d]);
      }
      distances[k] = static_cast<float>(std::sqrt(squared));
    }
  }

  const Kernels& kernels_;
  const Matrix& x_;
  const PatchGeometry& geometry_;
  const PatchCodebook& codebook_;
  const PackedCodebook& packed_;
  const PatchPanels panels_;
  const GridOfPatches& grid_;
  const bool squareRoot_;
  const double contrastEpsilon_;
  /// Floats from one patch to the next.
  const std::size_t stride_;
  const std::size_t blockPatches_;
  AlignedVector<float> image_, mask_, patches_;
  std::vector<std::uint32_t> kept_;
  AlignedVector<float> distances_;
  float squaredLengths_[kTilePatches], means_[kTilePatches];
  std::vector<double> whitened_;
  std::vector<std::size_t> flat_;
  AlignedVector<float> sums_, flatActivation_;
};

/// Computes the features of images, on all threads.
class Extraction {
 public:
  Extraction(Context& context, const Matrix& x, const PatchFeaturesOptions& options,
             const PatchCodebook& codebook)
      : context_(context),
        x_(x),
        options_(options),
        codebook_(codebook),
        packed_(context.kernels, codebook),
        grid_(options.geometry, options.gridSize),
        extractors_(context.pool.threads()) {}

  /// Features of an image.
  std::size_t nFeatures() const { return grid_.counts.size() * packed_.nClusters(); }

  /// Calls visit(worker, extractor, first, count) for the images, taskImages of them at a time.
  template <typename Visit>
  void forEachTask(std::size_t taskImages, const Visit& visit) {
    const std::size_t tasks = (x_.rows() + taskImages - 1) / taskImages;
    context_.pool.parallelFor(tasks, [&](std::size_t task, unsigned worker) {
      auto& extractor = extractors_[worker];
      if (!extractor) {
        extractor = std::make_unique<Extractor>(context_.kernels, x_, options_, codebook_, packed_, grid_);
      }
      const std::size_t first = task * taskImages;
      visit(worker, *extractor, first, std::min(taskImages, x_.rows() - first));
      context_.job.reportFrom(worker, "features", task, tasks);
    });
  }

 private:
  Context& context_;
  const Matrix& x_;
  const PatchFeaturesOptions& options_;
  const PatchCodebook& codebook_;
  const PackedCodebook packed_;
  const GridOfPatches grid_;
  /// One for each worker.
  std::vector<std::unique_ptr<Extractor>> extractors_;
};

}  // namespace

void patchFeatures(Context& context, const Matrix& x, const PatchFeaturesOptions& options,
                   const PatchCodebook& codebook, float* out) {
  Extraction extraction(context, x, options, codebook);
  const std::size_t width = extraction.nFeatures();
  extraction.forEachTask(kTaskImages,
                         [&](unsigned, Extractor& extractor, std::size_t first, std::size_t count) {
                           for (std::size_t row = first; row < first + count; row++)
                             extractor.extract(row, out + row * width);
                         });
}

void projectedPatchFeatures(Context& context, const Matrix& x, const PatchFeaturesOptions& options,
                            const PatchCodebook& codebook, const LinearModel& projection, float* out) {
  Extraction extraction(context, x, options, codebook);
  const PackedLinear packed(context, projection, 1.0);
  const std::size_t width = extraction.nFeatures();
  // Kept by each worker: to be given fresh memory costs as much as to fill it.
  std::vector<AlignedVector<float>> buffers(context.pool.threads());
  extraction.forEachTask(kProjectedImages,
                         [&](unsigned worker, Extractor& extractor, std::size_t first, std::size_t count) {
                           AlignedVector<float>& features = buffers[worker];
                           features.resize(kProjectedImages * width);
                           for (std::size_t i = 0; i < count; i++)
                             extractor.extract(first + i, features.data() + i * width);
                           packed.apply(features.data(), width, count, out + first * packed.outputs());
                         });
}

}  // namespace handful
