import { factorize } from './cholesky.ts';
import type { SlicedJob } from './job.ts';
import { addScaled } from './vectors.ts';

/** What makes the parts of vectors uncorrelated and their variances nearly 1; see binding.d.ts. */
export interface Whitening {
  mean: Float64Array;
  whitening: Float64Array;
}

/** Rows between two looks at the clock. */
const BLOCK_ROWS = 64;

/** What whitens rows of `depth` values. */
export async function learnWhitening(
  job: SlicedJob,
  rows: Float32Array,
  depth: number,
  epsilon: number,
): Promise<Whitening> {
  const mean = meanOf(rows, depth);
  const matrix = await covarianceOf(job, rows, mean);
  for (let i = 0; i < depth; i++) matrix[i * depth + i] += epsilon;
  await factorize(job, { phase: 'whiten', done: 0, total: 0 }, matrix, depth);
  return { mean, whitening: inverseOf(matrix, depth) };
}

/** Whitens rows in place. */
export async function whitenRows(job: SlicedJob, whitening: Whitening, rows: Float32Array): Promise<void> {
  const depth = whitening.mean.length;
  const whitened = new Float64Array(depth);
  const total = rows.length / depth;
  for (let row = 0; row < total; row++) {
    if (row % BLOCK_ROWS === 0 && job.isDue) await job.pause({ phase: 'whiten', done: row, total });
    const vector = rows.subarray(row * depth, (row + 1) * depth);
    whiten(whitening, vector, whitened);
    vector.set(whitened);
  }
}

/** Whitens one vector. */
export function whiten(
  { mean, whitening }: Whitening,
  vector: ArrayLike<number>,
  whitened: Float64Array,
): void {
  const depth = mean.length;
  for (let i = 0; i < depth; i++) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += whitening[i * depth + j] * (vector[j] - mean[j]);
    whitened[i] = sum;
  }
}

function meanOf(rows: Float32Array, depth: number): Float64Array {
  const mean = new Float64Array(depth);
  for (let at = 0; at < rows.length; at += depth) {
    for (let d = 0; d < depth; d++) mean[d] += rows[at + d];
  }
  return mean.map((sum) => sum / (rows.length / depth));
}

/** The lower triangle of the covariance. */
async function covarianceOf(job: SlicedJob, rows: Float32Array, mean: Float64Array): Promise<Float64Array> {
  const depth = mean.length;
  const total = rows.length / depth;
  const covariance = new Float64Array(depth * depth);
  const deviations = new Float64Array(depth);
  for (let row = 0; row < total; row++) {
    if (row % BLOCK_ROWS === 0 && job.isDue) await job.pause({ phase: 'whiten', done: row, total });
    for (let d = 0; d < depth; d++) deviations[d] = rows[row * depth + d] - mean[d];
    for (let i = 0, at = 0; i < depth; i++, at += depth) {
      const factor = deviations[i];
      for (let j = 0; j <= i; j++) covariance[at + j] += factor * deviations[j];
    }
  }
  return covariance.map((sum) => sum / total);
}

/** The inverse of a lower triangular matrix, whatever stands above its diagonal. */
function inverseOf(lower: Float64Array, order: number): Float64Array {
  const inverse = new Float64Array(order * order);
  for (let i = 0; i < order; i++) {
    const to = inverse.subarray(i * order, i * order + i + 1);
    for (let k = 0; k < i; k++) {
      addScaled(to.subarray(0, k + 1), -lower[i * order + k], inverse.subarray(k * order, k * order + k + 1));
    }
    to[i] = 1;
    for (let j = 0; j <= i; j++) to[j] /= lower[i * order + i];
  }
  return inverse;
}
