// The one source of every kernel. Each instruction set's file picks a `Vector` and includes this; kernels.h
// says what each kernel computes, here stands how. Nothing of the standard library: its templates, compiled
// here for a newer processor, could be picked by the linker for the whole program; for the same reason
// everything here is in an unnamed namespace.
//
// Register plans. The hot kernels keep a block of sums in registers over a whole loop, which takes loops over
// constant counts, unrolled: an array of registers indexed at run time would live in memory. Such a block
// must be large for two reasons. A multiply-add takes about four cycles and two units begin one in each, so
// that at least eight sums must grow side by side. And a block of R x V sums, R elements times V vectors,
// loads R + V operands for R V multiply-adds, while a processor loads hardly more than two for every two of
// them. It must be small enough for R V sums, V vectors and one element to fit the registers, or sums go
// through memory at every step.
//
// Error bounds, in the words of kernels.h. A sum of n products, added up in any order, takes each product
// through at most n roundings: its own and n - 1 additions, the first one to 0 being exact. Each multiplies
// it by 1 + e with |e| <= u, so the sum errs by at most g(n) times the sum of the absolute products. A number
// to which products are added counts as one more. Fused, a product's own rounding and the first addition are
// one.

#include "kernels.h"

#if defined(__GNUC__)
#define HANDFUL_UNROLL _Pragma("GCC unroll 16")
#define HANDFUL_INLINE inline __attribute__((always_inline))
#define HANDFUL_PREFETCH(address) __builtin_prefetch(address)
#else
#define HANDFUL_UNROLL
#define HANDFUL_INLINE __forceinline
#define HANDFUL_PREFETCH(address) ((void)(address))
#endif

namespace HANDFUL_NAMESPACE {
namespace {

using handful::kColumnBlock;
using handful::Kernels;
using handful::kLogisticTile;
using handful::PatchPanels;
using handful::WholeProducts;

constexpr size_t kWidth = Vector::kWidth;
template <typename V>
constexpr size_t kPanelWidthOf = V::kMultiplyVectors* V::kWidth;
constexpr size_t kPanelWidth = kPanelWidthOf<Vector>;

static_assert(kColumnBlock % kWidth == 0 && kLogisticTile % kWidth == 0);

void widen(const uint8_t* from, float* to, size_t count) {
  size_t i = 0;
  for (; i + kWidth <= count; i += kWidth) Vector::load(from + i).store(to + i);
  for (; i < count; i++) to[i] = static_cast<float>(from[i]);
}

// --- multiply and multiplyDoubles: kRows x kMultiplyVectors sums stay in registers; a step loads one vector
// of the panel for each column of sums and broadcasts one element for each row.
//
// With sixteen registers 6 x 2: 12 sums, 2 vectors, 1 element, and 8 loads for 12 multiply-adds. 4 x 3 would
// load 7 but takes all sixteen, and clang then spills. With the thirty-two registers of AVX-512 12 x 2; of
// NEON, which multiplies by a lane of a register that holds several elements, 5 x 4, for at 6 x 4 GCC spills.
// The panel lies in the order in which it is read, so that a slice of it stays in the first-level cache for
// all rows; rows are read where they are, along either stride: each of their elements serves a whole panel.

template <typename V, size_t kRows>
using ProductSums = V[kRows][V::kMultiplyVectors];

template <typename V, size_t kRows>
HANDFUL_INLINE void addProducts(const typename V::Element* left, size_t rowStride, size_t depthStride,
                                const typename V::Element* panel, size_t depth, ProductSums<V, kRows>& sums) {
  constexpr size_t kVectors = V::kMultiplyVectors;
  for (size_t d = 0; d < depth; d++, left += depthStride, panel += kPanelWidthOf<V>) {
    V columns[kVectors];
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) columns[v] = V::load(panel + v * V::kWidth);
    HANDFUL_UNROLL
    for (size_t r = 0; r < kRows; r++) {
      const V element = V::set(left[r * rowStride]);
      HANDFUL_UNROLL
      for (size_t v = 0; v < kVectors; v++) sums[r][v] = element.multiplyAdd(columns[v], sums[r][v]);
    }
  }
}

template <typename V, size_t kRows>
void multiplyTile(const typename V::Element* left, size_t rowStride, size_t depthStride,
                  const typename V::Element* panel, size_t depth, typename V::Element* out, size_t outStride,
                  bool accumulate) {
  constexpr size_t kVectors = V::kMultiplyVectors;
  ProductSums<V, kRows> sums;
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) {
      sums[r][v] = accumulate ? V::load(out + r * outStride + v * V::kWidth) : V::zero();
    }
  }
  addProducts<V, kRows>(left, rowStride, depthStride, panel, depth, sums);
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) sums[r][v].store(out + r * outStride + v * V::kWidth);
  }
}

