import type { Progress } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';

/** Thrown where a matrix has no Cholesky factor. */
export class NotPositiveDefinite extends Error {
  override name = 'NotPositiveDefinite';
}

/**
 * Replaces the lower triangle of a symmetric matrix by its Cholesky factor L, where matrix = L L'.
 * @throws NotPositiveDefinite
 */
export async function factorize(
  job: SlicedJob,
  progress: Progress,
  matrix: Float64Array,
  size: number,
): Promise<void> {
  for (let i = 0; i < size; i++) {
    if (job.isDue) await job.pause(progress);
    factorizeRow(matrix, size, i);
  }
}

function factorizeRow(matrix: Float64Array, size: number, i: number): void {
  const row = i * size;
  for (let j = 0; j < i; j++) {
    const other = j * size;
    matrix[row + j] = (matrix[row + j] - dotRows(matrix, row, other, j)) / matrix[other + j];
  }
  const pivot = matrix[row + i] - dotRows(matrix, row, row, i);
  if (!(pivot > 0 && pivot < Infinity)) throw new NotPositiveDefinite(`Pivot ${i} is ${pivot}`);
  matrix[row + i] = Math.sqrt(pivot);
}

function dotRows(matrix: Float64Array, a: number, b: number, length: number): number {
  // Four sums, so that an addition need not wait for the one before it.
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    sum0 += matrix[a + i] * matrix[b + i];
    sum1 += matrix[a + i + 1] * matrix[b + i + 1];
    sum2 += matrix[a + i + 2] * matrix[b + i + 2];
    sum3 += matrix[a + i + 3] * matrix[b + i + 3];
  }
  for (; i < length; i++) sum0 += matrix[a + i] * matrix[b + i];
  return sum0 + sum1 + (sum2 + sum3);
}

/** Replaces `vector` by the solution of L L' solution = vector. */
export function solve(factor: Float64Array, size: number, vector: Float64Array): void {
  for (let i = 0; i < size; i++) {
    const row = i * size;
    let sum = vector[i];
    for (let j = 0; j < i; j++) sum -= factor[row + j] * vector[j];
    vector[i] = sum / factor[row + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    const row = i * size;
    const value = vector[i] / factor[row + i];
    vector[i] = value;
    for (let j = 0; j < i; j++) vector[j] -= factor[row + j] * value;
  }
}
