import { RandomState } from '../../core/random-state.ts';

/** Rows that stand for all, each with the weight that makes up for those left out. */
export interface WeightedRows {
  rows: Int32Array;
  weights: Float64Array;
}

/** Weights this much smaller than the largest are nothing to a matrix that only steers the search. */
const NEGLIGIBLE = 1e-12;
const BISECTIONS = 40;

/**
 * About `size` rows drawn by importance: row i with probability min(1, w_i / t) and weight max(w_i, t), with t
 * such that about that many come out; all rows whose weight matters where they are no more. The weighted sum over
 * them is right in expectation. The draws are the same every time.
 */
export function sampleByWeight(weights: Float64Array, size: number): WeightedRows {
  const threshold = Math.max(
    keepingThreshold(weights, size),
    NEGLIGIBLE * weights.reduce((a, b) => Math.max(a, b), 0),
  );
  const random = new RandomState(0);
  const rows: number[] = [];
  const kept: number[] = [];
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row];
    if (weight === 0 || (weight < threshold && random.randomSample() * threshold >= weight)) continue;
    rows.push(row);
    kept.push(Math.max(weight, threshold));
  }
  return { rows: Int32Array.from(rows), weights: Float64Array.from(kept) };
}

/** The t for which min(1, w_i / t) sums to `size`; 0 where no more weights than that are above 0. */
function keepingThreshold(weights: Float64Array, size: number): number {
  let positive = 0;
  let least = Infinity;
  let sum = 0;
  for (const weight of weights) {
    if (weight > 0) {
      positive++;
      least = Math.min(least, weight);
      sum += weight;
    }
  }
  if (positive <= size) return 0;
  let low = least;
  // At sum / size each share is at most w_i / t, so no more than `size` in all.
  let high = sum / size;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = Math.sqrt(low * high);
    let expected = 0;
    for (const weight of weights) expected += Math.min(1, weight / middle);
    if (expected > size) low = middle;
    else high = middle;
  }
  return high;
}
