import { areDistinctLabels, type ClassLabel, checkLabels, distinctLabels } from '../core/class-labels.ts';
import { HandfulError, invalidArgument } from '../core/errors.ts';
import { allocate } from '../core/memory.ts';
import { parseOptions } from '../core/options.ts';

export interface ConfusionMatrixOptions<Label extends ClassLabel = ClassLabel> {
  /**
   * The classes to count, in their order: all or some of those that occur, and perhaps others. Default: all that occur,
   * sorted.
   */
  labels?: readonly Label[];
}

/** Rows counted by what they are and what they were taken for. */
export interface ConfusionMatrix<Label extends ClassLabel = ClassLabel> {
  /** What rows and columns of `counts` are called. */
  labels: readonly Label[];
  /** Labels x labels, row-major: element [i, j] counts the rows of class i that were predicted as class j. */
  counts: Int32Array;
}

/** Pairs of what rows are and what they were taken for. */
export interface EncodedPairs<Label extends ClassLabel> {
  labels: readonly Label[];
  /** For each row the place of its label in `labels`; -1 if it is not among them. */
  truth: Int32Array;
  /** The same of its prediction; -1 if there is none. */
  predicted: Int32Array;
}

/**
 * Checks what rows are and what they were taken for.
 * @param wanted the labels to count; all that occur, sorted, if undefined
 * @throws HandfulError `ERR_INVALID_ARGUMENT` if the two do not fit together, or none of `wanted` occurs
 */
export function encodePairs<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label | null>,
  wanted: readonly Label[] | undefined,
): EncodedPairs<Label> {
  checkPairs(yTrue, yPred);
  const labels = wanted ?? sortedLabels(yTrue, yPred);
  if (wanted !== undefined) checkWanted(wanted);
  const places = new Map<Label | null, number>(labels.map((label, place) => [label, place]));
  const placeOf = (label: Label | null) => places.get(label) ?? -1;
  const truth = Int32Array.from(yTrue, placeOf);
  const predicted = Int32Array.from(yPred, placeOf);
  const occurs = (place: number) => place >= 0;
  if (!truth.some(occurs) && !predicted.some(occurs)) {
    throw invalidArgument('labels', 'at least one label that occurs in yTrue or yPred', wanted);
  }
  return { labels, truth, predicted };
}

/**
 * Checks one label a row and one prediction a row, or null for none, as `LabelSpreading.predict` gives it.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function checkPairs<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label | null>,
): void {
  checkLabels(yTrue, 'yTrue');
  if (yTrue.length === 0) {
    throw new HandfulError('ERR_INVALID_ARGUMENT', 'Expected one label or more in yTrue but there is none');
  }
  checkLabels(yPred, 'yPred', yTrue.length, {
    like: [yTrue, 'yTrue'],
    isMissing: (label) => label === null,
  });
}

function sortedLabels<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label | null>,
): Label[] {
  const known = Array.from(yPred).filter((label) => label !== null);
  return distinctLabels([...new Set(Array.from(yTrue)), ...new Set(known)]);
}

function checkWanted(wanted: readonly ClassLabel[]): void {
  checkLabels(wanted, 'labels');
  if (!areDistinctLabels(wanted)) {
    throw new HandfulError('ERR_INVALID_ARGUMENT', 'Expected labels that differ but one occurs twice');
  }
}

/**
 * Counts the rows of each class by the class that they were taken for, as scikit-learn's `confusion_matrix`. A row
 * whose label or prediction is not among `labels`, or that has no prediction, is in no cell.
 * @param yTrue what each row is
 * @param yPred what it was taken for; null if it has no prediction
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_OUT_OF_MEMORY`
 */
export function confusionMatrix<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label | null>,
  options?: ConfusionMatrixOptions<Label>,
): ConfusionMatrix<Label> {
  const { labels } = parseOptions<ConfusionMatrixOptions<Label>>(
    options,
    { labels: { check: (value) => value as readonly Label[], default: undefined } },
    'confusionMatrix',
  );
  return countPairs(encodePairs(yTrue, yPred, labels));
}

/** Counts pairs of a label and a prediction. */
export function countPairs<Label extends ClassLabel>({
  labels,
  truth,
  predicted,
}: EncodedPairs<Label>): ConfusionMatrix<Label> {
  const width = labels.length;
  const counts = allocate(Int32Array, width ** 2, `the confusion matrix of ${width} classes`);
  for (const [row, i] of truth.entries()) {
    const j = predicted[row]!;
    if (i >= 0 && j >= 0) counts[i * width + j]!++;
  }
  return { labels, counts };
}