template <typename V, size_t kRows>
void multiplyRest(size_t rows, const typename V::Element* left, size_t rowStride, size_t depthStride,
                  const typename V::Element* panel, size_t depth, typename V::Element* out, size_t outStride,
                  bool accumulate) {
  if (rows == kRows) {
    multiplyTile<V, kRows>(left, rowStride, depthStride, panel, depth, out, outStride, accumulate);
  } else if constexpr (kRows > 1) {
    multiplyRest<V, kRows - 1>(rows, left, rowStride, depthStride, panel, depth, out, outStride, accumulate);
  }
}

template <typename V>
void multiply(const typename V::Element* left, size_t rowStride, size_t depthStride, size_t rows,
              const typename V::Element* panel, size_t depth, typename V::Element* out, size_t outStride,
              bool accumulate) {
  constexpr size_t kRows = V::kMultiplyRows;
  size_t r = 0;
  for (; r + kRows <= rows; r += kRows) {
    multiplyTile<V, kRows>(left + r * rowStride, rowStride, depthStride, panel, depth, out + r * outStride,
                           outStride, accumulate);
  }
  multiplyRest<V, kRows>(rows - r, left + r * rowStride, rowStride, depthStride, panel, depth,
                         out + r * outStride, outStride, accumulate);
}

// --- multiplyWords and multiplyBytes: as multiply, a step taking the columns that fill 32 bits. One
// instruction multiplies pairs of 16-bit numbers and adds up each pair of products in 32 bits; VNNI's adds
// that to the sum as well, which makes one instruction of two multiply-adds, or of four where bytes are
// multiplied with signed bytes. Without VNNI the addition is a second one, but there are more units that add
// whole numbers than units that multiply and add, and half as many bytes are loaded. A product that waits for
// its addition takes a register: 6 x 2 fills all sixteen. Nothing is rounded, and nothing overflows as long
// as every sum fits 32 bits; whoever packs the rows sees to that.

void widenToWords(const uint8_t* from, int16_t* to, size_t count) {
  for (size_t i = 0; i < count; i += kWidth) WholeSums::widen(from + i, to + i);
}

void addBytes(const uint8_t* from, int32_t* to, size_t count) {
  for (size_t i = 0; i < count; i += kWidth)
    (WholeSums::load(to + i) + WholeSums::fromBytes(from + i)).store(to + i);
}

template <typename Left, typename Right, size_t kRows>
void multiplyWholeTile(const Left* left, size_t rowStride, const Right* panel, size_t depth, int32_t* out,
                       size_t outStride, bool accumulate) {
  constexpr size_t kVectors = Vector::kMultiplyVectors, kGroup = sizeof(int32_t) / sizeof(Left);
  WholeSums sums[kRows][kVectors];
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) {
      sums[r][v] = accumulate ? WholeSums::load(out + r * outStride + v * kWidth) : WholeSums::zero();
    }
  }
  for (size_t d = 0; d < depth; d += kGroup, left += kGroup, panel += kGroup * kPanelWidth) {
    WholeSums::Groups columns[kVectors];
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) columns[v] = WholeSums::loadGroups(panel + v * kGroup * kWidth);
    HANDFUL_UNROLL
    for (size_t r = 0; r < kRows; r++) {
      const WholeSums::Groups group = WholeSums::broadcastGroup(left + r * rowStride);
      HANDFUL_UNROLL
      for (size_t v = 0; v < kVectors; v++) sums[r][v] = sums[r][v].addProducts(group, columns[v], Left{});
    }
  }
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) sums[r][v].store(out + r * outStride + v * kWidth);
  }
}

template <typename Left, typename Right, size_t kRows>
void multiplyWholeRest(size_t rows, const Left* left, size_t rowStride, const Right* panel, size_t depth,
                       int32_t* out, size_t outStride, bool accumulate) {
  if (rows == kRows) {
    multiplyWholeTile<Left, Right, kRows>(left, rowStride, panel, depth, out, outStride, accumulate);
  } else if constexpr (kRows > 1) {
    multiplyWholeRest<Left, Right, kRows - 1>(rows, left, rowStride, panel, depth, out, outStride,
                                              accumulate);
  }
}

template <typename Left, typename Right>
void multiplyWhole(const Left* left, size_t rowStride, size_t rows, const Right* panel, size_t depth,
                   int32_t* out, size_t outStride, bool accumulate) {
  constexpr size_t kRows = Vector::kMultiplyRows;
  size_t r = 0;
  for (; r + kRows <= rows; r += kRows) {
    multiplyWholeTile<Left, Right, kRows>(left + r * rowStride, rowStride, panel, depth, out + r * outStride,
                                          outStride, accumulate);
  }
  multiplyWholeRest<Left, Right, kRows>(rows - r, left + r * rowStride, rowStride, panel, depth,
                                        out + r * outStride, outStride, accumulate);
}

/// multiplyBytes, or null: a template, so that what an instruction set lacks is not compiled for it.
template <typename Sums>
constexpr decltype(Kernels::multiplyBytes) byteProducts() {
  if constexpr (Sums::kMultipliesBytes) {
    return multiplyWhole<uint8_t, int8_t>;
  } else {
    return nullptr;
  }
}

