import { RandomState } from '../random-state.ts';

/** A figure estimated from rows, and between what bounds it lies with 95 % confidence. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** The number that a standard normal draw is below with chance 0.975. */
const Z = 1.959963984540054;

/** Draws of the bootstrap. */
const RESAMPLES = 1000;

/**
 * A share with Wilson's score interval (Wilson 1927), which keeps what it promises for few rows and for shares near 0
 * and 1 too (Brown, Cai & DasGupta 2001).
 * @param hits 0 … `count`
 * @param count rows; with none of them the share is NaN and may be anything
 */
export function wilsonInterval(hits: number, count: number): Estimate {
  if (count === 0) return { value: Number.NaN, low: 0, high: 1 };
  const share = hits / count;
  const square = Z * Z;
  const middle = (share + square / (2 * count)) / (1 + square / count);
  const half =
    (Z / (1 + square / count)) * Math.sqrt((share * (1 - share)) / count + square / (4 * count * count));
  return {
    value: share,
    // Exactly 0 and 1 at the ends, whatever rounding makes of them.
    low: hits === 0 ? 0 : Math.max(0, middle - half),
    high: hits === count ? 1 : Math.min(1, middle + half),
  };
}

/**
 * A figure of some rows with the percentile interval of the bootstrap (Efron & Tibshirani 1993, chapter 13): the figure
 * of 1000 samples of as many rows, drawn with replacement.
 * @param statistic the figure when each row counts as often as `weights` says
 * @param randomState a seed, so that the same rows give the same interval
 */
export function bootstrapInterval(
  rows: number,
  statistic: (weights: Uint32Array) => number,
  randomState = 0,
): Estimate {
  const random = new RandomState(randomState);
  const weights = new Uint32Array(rows);
  const figures = Float64Array.from({ length: RESAMPLES }, () => {
    weights.fill(0);
    for (const row of random.randint(0, rows, rows)) weights[row]!++;
    return statistic(weights);
  }).sort();
  return {
    value: statistic(weights.fill(1)),
    low: quantile(figures, 0.025),
    high: quantile(figures, 0.975),
  };
}

/** Linear between the two nearest of sorted figures. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
