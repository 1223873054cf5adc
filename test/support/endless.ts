import type { Job, MiniBatchKMeansOptions, Operations, PreparedRows } from '../../binding.d.ts';

/** Options with which mini-batch k-means goes on until it is cancelled. */
export const endless: MiniBatchKMeansOptions = {
  nClusters: 8,
  init: 'random',
  nInit: 1,
  initSize: 64,
  batchSize: 1024,
  maxIter: 2 ** 31 - 1,
  tol: 0,
  maxNoImprovement: Infinity,
  reassignmentRatio: 0,
  randomState: new Uint32Array(625).fill(1, 0, 624),
};

/** Rows for it. */
export function someRows(operations: Operations, rows = 4096, columns = 32): PreparedRows {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * 12.9898) % 1);
  return operations.prepare(data, rows, columns, 1);
}

/** An operation that ends only when its job is cancelled. */
export function runEndlessly(operations: Operations, job: Job): Promise<unknown> {
  return operations.miniBatchKMeans(job, someRows(operations), endless);
}
