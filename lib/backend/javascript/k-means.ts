import type { AssignResult, KMeansOptions, KMeansResult, Progress } from '../../../binding.d.ts';
import { RandomState } from '../../core/random-state.ts';
import { assign, assignAndSum, type Clusters } from './assign.ts';
import { meanVariance } from './column-statistics.ts';
import type { SlicedJob } from './job.ts';
import { initialCenters } from './k-means-plus-plus.ts';
import type { Rows } from './rows.ts';
import { squaredShift } from './vectors.ts';

interface Start extends AssignResult {
  centers: Float32Array;
  nIter: number;
  converged: boolean;
}

/** Lloyd's algorithm as scikit-learn 1.2 runs it: of `nInit` starts the one of least inertia. */
export async function kMeans(job: SlicedJob, x: Rows, options: KMeansOptions): Promise<KMeansResult> {
  const { nClusters, init, nInit, maxIter, tol } = options;
  const random = RandomState.fromWords(options.randomState);
  const tolerance = tol === 0 ? 0 : tol * (await meanVariance(job, x));
  let best: Start | undefined;
  for (let start = 0; start < (init instanceof Float32Array ? 1 : nInit); start++) {
    const centers = await initialCenters(job, x, init, nClusters, random);
    const result = await runLloyd(job, x, centers, maxIter, tolerance);
    // The same clusters in another order can differ in inertia by rounding alone.
    if (
      !best ||
      (result.inertia < best.inertia && !isSameClustering(result.labels, best.labels, nClusters))
    ) {
      best = result;
    }
  }
  return { ...best!, randomState: random.words() };
}

async function runLloyd(
  job: SlicedJob,
  x: Rows,
  initial: Float32Array,
  maxIter: number,
  tolerance: number,
): Promise<Start> {
  let centers = initial;
  let previous: Int32Array | undefined;
  for (let nIter = 1; nIter <= maxIter; nIter++) {
    const progress: Progress = { phase: 'iteration', done: nIter - 1, total: maxIter };
    const clusters = await assignAndSum(job, progress, x, centers);
    const moved = meanCenters(x, centers, clusters);
    const shift = squaredShift(centers, moved);
    centers = moved;
    const repeated = previous !== undefined && isEqual(clusters.labels, previous);
    const converged = repeated || shift <= tolerance;
    if (converged || nIter === maxIter)
      return { centers, ...(await assign(job, x, centers)), nIter, converged };
    previous = clusters.labels;
  }
  throw new RangeError('maxIter is at least 1');
}

/** Each centre moved to the mean of its rows, centres without rows moved first: see {@link relocateEmpty}. */
function meanCenters(x: Rows, centers: Float32Array, clusters: Clusters): Float32Array {
  relocateEmpty(x, clusters);
  const { counts, sums } = clusters;
  const means = centers.slice();
  for (let k = 0, at = 0; k < counts.length; k++) {
    for (let f = 0; f < x.columns; f++, at++) if (counts[k] > 0) means[at] = (sums[at] * x.scale) / counts[k];
  }
  return means;
}

/**
 * Gives each centre without rows one of the rows farthest from their centres, which leaves its own cluster's sum,
 * like scikit-learn's `_relocate_empty_clusters_dense`: farthest first, ties to the lowest row. A row that lies on
 * its centre gains nothing by moving: such centres stay where they were.
 */
function relocateEmpty(x: Rows, { labels, distances, counts, sums }: Clusters): void {
  const empty = [...counts.keys()].filter((k) => counts[k] === 0);
  if (empty.length === 0) return;
  const farthest = [...distances.keys()].filter((row) => distances[row] > 0);
  farthest.sort((a, b) => distances[b] - distances[a] || a - b);
  for (const [i, to] of empty.entries()) {
    const row = farthest[i];
    if (row === undefined) return;
    const from = labels[row];
    for (let f = 0; f < x.columns; f++) {
      const value = x.data[row * x.columns + f];
      sums[from * x.columns + f] -= value;
      sums[to * x.columns + f] = value;
    }
    counts[to] = 1;
    counts[from]--;
  }
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether two labellings differ only in the numbers that the clusters go by. */
function isSameClustering(a: Int32Array, b: Int32Array, nClusters: number): boolean {
  const counterpart = new Int32Array(nClusters).fill(-1);
  for (let i = 0; i < a.length; i++) {
    if (counterpart[a[i]] === -1) counterpart[a[i]] = b[i];
    else if (counterpart[a[i]] !== b[i]) return false;
  }
  return true;
}
