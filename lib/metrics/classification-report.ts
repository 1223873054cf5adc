import type { ClassLabel } from '../estimators/class-labels.ts';
import { type OptionTable, parseOptions } from '../options.ts';
import { type ConfusionMatrix, type ConfusionMatrixOptions, encodePairs } from './confusion-matrix.ts';
import { bootstrapInterval, type Estimate, wilsonInterval } from './intervals.ts';
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
  /** Share of the rows that were taken for what they are. */
  accuracy: Estimate;
  classes: ClassReport<Label>[];
  /** Mean of the classes' F1 scores, each class counting the same; a class without any counts as 0. */
  macroF1: Estimate;
  confusion: ConfusionMatrix<Label>;
}

/**
 * The share of rows that were taken for what they are, as scikit-learn's `accuracy_score`, with Wilson's interval.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function accuracyScore<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
): Estimate {
  const { truth, predicted } = encodePairs(yTrue, yPred, undefined);
  return wilsonInterval(
    truth.reduce((right, each, row) => right + Number(each === predicted[row]), 0),
    truth.length,
  );
}

/**
 * Accuracy, and precision, recall and F1 score of each class, as scikit-learn's `classification_report`, all with 95 %
 * intervals: Wilson's for shares of rows; for F1 = 2p / (1 + p), with p the share of right ones among all rows that
 * are of the class or were taken for it, Wilson's of p (Lam, Gopal & Qian 2023); the bootstrap's for the mean of F1.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function classificationReport<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  options?: ClassificationReportOptions<Label>,
): ClassificationReport<Label> {
  const table: OptionTable<ClassificationReportOptions<Label>> = {
    labels: { check: (value) => value as readonly Label[], default: undefined },
    randomState: { check: randomStateSeed, default: 0 },
  };
  const { labels: wanted, randomState } = parseOptions(options, table, 'classificationReport');
  const { labels, truth, predicted } = encodePairs(yTrue, yPred, wanted);
  const width = labels.length;
  const counts = new Int32Array(width ** 2);
  for (const [row, i] of truth.entries()) counts[i * width + predicted[row]!]!++;
  const rows = truth.length;
  const { right, actual, taken } = sumsOf(counts, width);
  const classes = labels.map((label, c) => ({
    label,
    precision: wilsonInterval(right[c]!, taken[c]!),
    recall: wilsonInterval(right[c]!, actual[c]!),
    f1Score: f1Of(wilsonInterval(right[c]!, actual[c]! + taken[c]! - right[c]!)),
    support: actual[c]!,
  }));
  const sample = new Int32Array(width ** 2);
  const macroF1 = bootstrapInterval(
    rows,
    (weights) => {
      sample.fill(0);
      for (let row = 0; row < rows; row++) sample[truth[row]! * width + predicted[row]!]! += weights[row]!;
      return meanF1(sample, width);
    },
    randomState,
  );
  return {
    support: rows,
    accuracy: wilsonInterval(
      right.reduce((sum, each) => sum + each, 0),
      rows,
    ),
    classes,
    macroF1,
    confusion: { labels, counts },
  };
}

/** For each class the rows taken for it rightly, those of it, and those taken for it. */
function sumsOf(counts: Int32Array, width: number): Record<'right' | 'actual' | 'taken', Int32Array> {
  const [right, actual, taken] = [new Int32Array(width), new Int32Array(width), new Int32Array(width)];
  for (let i = 0; i < width; i++) {
    right[i] = counts[i * width + i]!;
    for (let j = 0; j < width; j++) {
      actual[i]! += counts[i * width + j]!;
      taken[j]! += counts[i * width + j]!;
    }
  }
  return { right, actual, taken };
}

/** F1 from the share p of right ones among all that are of a class or taken for it, which it grows with. */
function f1Of({ value, low, high }: Estimate): Estimate {
  const f1 = (p: number) => (2 * p) / (1 + p);
  return { value: f1(value), low: f1(low), high: f1(high) };
}

function meanF1(counts: Int32Array, width: number): number {
  const { right, actual, taken } = sumsOf(counts, width);
  return (
    right.reduce((sum, each, c) => sum + (each > 0 ? (2 * each) / (actual[c]! + taken[c]!) : 0), 0) / width
  );
}
