#include <memory>

#include "measurement.h"
#include "runtime/aligned.h"

namespace handful {
namespace {

constexpr std::size_t kSteps = 10'000;

template <typename Value>
std::shared_ptr<AlignedVector<Value>> someNumbers() {
  const auto numbers = std::make_shared<AlignedVector<Value>>(kPeakNumbers);
  for (std::size_t i = 0; i < kPeakNumbers; i++) (*numbers)[i] = static_cast<Value>(i + 1) / 2;
  return numbers;
}

}  // namespace

const float* largeArray() {
  static const AlignedVector<float> ones(kLarge, 1.0f);
  return ones.data();
}

const char* nameOf(Peak peak) {
  switch (peak) {
    case Peak::kMultiplyAdds:
      return "multiply-adds";
    case Peak::kInt16Products:
      return "int16 products";
    case Peak::kReadSmall:
      return "reading 24 KB";
    case Peak::kReadFactor:
      return "reading 2.4 MB";
    case Peak::kReadLarge:
      return "reading 261 MB";
  }
  return "";
}

std::vector<Measurement> measurementsOf(const Peaks& peaks) {
  std::vector<Measurement> all;
  const auto add = [&](Peak peak, const char* shape, std::size_t work, const auto& run) {
    all.push_back({nameOf(peak), shape, peak, static_cast<double>(work), run, nullptr});
  };
  const auto numbers = someNumbers<float>();
  add(Peak::kMultiplyAdds, "in registers", kSteps * peaks.operationsOfAStep,
      [&peaks, numbers] { peaks.multiplyAdds(kSteps, numbers->data()); });
  if (peaks.addInt16Products) {
    add(Peak::kInt16Products, "in registers", kSteps * peaks.int16OperationsOfAStep,
        [&peaks, elements = someNumbers<std::int32_t>()] {
          peaks.addInt16Products(kSteps, elements->data());
        });
  }
  const auto addReading = [&](Peak peak, std::size_t count) {
    add(peak, "again and again", count * sizeof(float),
        [&peaks, numbers, count] { peaks.read(largeArray(), count, numbers->data()); });
  };
  addReading(Peak::kReadSmall, kSmall);
  addReading(Peak::kReadFactor, kFactor);
  addReading(Peak::kReadLarge, kLarge);
  return all;
}

}  // namespace handful
