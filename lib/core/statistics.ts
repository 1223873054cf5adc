import { studentTQuantile } from './distributions.ts';

/**
 * A figure estimated from a sample, and the bounds that it lies between with 95 % confidence.
 * @typeParam Bound `number | null` if a sample may be too small for an interval: its bounds are then `null`
 */
export interface Estimate<Bound extends number | null = number> {
  value: number;
  low: Bound;
  high: Bound;
}

/** The chance that a figure lies above the upper bound of its interval, and that it lies below the lower one. */
export const TAIL = 0.025;

/** The number that a standard normal draw is below with chance 1 - {@link TAIL}. */
export const NORMAL_QUANTILE = 1.959963984540054;

/** The number that a draw from Student's t distribution is below with chance 1 - {@link TAIL}. */
export function tQuantile(degreesOfFreedom: number): number {
  return studentTQuantile(1 - TAIL, degreesOfFreedom);
}

/** The arithmetic mean of one value or more. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The standard deviation of a sample (divided by n - 1); undefined for a single value. */
export function standardDeviation(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
}

/**
 * The mean of a sample with its 95 % interval by Student's t: mean ± t(0.975, n - 1) s / sqrt(n). A single value says
 * nothing of the spread, so it has no interval.
 */
export function estimateMean(values: readonly number[]): Estimate<number | null> {
  const value = mean(values);
  const deviation = standardDeviation(values);
  if (deviation === undefined) return { value, low: null, high: null };
  const reach = (tQuantile(values.length - 1) * deviation) / Math.sqrt(values.length);
  return { value, low: value - reach, high: value + reach };
}

/** The same of shares, of which none is below 0 or above 1: nor is their mean. */
export function estimateMeanShare(shares: readonly number[]): Estimate<number | null> {
  const { value, low, high } = estimateMean(shares);
  return low === null || high === null
    ? { value, low, high }
    : { value, low: Math.max(0, low), high: Math.min(1, high) };
}

/**
 * How much larger `values` are than `reference`, which belong together one by one: the mean of the differences with
 * its 95 % interval by Student's t.
 *
 * Two samples of accuracies over the same seeds share whatever the seed decides for both, the rows drawn for
 * instance. The differences are free of what is shared, and their own spread is all that the interval needs: it is
 * right whether the two go together, go against each other or have nothing to do with one another, which an
 * interval from the two standard deviations is only in the last case.
 */
export function estimateDifference(
  values: readonly number[],
  reference: readonly number[],
): Estimate<number | null> {
  return estimateMean(values.map((value, i) => value - reference[i]!));
}

/**
 * A share with Wilson's score interval (Wilson 1927), which keeps what it promises for few rows and for shares near 0
 * and 1 too (Brown, Cai & DasGupta 2001).
 * @param hits 0 … `count`
 * @param count rows; with none of them the share is NaN and may be anything
 */
export function wilsonInterval(hits: number, count: number): Estimate {
  if (count === 0) return { value: Number.NaN, low: 0, high: 1 };
  const share = hits / count;
  const square = NORMAL_QUANTILE * NORMAL_QUANTILE;
  const middle = (share + square / (2 * count)) / (1 + square / count);
  const half =
    (NORMAL_QUANTILE / (1 + square / count)) *
    Math.sqrt((share * (1 - share)) / count + square / (4 * count * count));
  return {
    value: share,
    // Exactly 0 and 1 at the ends, whatever rounding makes of them.
    low: hits === 0 ? 0 : Math.max(0, middle - half),
    high: hits === count ? 1 : Math.min(1, middle + half),
  };
}