void toFloats(const int32_t* from, int32_t addend, const float* factors, float* to, size_t count) {
  const WholeSums addends = WholeSums::set(addend);
  for (size_t i = 0; i < count; i += kWidth) {
    ((WholeSums::load(from + i) + addends).toFloats() * Vector::load(factors + i)).store(to + i);
  }
}

// --- squaredDistances: two rows of x against four of y, eight sums in registers: as many as keep the units
// busy, for a difference and the multiply-add that squares it are two instructions for each.
//
// Differences of bytes are whole numbers up to 255, and 128 of their squares stay below 2^24: floats add them
// without rounding. Other differences are rounded once, which changes their squares by g(2), the squares
// once, and a sum of 128 takes each through 128 roundings at most: g(131), and less than one more for the
// sums of doubles. All summands being positive, the bound is relative to the result. That is what this kernel
// is for: |x|^2 - 2 x.y + |y|^2 takes half as long but errs by g(n) (|x| + |y|)^2, however near x and y are.

constexpr size_t kExactSteps = 128;

template <size_t kX, size_t kY>
void squaredDistancesTile(const float* x, size_t xStride, const float* y, size_t yStride, size_t columns,
                          double* out, size_t outStride) {
  double totals[kX][kY] = {};
  for (size_t begin = 0; begin < columns; begin += kExactSteps * kWidth) {
    const size_t rest = columns - begin;
    const size_t end = begin + (rest < kExactSteps * kWidth ? rest : kExactSteps * kWidth);
    Vector sums[kX][kY];
    HANDFUL_UNROLL
    for (size_t i = 0; i < kX; i++) {
      HANDFUL_UNROLL
      for (size_t j = 0; j < kY; j++) sums[i][j] = Vector::zero();
    }
    for (size_t c = begin; c < end; c += kWidth) {
      Vector rows[kX];
      HANDFUL_UNROLL
      for (size_t i = 0; i < kX; i++) rows[i] = Vector::load(x + i * xStride + c);
      HANDFUL_UNROLL
      for (size_t j = 0; j < kY; j++) {
        const Vector other = Vector::load(y + j * yStride + c);
        HANDFUL_UNROLL
        for (size_t i = 0; i < kX; i++) {
          const Vector difference = rows[i] - other;
          sums[i][j] = difference.multiplyAdd(difference, sums[i][j]);
        }
      }
    }
    HANDFUL_UNROLL
    for (size_t i = 0; i < kX; i++) {
      HANDFUL_UNROLL
      for (size_t j = 0; j < kY; j++) totals[i][j] += sums[i][j].sumAsDouble();
    }
  }
  for (size_t i = 0; i < kX; i++) {
    for (size_t j = 0; j < kY; j++) out[i * outStride + j] = totals[i][j];
  }
}

template <size_t kX>
void squaredDistancesRows(const float* x, size_t xStride, const float* y, size_t yStride, size_t yRows,
                          size_t columns, double* out, size_t outStride) {
  size_t j = 0;
  for (; j + 4 <= yRows; j += 4) {
    squaredDistancesTile<kX, 4>(x, xStride, y + j * yStride, yStride, columns, out + j, outStride);
  }
  for (; j < yRows; j++) {
    squaredDistancesTile<kX, 1>(x, xStride, y + j * yStride, yStride, columns, out + j, outStride);
  }
}

void squaredDistances(const float* x, size_t xStride, size_t xRows, const float* y, size_t yStride,
                      size_t yRows, size_t columns, double* out, size_t outStride) {
  size_t i = 0;
  for (; i + 2 <= xRows; i += 2) {
    squaredDistancesRows<2>(x + i * xStride, xStride, y, yStride, yRows, columns, out + i * outStride,
                            outStride);
  }
  if (i < xRows) {
    squaredDistancesRows<1>(x + i * xStride, xStride, y, yStride, yRows, columns, out + i * outStride,
                            outStride);
  }
}

// --- screens: turn a row of products into the few columns that exact arithmetic must look at. Multiplying by
// -2 is exact, so the difference is rounded once, fused or not. A row of products is in the first-level
// cache: the minimum's second pass computes differences anew, which takes no longer than to load them. Hardly
// a vector holds a column that passes, so the loop over lanes costs little.

/// Index of the lowest bit set; bits is not 0.
uint32_t lowestBit(uint32_t bits) {
#if defined(_MSC_VER) && !defined(__clang__)
  unsigned long index;
  _BitScanForward(&index, bits);
  return index;
#else
  return static_cast<uint32_t>(__builtin_ctz(bits));
#endif
}

size_t appendLanes(uint32_t bits, size_t firstLane, uint32_t* found, size_t count) {
  for (; bits != 0; bits &= bits - 1) found[count++] = static_cast<uint32_t>(firstLane) + lowestBit(bits);
  return count;
}

