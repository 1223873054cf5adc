import { RandomState } from '../core/random-state.ts';
import { type Estimate, NORMAL_QUANTILE, TAIL } from '../core/statistics.ts';

/** Samples of the bootstrap, and how many groups' weights are drawn for all of them together. */
const MAX_SAMPLES = 1000;
const MIN_SAMPLES = 200;
const MAX_DRAWS = 4e5;
/** Groups beyond which the bootstrap would hold up the event loop. */
export const MAX_BOOTSTRAP_GROUPS = MAX_DRAWS / MIN_SAMPLES;

/** Means of the Poisson distribution up to which a draw is found by summing its chances. */
const MAX_INVERTED_MEAN = 20;
const CHANCES_OF_NONE = Float64Array.from({ length: MAX_INVERTED_MEAN + 1 }, (_, mean) => Math.exp(-mean));

/** Rows that count alike in a figure: for each group its number of rows, and the first of them. */
export interface RowGroups {
  counts: Uint32Array;
  first: Int32Array;
}

/** Groups rows by a key. */
export function groupRows(rows: number, keyOf: (row: number) => number): RowGroups {
  const groups = new Map<number, { count: number; first: number }>();
  for (let row = 0; row < rows; row++) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { count: 1, first: row });
  }
  const all = [...groups.values()];
  return {
    counts: Uint32Array.from(all, ({ count }) => count),
    first: Int32Array.from(all, ({ first }) => first),
  };
}

/**
 * A figure of some rows with the percentile interval of the bootstrap (Efron & Tibshirani 1993, chapter 13), drawn as
 * Poisson frequencies (Hanley & MacGibbon 2006): in each of 1000 samples a row counts Poisson(1) times, so a group of m
 * like rows counts Poisson(m) times, and the time goes by the groups and not by the rows. Of more than 400 groups
 * there are fewer samples, 200 at least. The interval holds the figure: it is widened to it if all samples lie to one
 * side.
 * @param counts for each group its number of rows, 1 or more
 * @param statistic the figure if each group counts as `weights` says; NaN if the sample does not tell it
 * @param randomState a seed, so that the same rows give the same interval
 */
export function bootstrapInterval(
  counts: Uint32Array,
  statistic: (weights: Uint32Array) => number,
  randomState: number,
): Estimate {
  const value = statistic(counts);
  const random = new RandomState(randomState);
  const samples = Math.max(MIN_SAMPLES, Math.min(MAX_SAMPLES, Math.floor(MAX_DRAWS / counts.length)));
  const weights = new Uint32Array(counts.length);
  const figures = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    const uniform = random.randomSample(counts.length);
    for (let group = 0; group < counts.length; group++) {
      weights[group] = poisson(counts[group]!, uniform[group]!, random);
    }
    figures[sample] = statistic(weights);
  }
  const told = figures.filter((figure) => !Number.isNaN(figure)).sort();
  return {
    value,
    low: Math.min(value, quantile(told, TAIL)),
    high: Math.max(value, quantile(told, 1 - TAIL)),
  };
}

/**
 * A share between 0 and 1, a smooth function of the numbers of rows of many groups, with its interval by the delta method
 * (Efron & Tibshirani 1993, chapter 21.5): what the bootstrap comes to if its samples are many and the function nearly
 * linear, in time that goes by the groups alone.
 * @param counts for each group its number of rows
 * @param slopes for each group by how much a row more would change the share
 */
export function deltaInterval(value: number, counts: Uint32Array, slopes: Float64Array): Estimate {
  const variance = counts.reduce((sum, count, group) => sum + count * slopes[group]! ** 2, 0);
  const half = NORMAL_QUANTILE * Math.sqrt(variance);
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}

/** A draw of the Poisson distribution of a whole mean: by inversion of `uniform`, or from a normal draw if it is large. */
function poisson(mean: number, uniform: number, random: RandomState): number {
  if (mean <= MAX_INVERTED_MEAN) {
    let chance = CHANCES_OF_NONE[mean]!;
    let sum = chance;
    let draw = 0;
    while (uniform >= sum && chance > 0) {
      draw++;
      chance *= mean / draw;
      sum += chance;
    }
    return draw;
  }
  const z = Math.sqrt(-2 * Math.log(1 - uniform)) * Math.cos(2 * Math.PI * random.randomSample());
  // With the next term of Cornish & Fisher's expansion, for the skewness.
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * z + (z * z - 1) / 6));
}

/** Linear between the two nearest of sorted figures. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
