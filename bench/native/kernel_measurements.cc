#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>

#include "linalg/panels.h"
#include "measurement.h"
#include "runtime/aligned.h"

namespace handful {
namespace {

// The notebook's sizes.
constexpr std::size_t kColumns = 784, kClasses = 10;
/// Rows that are multiplied at once, and the rows that these are multiplied with: whole panels of all
/// instruction sets.
constexpr std::size_t kTileRows = 24, kPackedRows = 128;
/// Rows that k-means++ tries at once.
constexpr std::size_t kCandidates = 6;
/// Columns of a product of packed rows; rows of one product of Gram matrices; rows that Cholesky eliminates
/// at once; rows between which pairwise distances are taken.
constexpr std::size_t kSlice = 256, kGramDepth = 256, kEliminated = 64, kDistanceRows = 64;

/// Floating-point operations for each row and class, as kernels.inl.h has them: 20 for the exponential.
constexpr double kSoftmaxOperations = 23, kResidualOperations = 24;

template <typename Value>
using Buffer = std::shared_ptr<AlignedVector<Value>>;

/// Room for what a kernel writes.
template <typename Value>
Buffer<Value> room(std::size_t count) {
  return std::make_shared<AlignedVector<Value>>(count, Value{0});
}

/// Numbers between -1 and 1, the same each time.
Buffer<float> floats(std::size_t count) {
  std::mt19937 engine(1);
  const Buffer<float> values = room<float>(count);
  for (float& value : *values) value = static_cast<float>(engine()) * 0x1p-31f - 1;
  return values;
}

/// Integers from 0 to 255.
template <typename Value>
Buffer<Value> bytes(std::size_t count) {
  std::mt19937 engine(2);
  const Buffer<Value> values = room<Value>(count);
  for (Value& value : *values) value = static_cast<Value>(engine() & 255);
  return values;
}

/// kPackedRows rows of floats, in panels as multiply reads them.
Buffer<float> panels(std::size_t panelWidth, std::size_t depth) {
  const Buffer<float> rows = floats(kPackedRows * depth), packed = room<float>(kPackedRows * depth);
  for (std::size_t j = 0; j < kPackedRows; j++) {
    float* to = packed->data() + j / panelWidth * panelWidth * depth + j % panelWidth;
    for (std::size_t d = 0; d < depth; d++) to[d * panelWidth] = (*rows)[j * depth + d];
  }
  return packed;
}

std::shared_ptr<Panels<std::int16_t>> int16Panels(const Kernels& kernels) {
  const auto packed = std::make_shared<Panels<std::int16_t>>(kernels, kPackedRows, kColumns);
  const Buffer<std::int16_t> values = bytes<std::int16_t>(kPackedRows * kColumns);
  for (std::size_t j = 0; j < kPackedRows; j++) {
    packed->set(j, kColumns, [&](std::size_t column) { return (*values)[j * kColumns + column]; });
  }
  return packed;
}

/// Calls body(begin, depth, j) for each slice of columns and each panel, in the order of packed_rows.cc.
template <typename Body>
void eachPanel(std::size_t slice, std::size_t panelWidth, const Body& body) {
  for (std::size_t begin = 0; begin < kColumns; begin += slice) {
    for (std::size_t j = 0; j < kPackedRows; j += panelWidth) {
      body(begin, std::min(slice, kColumns - begin), j);
    }
  }
}

/// Bytes from memory, piece after piece, so that none is in a cache when its turn comes.
class Stream {
 public:
  const std::uint8_t* next(std::size_t count) {
    if (place_ + count > kLarge * sizeof(float)) place_ = 0;
    const std::uint8_t* piece = reinterpret_cast<const std::uint8_t*>(largeArray()) + place_;
    place_ += count;
    return piece;
  }

 private:
  std::size_t place_ = 0;
};

class KernelMeasurements {
 public:
  explicit KernelMeasurements(const Kernels& kernels) : kernels_(kernels) {}

  std::vector<Measurement> all() {
    addProducts();
    if (kernels_.int16IsFaster) addInt16Products();
    addDistances();
    addLogistic();
    addFilters();
    addWidening();
    addVectors();
    return std::move(all_);
  }

 private:
  /// `out` is what the kernel writes, from which the answer is taken.
  template <typename Value, typename Run>
  void add(const char* name, const char* shape, Peak peak, double work, const Buffer<Value>& out,
           const Run& run) {
    all_.push_back({name, shape, peak, work, run, [out] {
                      double sum = 0;
                      for (const Value value : *out) sum += std::abs(static_cast<double>(value));
                      return sum;
                    }});
  }