size_t screenMinimum(const float* products, const float* offsets, size_t width, float slack, float* minimum,
                     uint32_t* found) {
  const Vector minusTwo = Vector::set(-2.0f);
  Vector least = Vector::load(products).multiplyAdd(minusTwo, Vector::load(offsets));
  for (size_t j = kWidth; j < width; j += kWidth) {
    least = Vector::min(Vector::load(products + j).multiplyAdd(minusTwo, Vector::load(offsets + j)), least);
  }
  *minimum = least.minimum();
  const Vector limit = Vector::set(*minimum + slack);
  size_t count = 0;
  for (size_t j = 0; j < width; j += kWidth) {
    const Vector distance = Vector::load(products + j).multiplyAdd(minusTwo, Vector::load(offsets + j));
    count = appendLanes(Vector::bits(Vector::lessOrEqual(distance, limit)), j, found, count);
  }
  return count;
}

size_t screenBelow(const float* products, const float* limits, size_t width, float offset, uint32_t* found) {
  const Vector minusTwo = Vector::set(-2.0f), offsets = Vector::set(offset);
  size_t count = 0;
  for (size_t j = 0; j < width; j += kWidth) {
    const Vector distance = Vector::load(products + j).multiplyAdd(minusTwo, offsets);
    count =
        appendLanes(Vector::bits(Vector::lessOrEqual(distance, Vector::load(limits + j))), j, found, count);
  }
  return count;
}

size_t screenPairs(const int32_t* products, const float* columnHalves, const float* columnLimits,
                   size_t width, float rowHalf, float rowLimit, uint32_t* found) {
  const Vector half = Vector::set(rowHalf), limit = Vector::set(rowLimit);
  size_t count = 0;
  for (size_t j = 0; j < width; j += kWidth) {
    const Vector least =
        Vector::min(Vector::load(columnHalves + j) - limit, half - Vector::load(columnLimits + j));
    const Vector product = WholeSums::load(products + j).toFloats();
    count = appendLanes(Vector::bits(Vector::lessOrEqual(least, product)), j, found, count);
  }
  return count;
}

// --- logits: lanes run along the columns, as rows and weights lie in memory; 2 rows x kClasses sums in
// registers, whose lanes are added up after each block of columns. Classes come in groups of at most
// Vector::kClassGroup, so that a block of weights stays in the first-level cache while the tile's rows go by.
// With sixteen registers 2 x 5: 10 sums, 2 rows, 1 vector of weights, and 7 loads for 10 multiply-adds; with
// thirty-two 2 x 10, so that bytes are widened once for ten classes instead of twice. Vectors load bytes as
// floats: the same sums from a quarter of the memory, at two instructions more for each vector of a row. Rows
// come from memory here, and are in the cache when the gradient follows; what the processor fetches ahead
// ends with every page, so the rows of the next tile are asked for while this one's are used.

constexpr size_t kLogitColumns = 1024;

template <typename Element, size_t kRows, size_t kClasses>
void logitsTile(const Element* x, size_t xStride, size_t columns, const float* weights, size_t weightStride,
                float* logits) {
  Vector sums[kRows][kClasses];
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t k = 0; k < kClasses; k++) sums[r][k] = Vector::zero();
  }
  for (size_t c = 0; c < columns; c += kWidth) {
    Vector rows[kRows];
    HANDFUL_UNROLL
    for (size_t r = 0; r < kRows; r++) {
      rows[r] = Vector::load(x + r * xStride + c);
      HANDFUL_PREFETCH(x + (r + kLogisticTile) * xStride + c);
    }
    HANDFUL_UNROLL
    for (size_t k = 0; k < kClasses; k++) {
      const Vector weight = Vector::load(weights + k * weightStride + c);
      HANDFUL_UNROLL
      for (size_t r = 0; r < kRows; r++) sums[r][k] = rows[r].multiplyAdd(weight, sums[r][k]);
    }
  }
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t k = 0; k < kClasses; k++) logits[k * kLogisticTile + r] += sums[r][k].sum();
  }
}

template <typename Element, size_t kClasses>
void logitsGroup(size_t classes, const Element* x, size_t xStride, size_t rows, size_t columns,
                 const float* weights, size_t weightStride, float* logits) {
  if (classes < kClasses) {
    if constexpr (kClasses > 1) {
      logitsGroup<Element, kClasses - 1>(classes, x, xStride, rows, columns, weights, weightStride, logits);
    }
    return;
  }
  size_t r = 0;
  for (; r + 2 <= rows; r += 2) {
    logitsTile<Element, 2, kClasses>(x + r * xStride, xStride, columns, weights, weightStride, logits + r);
  }
  if (r < rows) {
    logitsTile<Element, 1, kClasses>(x + r * xStride, xStride, columns, weights, weightStride, logits + r);
  }
}

/// Classes in the next group when so many are left: groups of nearly equal size, so that none runs nearly
/// empty.
size_t groupSize(size_t left) {
  const size_t groups = (left + Vector::kClassGroup - 1) / Vector::kClassGroup;
  return (left + groups - 1) / groups;
}

