import type { Job, Operations, PreparedRows } from '../../../binding.d.ts';
import { assign } from './assign.ts';
import { asMemoryError, BackendError } from './backend-error.ts';
import { columnStatistics } from './column-statistics.ts';
import { farthestFirst } from './farthest-first.ts';
import { SlicedJob } from './job.ts';
import { kMeans } from './k-means.ts';
import { kMeansPlusPlus } from './k-means-plus-plus.ts';
import { linear } from './linear.ts';
import { logisticRegression } from './logistic-regression.ts';
import { miniBatchKMeans, miniBatchKMeansStep } from './mini-batch-k-means.ts';
import { nearest, neighborGraph } from './nearest.ts';
import { pairwiseDistances } from './pairwise-distances.ts';
import { learnPatches } from './patch-codebook.ts';
import { patchFeatures } from './patch-features.ts';
import { principalComponents } from './principal-components.ts';
import { normalizeRows, scaleColumns } from './row-transforms.ts';
import { Rows } from './rows.ts';
import { smoothRows } from './smooth-rows.ts';
import { spreadLabels } from './spread-labels.ts';

/**
 * Every operation of binding.d.ts in plain TypeScript over typed arrays: what runs where the addon can't be
 * loaded, and what it is measured against.
 */
export const javascriptOperations: Operations = {
  createJob: (onProgress) => new SlicedJob(onProgress),
  prepare: (data, rows, columns, scale) => Rows.copy(data, rows, columns, scale),
  pairwiseDistances: (job, x, y, metric) =>
    run(job, (sliced) => pairwiseDistances(sliced, own(x), own(y), metric)),
  nearest: (job, x, queries, k) => run(job, (sliced) => nearest(sliced, own(x), own(queries), k)),
  neighborGraph: (job, x, k) => run(job, (sliced) => neighborGraph(sliced, own(x), k)),
  assign: (job, x, centers) => run(job, (sliced) => assign(sliced, own(x), centers.slice())),
  kmeansPlusPlus: (job, x, options) => run(job, (sliced) => kMeansPlusPlus(sliced, own(x), options)),
  kmeans: (job, x, options) => run(job, (sliced) => kMeans(sliced, own(x), options)),
  miniBatchKMeans: (job, x, options) => run(job, (sliced) => miniBatchKMeans(sliced, own(x), options)),
  miniBatchKMeansStep: (job, x, options) =>
    run(job, (sliced) => miniBatchKMeansStep(sliced, own(x), options)),
  farthestFirst: (job, x, chosen, count) =>
    run(job, (sliced) => farthestFirst(sliced, own(x), chosen.slice(), count)),
  logisticRegression: (job, x, options) => run(job, (sliced) => logisticRegression(sliced, own(x), options)),
  linear: (job, x, model, output) => runRows(job, x, (sliced) => linear(sliced, own(x), model, output)),
  smoothRows: (job, graph, x) => runRows(job, x, (sliced) => smoothRows(sliced, graph, own(x))),
  spreadLabels: (job, graph, options) => run(job, (sliced) => spreadLabels(sliced, graph, options)),
  learnPatches: (job, x, options) => run(job, (sliced) => learnPatches(sliced, own(x), options)),
  patchFeatures: (job, x, options, projection) =>
    runRows(job, x, (sliced) => patchFeatures(sliced, own(x), options, projection)),
  columnStatistics: (job, x) => run(job, (sliced) => columnStatistics(sliced, own(x))),
  scaleColumns: (job, x, scaling) => runRows(job, x, (sliced) => scaleColumns(sliced, own(x), scaling)),
  normalizeRows: (job, x, norm) => runRows(job, x, (sliced) => normalizeRows(sliced, own(x), norm)),
  principalComponents: (job, x, options) =>
    run(job, (sliced) => principalComponents(sliced, own(x), options)),
};

/** Runs one operation; whatever it throws, at once or later, rejects the promise. */
async function run<T>(job: Job, operation: (job: SlicedJob) => Promise<T>): Promise<T> {
  if (!(job instanceof SlicedJob)) {
    throw new BackendError('ERR_INVALID_ARGUMENT', 'Expected a job that createJob of this backend made');
  }
  job.throwIfCancelled();
  try {
    return await operation(job);
  } catch (error) {
    throw asMemoryError(error);
  }
}

/** The same of an operation that makes a row of each row of `x`. */
function runRows(
  job: Job,
  x: PreparedRows,
  operation: (job: SlicedJob) => Promise<Float32Array>,
): Promise<Rows> {
  return run(job, async (sliced) => Rows.adopt(await operation(sliced), x.rows));
}

function own(rows: PreparedRows): Rows {
  if (rows instanceof Rows) return rows;
  throw new BackendError('ERR_INVALID_ARGUMENT', 'Expected rows that prepare of this backend made');
}
