import type { Control } from '../backend/run.ts';
import { type Estimate, NORMAL_QUANTILE, wilsonInterval } from '../core/statistics.ts';
import { foldsOf, regressTo, spreadTo } from '../semi-supervised/cross-validation.ts';
import type { LabelledRows } from '../semi-supervised/propagation.ts';
import type { Representation } from '../semi-supervised/representation.ts';

/** How well labels tell those of other rows. */
export interface AccuracyEstimate {
  /** Labels that it rests on. */
  labels: number;
  /** Share of the labelled rows whose label follows from those of the others, with its 95 % interval. */
  accuracy: Estimate;
  /** How much that is more than half of the others' labels do, with its 95 % interval: what doubling them gained. */
  gain: Estimate;
}

/** Fewer labels say nothing worth showing. */
const LEAST_LABELS = 10;

const FOLDS = 5;

/**
 * Estimates by cross-validation how well the labels tell those of other rows, and whether more of them still help:
 * each labelled row is judged by four fifths of the others, and again by half as many. Labels are spread, or learned
 * from alone where that does better, as `FewLabels` does.
 * @param labelled rows that were chosen first come first
 * @returns undefined for fewer than {@link LEAST_LABELS} labels, or a single class
 */
export async function estimateAccuracy(
  representation: Representation,
  labelled: LabelledRows<string>,
  control: Control,
): Promise<AccuracyEstimate | undefined> {
  const count = labelled.rows.length;
  const classes = [...new Set(labelled.labels)];
  if (count < LEAST_LABELS || classes.length < 2) return undefined;
  const spread = { all: [] as boolean[], half: [] as boolean[] };
  const regressed = { all: [] as boolean[], half: [] as boolean[] };
  for (const [known, asked] of foldsOf(labelled, FOLDS)) {
    const [[, halfOfKnown]] = foldsOf(known, 2);
    for (const [part, rows] of [
      ['all', known],
      ['half', halfOfKnown],
    ] as const) {
      const bySpreading = await spreadTo(asked.rows, representation, rows, classes, 'none', control);
      const byRegression = await regressTo(asked.rows, representation, rows, control);
      spread[part].push(...asked.labels.map((label, i) => bySpreading[i] === label));
      regressed[part].push(...asked.labels.map((label, i) => byRegression[i] === label));
    }
  }
  const { all, half } = countRight(spread.all) >= countRight(regressed.all) ? spread : regressed;
  const gain = (countRight(all) - countRight(half)) / count;
  const differing = all.filter((right, i) => right !== half[i]).length;
  const reach = NORMAL_QUANTILE * Math.sqrt((differing / count - gain ** 2) / (count - 1));
  return {
    labels: count,
    accuracy: wilsonInterval(countRight(all), count),
    gain: { value: gain, low: gain - reach, high: gain + reach },
  };
}

function countRight(right: readonly boolean[]): number {
  return right.filter(Boolean).length;
}