template <typename Element>
void logits(const Element* x, size_t xStride, size_t rows, size_t columns, const float* weights,
            size_t weightStride, size_t classes, float* out) {
  for (size_t begin = 0; begin < columns; begin += kLogitColumns) {
    const size_t count = columns - begin < kLogitColumns ? columns - begin : kLogitColumns;
    for (size_t k = 0, group; k < classes; k += group) {
      group = groupSize(classes - k);
      logitsGroup<Element, Vector::kClassGroup>(group, x + begin, xStride, rows, count,
                                                weights + k * weightStride + begin, weightStride,
                                                out + k * kLogisticTile);
    }
  }
}

// --- softmax and residuals: lanes run along the rows of the tile, so that nothing is added up across lanes.
// There may be any number of classes, more than registers, so each loop over them takes its logits from the
// first-level cache and leaves them there. A power takes some twenty operations, not half of them
// multiply-adds. With ten classes and 784 columns that is a fortieth of the time of logits and gradient.
//
// A logit's distance d from the largest is rounded once, which multiplies its power by e^(d u) at most; the
// exponential adds 4 u. In the sum of the others the distances count little, for d e^-d < 1: it errs by 5 u
// and its additions, and 1 + the sum by no more, relatively. To add 1, to divide and to multiply are a
// rounding each: g(d + 4 + 5 + classes + 3) in all.

/// e^x for x <= 0, within 4 u = 2^-22 relatively; below -87, where the result would no longer be a normal
/// number, as at -87. e^x = 2^n e^r with n whole and |r| <= ln(2) / 2. ln(2) is taken off in two parts: n
/// times the first, of nine bits, is exact, and so is the difference (Sterbenz's lemma); the second rounds r
/// once. e^r is its Taylor polynomial of degree 7, which leaves out r^8 / 8! < u / 10 and rounds by less than
/// 2 u, its last additions counting most. The largest error found is 1.7 u.
inline Vector exponential(Vector x) {
  x = Vector::max(x, Vector::set(-87.0f));
  const Vector n = (x * Vector::set(1.44269504088896341f)).roundToNearest();
  Vector r = n.multiplyAdd(Vector::set(-0.693359375f), x);
  r = n.multiplyAdd(Vector::set(2.12194440e-4f), r);
  Vector power = Vector::set(1.9841270e-4f);
  power = power.multiplyAdd(r, Vector::set(1.3888889e-3f));
  power = power.multiplyAdd(r, Vector::set(8.3333333e-3f));
  power = power.multiplyAdd(r, Vector::set(4.1666668e-2f));
  power = power.multiplyAdd(r, Vector::set(1.6666667e-1f));
  power = power.multiplyAdd(r, Vector::set(0.5f));
  power = power.multiplyAdd(r, Vector::set(1.0f));
  power = power.multiplyAdd(r, Vector::set(1.0f));
  return power * Vector::powerOfTwo(n);
}

/// Turns one vector of rows into exp(logit - largest), returns the sum of those of the classes other than the
/// (first) largest, whose own is 1.
inline Vector exponentials(float* logits, size_t classes, Vector largest) {
  Vector others = Vector::zero();
  Vector::Mask seen = Vector::none();
  for (size_t k = 0; k < classes; k++) {
    const Vector logit = Vector::load(logits + k * kLogisticTile);
    const Vector power = exponential(logit - largest);
    const Vector::Mask first = Vector::andNot(Vector::equal(logit, largest), seen);
    seen = Vector::either(seen, first);
    others = others + Vector::select(first, Vector::zero(), power);
    power.store(logits + k * kLogisticTile);
  }
  return others;
}

inline Vector largestLogit(const float* logits, size_t classes) {
  Vector largest = Vector::load(logits);
  for (size_t k = 1; k < classes; k++)
    largest = Vector::max(largest, Vector::load(logits + k * kLogisticTile));
  return largest;
}

void softmax(float* logits, size_t classes) {
  for (size_t i = 0; i < kLogisticTile; i += kWidth) {
    float* tile = logits + i;
    const Vector others = exponentials(tile, classes, largestLogit(tile, classes));
    const Vector share = Vector::set(1.0f) / (Vector::set(1.0f) + others);
    for (size_t k = 0; k < classes; k++) {
      (Vector::load(tile + k * kLogisticTile) * share).store(tile + k * kLogisticTile);
    }
  }
}