  void addProducts() {
    const Kernels& kernels = kernels_;
    const std::size_t width = kernels.panelWidth;
    const auto out = room<float>(kTileRows * kPackedRows);
    add("multiply", "24 rows of 784 floats by 128 packed rows", Peak::kMultiplyAdds,
        2.0 * kTileRows * kColumns * kPackedRows, out,
        [&kernels, width, out, left = floats(kTileRows * kColumns), packed = panels(width, kColumns)] {
          eachPanel(kSlice, width, [&](std::size_t begin, std::size_t depth, std::size_t j) {
            kernels.multiply(left->data() + begin, kColumns, 1, kTileRows,
                             packed->data() + j * kColumns + begin * width, depth, out->data() + j,
                             kPackedRows, begin > 0);
          });
        });
    // Columns of a symmetric matrix, from what was multiplied or eliminated before.
    const auto addSymmetric = [&](const char* shape, std::size_t depth, std::size_t rowStride,
                                  std::size_t depthStride, std::size_t outStride, std::size_t outOfPanel) {
      const auto strip = room<float>(kColumns * kColumns);
      add("multiply", shape, Peak::kMultiplyAdds, 2.0 * kColumns * depth * kPackedRows, strip,
          [=, &kernels, left = floats(depth * kColumns), packed = panels(width, depth)] {
            for (std::size_t panel = 0; panel < kPackedRows / width; panel++) {
              kernels.multiply(left->data(), rowStride, depthStride, kColumns,
                               packed->data() + panel * width * depth, depth,
                               strip->data() + panel * outOfPanel, outStride, true);
            }
          });
    };
    addSymmetric("Gram matrix: 784 x 256 by 256 x 128", kGramDepth, kGramDepth, 1, width, kColumns * width);
    addSymmetric("Cholesky: 784 x 64, turned, by 64 x 128", kEliminated, 1, kColumns, kColumns, width);
  }

  void addInt16Products() {
    const Kernels& kernels = kernels_;
    const auto packed = int16Panels(kernels);
    const auto addRows = [&](const char* shape, std::size_t rows, std::size_t slice) {
      const auto out = room<std::int32_t>(rows * kPackedRows);
      add("multiplyInt16", shape, Peak::kInt16Products, 2.0 * rows * kColumns * kPackedRows, out,
          [&kernels, rows, slice, out, packed, left = bytes<std::int16_t>(rows * kColumns)] {
            eachPanel(slice, kernels.panelWidth, [&](std::size_t begin, std::size_t depth, std::size_t j) {
              kernels.multiplyInt16(left->data() + begin, kColumns, rows, packed->panel(j, begin), depth,
                                    out->data() + j, kPackedRows, begin > 0);
            });
          });
    };
    addRows("24 rows of 784 bytes by 128 packed rows", kTileRows, kSlice);
    addRows("k-means++: 6 rows of 784 bytes by 128 packed rows", kCandidates, kColumns);
  }

  void addDistances() {
    const Kernels& kernels = kernels_;
    const auto rows = floats(kDistanceRows * kColumns);
    const auto out = room<double>(kDistanceRows * kDistanceRows);
    add("squaredDistances", "64 rows of 784 floats to 64", Peak::kMultiplyAdds,
        3.0 * kDistanceRows * kDistanceRows * kColumns, out, [&kernels, rows, out] {
          kernels.squaredDistances(rows->data(), kColumns, kDistanceRows, rows->data(), kColumns,
                                   kDistanceRows, kColumns, out->data(), kDistanceRows);
        });
  }

  void addLogistic() {
    const Kernels& kernels = kernels_;
    constexpr double kOperations = 2.0 * kLogisticTile * kColumns * kClasses;
    constexpr std::size_t kTileSize = kClasses * kLogisticTile;
    const auto x = floats(kLogisticTile * kColumns), weights = floats(kClasses * kColumns);
    const auto pixels = bytes<std::uint8_t>(kLogisticTile * kColumns);
    const auto residuals = floats(kTileSize);
    const auto addLogits = [&](const char* name, const char* shape, auto logits, const auto& rows) {
      const auto out = room<float>(kTileSize);
      add(name, shape, Peak::kMultiplyAdds, kOperations, out, [logits, rows, weights, out] {
        logits(rows->data(), kColumns, kLogisticTile, kColumns, weights->data(), kColumns, kClasses,
               out->data());
      });
    };
    const auto addGradient = [&](const char* name, const char* shape, auto gradient, const auto& rows) {
      const auto out = room<float>(kClasses * kColumns);
      add(name, shape, Peak::kMultiplyAdds, kOperations, out, [gradient, rows, residuals, out] {
        gradient(rows->data(), kColumns, kLogisticTile, kColumns, residuals->data(), kClasses, out->data(),
                 kColumns);
      });
    };
    addLogits("logitsOfBytes", "32 rows of 784 bytes, 10 classes", kernels.logitsOfBytes, pixels);
    addLogits("logitsOfFloats", "32 rows of 784 floats, 10 classes", kernels.logitsOfFloats, x);
    addGradient("gradientOfBytes", "32 rows of 784 bytes, 10 classes", kernels.gradientOfBytes, pixels);
    addGradient("gradientOfFloats", "32 rows of 784 floats, 10 classes", kernels.gradientOfFloats, x);

    const auto tile = floats(kTileSize);
    add("softmax", "32 rows, 10 classes", Peak::kMultiplyAdds, kSoftmaxOperations * kTileSize, tile,
        [&kernels, tile] { kernels.softmax(tile->data(), kClasses); });
    const auto losses = floats(kTileSize);
    add("residuals", "32 rows, 10 classes", Peak::kMultiplyAdds, kResidualOperations * kTileSize, losses,
        [&kernels, losses, labels = room<float>(kLogisticTile), sampleWeights = floats(kLogisticTile),
         others = room<float>(kLogisticTile), behind = room<float>(kLogisticTile)] {
          kernels.residuals(losses->data(), kClasses, labels->data(), sampleWeights->data(), others->data(),
                            behind->data());
        });
  }

