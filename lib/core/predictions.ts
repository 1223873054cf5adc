import { argmax } from './argmax.ts';
import type { ClassLabel } from './class-labels.ts';
import type { FloatMatrix } from './matrix.ts';

/** For each row of scores or probabilities, rows x classes, the class of the largest, ties to the first. */
export function mostProbable<Label extends ClassLabel>(
  { data, shape: [rows, width] }: FloatMatrix,
  classes: readonly Label[],
): Label[] {
  return Array.from({ length: rows }, (_, row) => classes[argmax(data, row * width, width)]!);
}

/** The same of distributions, but null for a row of zeros, of which nothing is known. */
export function mostProbableOrNull<Label extends ClassLabel>(
  distributions: FloatMatrix,
  classes: readonly Label[],
): (Label | null)[] {
  const { data } = distributions;
  const width = classes.length;
  return mostProbable(distributions, classes).map((label, row) =>
    data.subarray(row * width, (row + 1) * width).some((share) => share > 0) ? label : null,
  );
}

/** The share of rows whose predicted label is that of `y`, 0 … 1; `rows` are their places in `y`, if not all in order. */
export function shareRight<Label extends ClassLabel>(
  predicted: ArrayLike<Label | null>,
  y: ArrayLike<Label>,
  rows?: ArrayLike<number>,
): number {
  return countRight(predicted, y, rows) / predicted.length;
}

/** The number of these rows. */
export function countRight<Label extends ClassLabel>(
  predicted: ArrayLike<Label | null>,
  y: ArrayLike<Label>,
  rows?: ArrayLike<number>,
): number {
  let right = 0;
  for (let i = 0; i < predicted.length; i++) right += Number(predicted[i] === y[rows ? rows[i]! : i]);
  return right;
}