/// Residuals against labels alone, or (kSoft) against targets of which the labels are the largest.
template <bool kSoft>
inline void residualsAgainst(const float* labels, const float* targets, float* logits, size_t classes,
                             const float* sampleWeights, float* others, float* behind) {
  for (size_t i = 0; i < kLogisticTile; i += kWidth) {
    float* tile = logits + i;
    const Vector label = Vector::load(labels + i);
    const Vector largest = largestLogit(tile, classes);
    Vector distance = Vector::zero();
    for (size_t k = 0; k < classes; k++) {
      const Vector fromLargest = largest - Vector::load(tile + k * kLogisticTile);
      if constexpr (kSoft) {
        distance = Vector::load(targets + k * kLogisticTile + i).multiplyAdd(fromLargest, distance);
      } else {
        const Vector::Mask isOwn = Vector::equal(label, Vector::set(static_cast<float>(k)));
        distance = Vector::select(isOwn, fromLargest, distance);
      }
    }
    distance.store(behind + i);
    const Vector sum = exponentials(tile, classes, largest);
    sum.store(others + i);

    const Vector weight = Vector::load(sampleWeights + i), share = weight / (Vector::set(1.0f) + sum);
    Vector otherResiduals = Vector::zero();
    for (size_t k = 0; k < classes; k++) {
      const Vector::Mask isOwn = Vector::equal(label, Vector::set(static_cast<float>(k)));
      Vector residual = Vector::load(tile + k * kLogisticTile) * share;
      if constexpr (kSoft) residual = residual - Vector::load(targets + k * kLogisticTile + i) * weight;
      otherResiduals = otherResiduals + Vector::select(isOwn, Vector::zero(), residual);
      residual.store(tile + k * kLogisticTile);
    }
    const Vector ownResidual = Vector::zero() - otherResiduals;
    for (size_t k = 0; k < classes; k++) {
      const Vector::Mask isOwn = Vector::equal(label, Vector::set(static_cast<float>(k)));
      const Vector residual = Vector::load(tile + k * kLogisticTile);
      Vector::select(isOwn, ownResidual, residual).store(tile + k * kLogisticTile);
    }
  }
}

void residuals(float* logits, size_t classes, const float* labels, const float* sampleWeights, float* others,
               float* behind) {
  residualsAgainst<false>(labels, nullptr, logits, classes, sampleWeights, others, behind);
}

void softResiduals(float* logits, size_t classes, const float* labels, const float* targets,
                   const float* sampleWeights, float* others, float* behind) {
  residualsAgainst<true>(labels, targets, logits, classes, sampleWeights, others, behind);
}

// --- gradient: lanes run along the columns, kVectors x kClasses sums in registers while the tile's rows go
// by. With sixteen registers 2 x 5: 10 sums, 2 vectors of a row, 1 residual, and 7 loads for 10
// multiply-adds. It follows the logits of the same tile at once, while its rows are in the cache. A column's
// sum goes through one rounding for each row until it is flushed to float64, after 4,096 of them at most:
// g(4097) is 2^-12, and roundings of either sign leave about 64 u of it.

constexpr size_t kGradientColumns = 64;

template <typename Element, size_t kVectors, size_t kClasses>
void gradientTile(const Element* x, size_t xStride, size_t rows, const float* residuals, float* gradient,
                  size_t gradientStride) {
  Vector sums[kClasses][kVectors];
  HANDFUL_UNROLL
  for (size_t k = 0; k < kClasses; k++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++)
      sums[k][v] = Vector::load(gradient + k * gradientStride + v * kWidth);
  }
  for (size_t i = 0; i < rows; i++, x += xStride) {
    Vector row[kVectors];
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) row[v] = Vector::load(x + v * kWidth);
    HANDFUL_UNROLL
    for (size_t k = 0; k < kClasses; k++) {
      const Vector residual = Vector::set(residuals[k * kLogisticTile + i]);
      HANDFUL_UNROLL
      for (size_t v = 0; v < kVectors; v++) sums[k][v] = row[v].multiplyAdd(residual, sums[k][v]);
    }
  }
  HANDFUL_UNROLL
  for (size_t k = 0; k < kClasses; k++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) sums[k][v].store(gradient + k * gradientStride + v * kWidth);
  }
}

template <typename Element, size_t kClasses>
void gradientGroup(size_t classes, const Element* x, size_t xStride, size_t rows, size_t columns,
                   const float* residuals, float* gradient, size_t gradientStride) {
  if (classes < kClasses) {
    if constexpr (kClasses > 1) {
      gradientGroup<Element, kClasses - 1>(classes, x, xStride, rows, columns, residuals, gradient,
                                           gradientStride);
    }
    return;
  }
  size_t c = 0;
  for (; c + 2 * kWidth <= columns; c += 2 * kWidth) {
    gradientTile<Element, 2, kClasses>(x + c, xStride, rows, residuals, gradient + c, gradientStride);
  }
  if (c < columns) {
    gradientTile<Element, 1, kClasses>(x + c, xStride, rows, residuals, gradient + c, gradientStride);
  }
}

template <typename Element>
void gradient(const Element* x, size_t xStride, size_t rows, size_t columns, const float* residuals,
              size_t classes, float* out, size_t gradientStride) {
  // A strip of columns of all the tile's rows stays in the first-level cache for all classes.
  for (size_t begin = 0; begin < columns; begin += kGradientColumns) {
    const size_t count = columns - begin < kGradientColumns ? columns - begin : kGradientColumns;
    for (size_t k = 0, group; k < classes; k += group) {
      group = groupSize(classes - k);
      gradientGroup<Element, Vector::kClassGroup>(group, x + begin, xStride, rows, count,
                                                  residuals + k * kLogisticTile,
                                                  out + k * gradientStride + begin, gradientStride);
    }
  }
}

