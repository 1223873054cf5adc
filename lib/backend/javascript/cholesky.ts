import type { Progress } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import { dotOfParts } from './vectors.ts';

/**
 * Replaces the lower triangle of a symmetric matrix by its Cholesky factor L, where matrix = L L'.
 * @returns false if there is none: the matrix is not positive definite
 */
export async function factorize(
  job: SlicedJob,
  progress: Progress,
  matrix: Float64Array,
  size: number,
): Promise<boolean> {
  for (let i = 0; i < size; i++) {
    if (job.isDue) await job.pause(progress);
    if (!factorizeRow(matrix, size, i)) return false;
  }
  return true;
}

function factorizeRow(matrix: Float64Array, size: number, i: number): boolean {
  const row = i * size;
  for (let j = 0; j < i; j++) {
    const other = j * size;
    matrix[row + j] = (matrix[row + j] - dotOfParts(matrix, row, matrix, other, j)) / matrix[other + j];
  }
  const pivot = matrix[row + i] - dotOfParts(matrix, row, matrix, row, i);
  matrix[row + i] = Math.sqrt(pivot);
  return pivot > 0 && pivot < Infinity;
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