  void addFilters() {
    const Kernels& kernels = kernels_;
    const auto products = floats(kPackedRows), offsets = floats(kPackedRows);
    const auto found = room<std::uint32_t>(kPackedRows);
    constexpr double kBytesRead = 2.0 * sizeof(float) * kPackedRows;
    add("toFloats", "128 products", Peak::kReadSmall, kBytesRead, products,
        [&kernels, sums = bytes<std::int32_t>(kPackedRows), factors = floats(kPackedRows),
         out = room<float>(kPackedRows)] {
          kernels.toFloats(sums->data(), 0, factors->data(), out->data(), kPackedRows);
        });
    add("filterMinimum", "128 products, one passes", Peak::kReadSmall, kBytesRead, found,
        [&kernels, products, offsets, found] {
          float minimum;
          kernels.filterMinimum(products->data(), offsets->data(), kPackedRows, 0, &minimum, found->data());
        });
    const auto limits = room<float>(kPackedRows);
    std::fill(limits->begin(), limits->end(), -std::numeric_limits<float>::infinity());
    add("filterBelow", "128 products, none passes", Peak::kReadSmall, kBytesRead, found,
        [&kernels, products, limits, found] {
          kernels.filterBelow(products->data(), limits->data(), kPackedRows, 0, found->data());
        });
    add("filterPairs", "128 products, none passes", Peak::kReadSmall, 3.0 * sizeof(float) * kPackedRows,
        found,
        [&kernels, sums = room<std::int32_t>(kPackedRows), halves = floats(kPackedRows), limits, found] {
          kernels.filterPairs(sums->data(), halves->data(), limits->data(), kPackedRows, 0,
                              -std::numeric_limits<float>::infinity(), found->data());
        });
  }

  void addWidening() {
    const Kernels& kernels = kernels_;
    constexpr std::size_t kTile = kTileRows * kColumns;
    const char shape[] = "24 rows of 784 bytes from memory";
    const auto widened = room<float>(kTile);
    add("widen", shape, Peak::kReadLarge, kTile, widened,
        [&kernels, widened, from = std::make_shared<Stream>()] {
          kernels.widen(from->next(kTile), widened->data(), kTile);
        });
    const auto elements = room<std::int16_t>(kTile);
    add("widenToInt16", shape, Peak::kReadLarge, kTile, elements,
        [&kernels, elements, from = std::make_shared<Stream>()] {
          kernels.widenToInt16(from->next(kTile), elements->data(), kTile);
        });
    const auto sums = room<std::int32_t>(kColumns);
    add("addBytes", "a row of 784 bytes from memory", Peak::kReadLarge, kColumns, sums,
        [&kernels, sums, from = std::make_shared<Stream>()] {
          kernels.addBytes(from->next(kColumns), sums->data(), kColumns);
        });
  }

  void addVectors() {
    const Kernels& kernels = kernels_;
    const char shape[] = "each row of a factor of 784 x 784";
    constexpr double kBytesRead = sizeof(float) * kColumns * kColumns;
    const auto factor = floats(kColumns * kColumns);
    const auto sums = room<float>(kColumns), products = room<float>(kColumns);
    add("addScaled", shape, Peak::kReadFactor, kBytesRead, sums, [&kernels, factor, sums] {
      for (std::size_t row = 0; row < kColumns; row++) {
        kernels.addScaled(0.5f, factor->data() + row * kColumns, sums->data(), kColumns);
      }
    });
    add("dot", shape, Peak::kReadFactor, kBytesRead, products,
        [&kernels, factor, products, other = floats(kColumns)] {
          for (std::size_t row = 0; row < kColumns; row++) {
            (*products)[row] = kernels.dot(factor->data() + row * kColumns, other->data(), kColumns);
          }
        });
  }

  const Kernels& kernels_;
  std::vector<Measurement> all_;
};

}  // namespace

std::vector<Measurement> measurementsOf(const Kernels& kernels) { return KernelMeasurements(kernels).all(); }

}  // namespace handful