// --- patches of images.

size_t normalizePatches(const float* image, size_t imageStride, const uint32_t* at, size_t count,
                        size_t segments, size_t segmentLength, const float* mask, float addend, float* out,
                        size_t outStride, uint32_t* kept) {
  // Whole vectors are copied: what is too much of one segment the next one overwrites, and the mask hides
  // the rest, provided it is finite.
  for (size_t i = 0; i < count; i++) {
    const float* from = image + at[i];
    float* to = out + i * outStride;
    for (size_t c = outStride - kColumnBlock; c < outStride; c += kWidth) Vector::zero().store(to + c);
    for (size_t segment = 0; segment < segments; segment++, from += imageStride, to += segmentLength) {
      for (size_t e = 0; e < segmentLength; e += kWidth) Vector::load(from + e).store(to + e);
    }
  }
  const float share = 1.0f / static_cast<float>(segments * segmentLength);
  size_t rows = 0;
  for (size_t i = 0; i < count; i++) {
    const float* patch = out + i * outStride;
    // Differences from the first element: where all are equal they are exactly 0.
    const Vector first = Vector::set(*patch);
    Vector sum = Vector::zero();
    for (size_t c = 0; c < outStride; c += kWidth) {
      sum = (Vector::load(patch + c) - first).multiplyAdd(Vector::load(mask + c), sum);
    }
    const Vector mean = Vector::set(sum.sum() * share);
    Vector squares = Vector::zero();
    for (size_t c = 0; c < outStride; c += kWidth) {
      const Vector deviation = (Vector::load(patch + c) - first - mean) * Vector::load(mask + c);
      squares = deviation.multiplyAdd(deviation, squares);
    }
    const float variance = squares.sum() * share;
    if (variance == 0) continue;
    const Vector factor = Vector::set(1.0f) / Vector::set(variance + addend).squareRoot();
    float* to = out + rows * outStride;
    for (size_t c = 0; c < outStride; c += kWidth) {
      ((Vector::load(patch + c) - first - mean) * Vector::load(mask + c) * factor).store(to + c);
    }
    kept[rows++] = static_cast<uint32_t>(i);
  }
  return rows;
}

// The same register plan as multiply; roots are taken of the sums where they are, in registers, while the
// next tile's products can already begin. A panel stays in the first-level cache for all patches.

template <size_t kRows>
void squaredLengthsTile(const float* patches, size_t stride, const PatchPanels& panels,
                        float* squaredLengths) {
  constexpr size_t kVectors = Vector::kMultiplyVectors;
  Vector lengths[kRows];
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) lengths[r] = Vector::zero();
  for (size_t p = 0; p < panels.whiteningPanels; p++) {
    ProductSums<Vector, kRows> sums;
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) {
      const Vector shift = Vector::load(panels.shift + p * kPanelWidth + v * kWidth);
      HANDFUL_UNROLL
      for (size_t r = 0; r < kRows; r++) sums[r][v] = shift;
    }
    addProducts<Vector, kRows>(patches, stride, 1, panels.whitening + p * panels.depth * kPanelWidth,
                               panels.depth, sums);
    HANDFUL_UNROLL
    for (size_t r = 0; r < kRows; r++) {
      HANDFUL_UNROLL
      for (size_t v = 0; v < kVectors; v++) lengths[r] = sums[r][v].multiplyAdd(sums[r][v], lengths[r]);
    }
  }
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) squaredLengths[r] = lengths[r].sum();
}

template <size_t kRows>
void patchDistancesTile(const float* patches, size_t stride, const float* panel, size_t depth,
                        const float* offsets, const float* squaredLengths, float* distances,
                        size_t distanceStride) {
  constexpr size_t kVectors = Vector::kMultiplyVectors;
  ProductSums<Vector, kRows> sums;
  HANDFUL_UNROLL
  for (size_t v = 0; v < kVectors; v++) {
    const Vector offset = Vector::load(offsets + v * kWidth);
    HANDFUL_UNROLL
    for (size_t r = 0; r < kRows; r++) sums[r][v] = Vector::set(squaredLengths[r]) + offset;
  }
  addProducts<Vector, kRows>(patches, stride, 1, panel, depth, sums);
  HANDFUL_UNROLL
  for (size_t r = 0; r < kRows; r++) {
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) {
      sums[r][v].squareRoot().store(distances + r * distanceStride + v * kWidth);
    }
  }
}

