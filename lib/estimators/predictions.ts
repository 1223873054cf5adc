import { argmax } from '../argmax.ts';
import type { ClassLabel } from './class-labels.ts';
import type { FloatMatrix } from './input.ts';

/** For each row of scores or probabilities, rows x classes, the class of the largest, ties to the first. */
export function mostProbable<Label extends ClassLabel>(
  { data, shape: [rows, width] }: FloatMatrix,
  classes: readonly Label[],
): Label[] {
  return Array.from({ length: rows }, (_, row) => classes[argmax(data, row * width, width)]!);
}

/** The share of rows whose predicted label is that of `y`, 0 … 1. */
export function shareRight<Label extends ClassLabel>(
  predicted: readonly (Label | null)[],
  y: ArrayLike<Label>,
): number {
  return predicted.reduce((right, label, i) => right + Number(label === y[i]), 0) / predicted.length;
}
