import type { ClassLabel } from '../core/class-labels.ts';
import { type OptionTable, parseOptions } from '../core/options.ts';
import { countRight } from '../core/predictions.ts';
import { type Estimate, wilsonInterval } from '../core/statistics.ts';
import {
  type ConfusionMatrix,
  type ConfusionMatrixOptions,
  checkPairs,
  countPairs,
  type EncodedPairs,
  encodePairs,
} from './confusion-matrix.ts';
import { bootstrapInterval, deltaInterval, groupRows, MAX_BOOTSTRAP_GROUPS } from './intervals.ts';
import { randomStateSeed } from './random-state-seed.ts';

export interface ClassificationReportOptions<Label extends ClassLabel = ClassLabel>
  extends ConfusionMatrixOptions<Label> {
  /** Seed of the bootstrap. Default 0. */
  randomState?: number;
}

/** How well one class was told from the others. */
export interface ClassReport<Label extends ClassLabel = ClassLabel> {
  label: Label;
  /** Share of the rows taken for the class that are of it; NaN where none were. */
  precision: Estimate;
  /** Share of the rows of the class that were taken for it; NaN where there are none. */
  recall: Estimate;
  /** Harmonic mean of the two; NaN where the class occurs neither among the truth nor among the predictions. */
  f1Score: Estimate;
  /** Rows of the class. */
  support: number;
}

/** How well rows were classified; every figure with its 95 % interval. */
export interface ClassificationReport<Label extends ClassLabel = ClassLabel> {
  /** Rows. */
  support: number;
  /** Share of all rows that were taken for what they are, those of classes that `labels` lacks among them. */
  accuracy: Estimate;
  classes: ClassReport<Label>[];
  /** Mean of the F1 scores of `labels`, each class counting the same; one that no row has counts as 0. */
  macroF1: Estimate;
  confusion: ConfusionMatrix<Label>;
}

/**
 * The share of rows that were taken for what they are, as scikit-learn's `accuracy_score`, with Wilson's interval.
 * @param yPred what each row was taken for; null if it has no prediction, which counts as wrong
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function accuracyScore<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label | null>,
): Estimate {
  checkPairs(yTrue, yPred);
  return wilsonInterval(countRight(yPred, yTrue), yTrue.length);
}

/**
 * Accuracy, and precision, recall and F1 score of each class, as scikit-learn's `classification_report`, all with 95 %
 * intervals: Wilson's for shares of rows; for F1 = 2p / (1 + p), with p the share of right ones among all rows that
 * are of the class or were taken for it, Wilson's of p (Lam, Gopal & Qian 2023); the bootstrap's for the mean of F1.
 * @param yPred what each row was taken for; null if it has no prediction, which counts as wrong
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_OUT_OF_MEMORY`
 */
export function classificationReport<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label | null>,
  options?: ClassificationReportOptions<Label>,
): ClassificationReport<Label> {
  const table: OptionTable<ClassificationReportOptions<Label>> = {
    labels: { check: (value) => value as readonly Label[], default: undefined },
    randomState: { check: randomStateSeed, default: 0 },
  };
  const { labels: wanted, randomState } = parseOptions(options, table, 'classificationReport');
  const pairs = encodePairs(yTrue, yPred, wanted);
  const { labels, truth, predicted } = pairs;
  const [right, actual, taken] = [0, 0, 0].map(() => new Int32Array(labels.length)) as ClassSums;
  for (const [row, i] of truth.entries()) {
    const j = predicted[row]!;
    if (i >= 0) actual[i]!++;
    if (j >= 0) taken[j]!++;
    if (i >= 0 && i === j) right[i]!++;
  }
  const classes = labels.map((label, c) => ({
    label,
    precision: wilsonInterval(right[c]!, taken[c]!),
    recall: wilsonInterval(right[c]!, actual[c]!),
    f1Score: f1Of(wilsonInterval(right[c]!, actual[c]! + taken[c]! - right[c]!)),
    support: actual[c]!,
  }));
  return {
    support: yTrue.length,
    accuracy: accuracyScore(yTrue, yPred),
    classes,
    macroF1: macroF1(pairs, randomState!),
    confusion: countPairs(pairs),
  };
}

/** For each class the rows taken for it rightly, those of it, and those taken for it. */
type ClassSums = [right: Int32Array, actual: Int32Array, taken: Int32Array];

/** F1 from the share p of right ones among all that are of a class or taken for it, which it grows with. */
function f1Of({ value, low, high }: Estimate): Estimate {
  const f1 = (p: number) => (2 * p) / (1 + p);
  return { value: f1(value), low: f1(low), high: f1(high) };
}

/**
 * The mean of the classes' F1 scores, by the bootstrap, or of very many kinds of confusion by the delta method. A sample
 * of the bootstrap that has no row of a class says nothing of that class, so the mean is over the classes that it has
 * rows of. Classes that no row is of have an F1 of 0, in the samples as in the figure.
 */
function macroF1({ labels, truth, predicted }: EncodedPairs<ClassLabel>, randomState: number): Estimate {
  const width = labels.length;
  const groups = groupRows(truth.length, (row) => truth[row]! * (width + 1) + predicted[row]!);
  const trueOf = groups.first.map((row) => truth[row]!);
  const takenOf = groups.first.map((row) => predicted[row]!);
  const existing = new Set(trueOf.filter((place) => place >= 0)).size;
  const [right, actual, taken] = [0, 0, 0].map(() => new Int32Array(width)) as ClassSums;
  const mean = (weights: Uint32Array): number => {
    for (const sums of [right, actual, taken]) sums.fill(0);
    for (let group = 0; group < weights.length; group++) {
      const [i, j, weight] = [trueOf[group]!, takenOf[group]!, weights[group]!];
      if (i >= 0) actual[i]! += weight;
      if (j >= 0) taken[j]! += weight;
      if (i >= 0 && i === j) right[i]! += weight;
    }
    let sum = 0;
    let present = 0;
    for (let c = 0; c < width; c++) {
      if (actual[c] === 0) continue;
      sum += (2 * right[c]!) / (actual[c]! + taken[c]!);
      present++;
    }
    return existing === 0 ? 0 : ((sum / present) * existing) / width;
  };
  if (groups.counts.length <= MAX_BOOTSTRAP_GROUPS)
    return bootstrapInterval(groups.counts, mean, randomState);
  const value = mean(groups.counts);
  // The F1 score of a class is 2 right / size.
  const size = actual.map((count, c) => count + taken[c]!);
  const f1 = Float64Array.from(actual, (count, c) => (count > 0 ? (2 * right[c]!) / size[c]! : 0));
  const slopes = Float64Array.from(groups.counts, (_, group) => {
    const [i, j] = [trueOf[group]!, takenOf[group]!];
    if (i === j) return i < 0 ? 0 : (2 * (1 - f1[i]!)) / size[i]! / width;
    const lost = [i, j].map((c) => (c < 0 ? 0 : f1[c]! / size[c]!));
    return -(lost[0]! + lost[1]!) / width;
  });
  return deltaInterval(value, groups.counts, slopes);
}
