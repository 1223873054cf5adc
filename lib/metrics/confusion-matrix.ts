import { HandfulError } from '../errors.ts';
import { areDistinctLabels, type ClassLabel, checkLabels, encodeLabels } from '../estimators/class-labels.ts';
import { parseOptions } from '../options.ts';

export interface ConfusionMatrixOptions<Label extends ClassLabel = ClassLabel> {
  /** The classes to count, in their order. Default: all that occur, sorted. */
  labels?: readonly Label[];
}

/** Rows counted by what they are and what they were taken for. */
export interface ConfusionMatrix<Label extends ClassLabel = ClassLabel> {
  /** What rows and columns of `counts` are called. */
  labels: readonly Label[];
  /** Labels x labels, row-major: element [i, j] counts the rows of class i that were predicted as class j. */
  counts: Int32Array;
}

/** Pairs of what rows are and what they were taken for, as places in `labels`. */
export interface EncodedPairs<Label extends ClassLabel> {
  labels: readonly Label[];
  truth: Int32Array;
  predicted: Int32Array;
}

/**
 * Checks what rows are and what they were taken for.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` where the two do not fit together, or a label is not among `labels`
 */
export function encodePairs<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  labels: readonly Label[] | undefined,
): EncodedPairs<Label> {
  checkLabels(yTrue, 'yTrue');
  if (yTrue.length === 0) {
    throw new HandfulError('ERR_INVALID_ARGUMENT', 'Expected one label or more in yTrue but there is none');
  }
  checkLabels(yPred, 'yPred', yTrue.length);
  const both = [...Array.from(yTrue), ...Array.from(yPred)];
  if (labels === undefined) {
    const { classes, indices } = encodeLabels(both, 'yTrue and yPred', both.length);
    return {
      labels: classes,
      truth: indices.subarray(0, yTrue.length),
      predicted: indices.subarray(yTrue.length),
    };
  }
  checkLabels(labels, 'labels');
  if (!areDistinctLabels(labels)) {
    throw new HandfulError('ERR_INVALID_ARGUMENT', 'Expected labels that differ but one occurs twice');
  }
  const places = new Map(labels.map((label, place) => [label, place]));
  const indices = Int32Array.from(both, (label) => places.get(label) ?? -1);
  const unknown = indices.indexOf(-1);
  if (unknown >= 0) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected only labels that are among labels, but there is ${JSON.stringify(both[unknown])}`,
    );
  }
  return { labels, truth: indices.subarray(0, yTrue.length), predicted: indices.subarray(yTrue.length) };
}

/**
 * Counts the rows of each class by the class that they were taken for, as scikit-learn's `confusion_matrix`.
 * @param yTrue what each row is
 * @param yPred what it was taken for
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function confusionMatrix<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  options?: ConfusionMatrixOptions<Label>,
): ConfusionMatrix<Label> {
  const { labels: wanted } = parseOptions<ConfusionMatrixOptions<Label>>(
    options,
    { labels: { check: (value) => value as readonly Label[], default: undefined } },
    'confusionMatrix',
  );
  const { labels, truth, predicted } = encodePairs(yTrue, yPred, wanted);
  const counts = new Int32Array(labels.length ** 2);
  for (const [row, i] of truth.entries()) counts[i * labels.length + predicted[row]!]!++;
  return { labels, counts };
}