/// Calls visit(first row, constant of the number of rows) for tiles of as many rows as registers hold.
template <size_t kRows, typename Visit>
HANDFUL_INLINE void forTiles(size_t rows, const Visit& visit) {
  size_t r = 0;
  for (; r + kRows <= rows; r += kRows) visit.template operator()<kRows>(r);
  if constexpr (kRows > 1) {
    if (r < rows)
      forTiles<kRows - 1>(rows - r,
                          [&]<size_t kRest>(size_t from) { visit.template operator()<kRest>(r + from); });
  }
}

void patchDistances(const float* patches, size_t stride, size_t rows, const PatchPanels& panels,
                    float* distances, size_t distanceStride, float* squaredLengths) {
  constexpr size_t kRows = Vector::kMultiplyRows;
  forTiles<kRows>(rows, [&]<size_t kTile>(size_t r) {
    squaredLengthsTile<kTile>(patches + r * stride, stride, panels, squaredLengths + r);
  });
  for (size_t p = 0; p < panels.centerPanels; p++) {
    forTiles<kRows>(rows, [&]<size_t kTile>(size_t r) {
      patchDistancesTile<kTile>(patches + r * stride, stride, panels.centers + p * panels.depth * kPanelWidth,
                                panels.depth, panels.offsets + p * kPanelWidth, squaredLengths + r,
                                distances + r * distanceStride + p * kPanelWidth, distanceStride);
    });
  }
}

void meanAndLeast(const float* distances, const float* shares, size_t width, float* mean, float* least) {
  Vector evenMean = Vector::zero(), oddMean = Vector::zero();
  Vector evenLeast = Vector::load(distances), oddLeast = evenLeast;
  for (size_t j = 0; j < width; j += 2 * kWidth) {
    const Vector even = Vector::load(distances + j), odd = Vector::load(distances + j + kWidth);
    evenMean = even.multiplyAdd(Vector::load(shares + j), evenMean);
    oddMean = odd.multiplyAdd(Vector::load(shares + j + kWidth), oddMean);
    evenLeast = Vector::min(even, evenLeast);
    oddLeast = Vector::min(odd, oddLeast);
  }
  *mean = (evenMean + oddMean).sum();
  *least = Vector::min(evenLeast, oddLeast).minimum();
}

void addActivations(const float* distances, size_t stride, size_t rows, const float* means, size_t width,
                    float* sums) {
  for (size_t j = 0; j < width; j += kPanelWidth) {
    constexpr size_t kVectors = Vector::kMultiplyVectors;
    Vector totals[kVectors];
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) totals[v] = Vector::load(sums + j + v * kWidth);
    for (size_t r = 0; r < rows; r++) {
      const Vector mean = Vector::set(means[r]);
      HANDFUL_UNROLL
      for (size_t v = 0; v < kVectors; v++) {
        const Vector distance = Vector::load(distances + r * stride + j + v * kWidth);
        totals[v] = totals[v] + Vector::max(mean - distance, Vector::zero());
      }
    }
    HANDFUL_UNROLL
    for (size_t v = 0; v < kVectors; v++) totals[v].store(sums + j + v * kWidth);
  }
}

// --- vectors: what triangular solves are made of. Each element is used once, so that the cache that the
// triangle comes from sets the pace: two sums are enough for dot to keep it.

void addScaled(float factor, const float* x, float* y, size_t count) {
  const Vector factors = Vector::set(factor);
  size_t i = 0;
  for (; i + kWidth <= count; i += kWidth) {
    Vector::load(x + i).multiplyAdd(factors, Vector::load(y + i)).store(y + i);
  }
  for (; i < count; i++) y[i] += factor * x[i];
}

float dot(const float* x, const float* y, size_t count) {
  Vector even = Vector::zero(), odd = Vector::zero();
  size_t i = 0;
  for (; i + 2 * kWidth <= count; i += 2 * kWidth) {
    even = Vector::load(x + i).multiplyAdd(Vector::load(y + i), even);
    odd = Vector::load(x + i + kWidth).multiplyAdd(Vector::load(y + i + kWidth), odd);
  }
  float sum = (even + odd).sum();
  for (; i < count; i++) sum += x[i] * y[i];
  return sum;
}

constexpr WholeProducts wholeProducts() {
  return {multiplyWhole<int16_t, int16_t>, byteProducts<WholeSums>()};
}

constexpr Kernels table(const char* name) {
  return {name,
          kPanelWidth,
          widen,
          multiply<Vector>,
          kPanelWidthOf<Doubles>,
          multiply<Doubles>,
          widenToWords,
          addBytes,
          Vector::kWordsPay,
          multiplyWhole<int16_t, int16_t>,
          byteProducts<WholeSums>(),
          toFloats,
          squaredDistances,
          screenMinimum,
          screenBelow,
          screenPairs,
          logits<float>,
          logits<uint8_t>,
          softmax,
          residuals,
          softResiduals,
          gradient<float>,
          gradient<uint8_t>,
          normalizePatches,
          patchDistances,
          meanAndLeast,
          addActivations,
          addScaled,
          dot};
}

}  // namespace
}  // namespace HANDFUL_NAMESPACE
