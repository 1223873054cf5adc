import { studentTQuantile } from '../core/distributions.ts';

/** The share of intervals that hold what they are about. */
const CONFIDENCE = 0.95;

/** A mean and the interval around it; no interval, `null`, where a single value says nothing of the spread. */
export interface Estimate {
  mean: number;
  low: number | null;
  high: number | null;
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

/** The mean of a sample with its 95 % interval by Student's t: mean ± t(0.975, n - 1) s / sqrt(n). */
export function estimateMean(values: readonly number[]): Estimate {
  const center = mean(values);
  const deviation = standardDeviation(values);
  if (deviation === undefined) return { mean: center, low: null, high: null };
  const quantile = studentTQuantile((1 + CONFIDENCE) / 2, values.length - 1);
  const reach = (quantile * deviation) / Math.sqrt(values.length);
  return { mean: center, low: center - reach, high: center + reach };
}

/** The same of shares, of which none is below 0 or above 1: nor is their mean. */
export function estimateMeanShare(shares: readonly number[]): Estimate {
  const { mean, low, high } = estimateMean(shares);
  return low === null || high === null
    ? { mean, low, high }
    : { mean, low: Math.max(0, low), high: Math.min(1, high) };
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
export function estimateDifference(values: readonly number[], reference: readonly number[]): Estimate {
  return estimateMean(values.map((value, i) => value - reference[i]!));
}
