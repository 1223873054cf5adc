import type {
  KMeansInit,
  KMeansPlusPlusOptions,
  KMeansPlusPlusResult,
  Progress,
} from '../../../binding.d.ts';
import { RandomState } from '../../core/random-state.ts';
import type { SlicedJob } from './job.ts';
import { squaredDistances } from './products.ts';
import { blockRows, forEachBlock } from './row-blocks.ts';
import type { Rows } from './rows.ts';

/** The centres that k-means starts from on the rows of `x`. */
export async function initialCenters(
  job: SlicedJob,
  x: Rows,
  init: KMeansInit,
  nClusters: number,
  random: RandomState,
): Promise<Float32Array> {
  if (init instanceof Float32Array) return init.slice();
  // As many candidates as scikit-learn tries.
  const nLocalTrials = 2 + Math.floor(Math.log(nClusters));
  const rows =
    init === 'random'
      ? random.permutation(x.rows).slice(0, nClusters)
      : await chooseRows(job, x, nClusters, nLocalTrials, random);
  return x.take(rows).values();
}

/** Greedy k-means++ as an operation of the backend: the random stream comes and goes as words. */
export async function kMeansPlusPlus(
  job: SlicedJob,
  x: Rows,
  { nClusters, nLocalTrials, randomState }: KMeansPlusPlusOptions,
): Promise<KMeansPlusPlusResult> {
  const random = RandomState.fromWords(randomState);
  const indices = await chooseRows(job, x, nClusters, nLocalTrials, random);
  return { indices, centers: x.take(indices).values(), randomState: random.words() };
}

/**
 * The rows that greedy k-means++ chooses, as scikit-learn 1.2's `_kmeans_plusplus`: each next centre is, of a few
 * rows drawn with probability proportional to the squared distance to the nearest centre so far, the one that
 * leaves the least sum of those distances. Distances are in stored units: whole numbers, exact sums for bytes.
 */
async function chooseRows(
  job: SlicedJob,
  x: Rows,
  nClusters: number,
  nLocalTrials: number,
  random: RandomState,
): Promise<Int32Array> {
  const chosen = new Int32Array(nClusters);
  /** For each row the squared distance to the nearest centre so far. */
  const closest = new Float64Array(x.rows).fill(Infinity);
  /** The same if a candidate became a centre, for each candidate. */
  const closestWith = Array.from({ length: nLocalTrials }, () => new Float64Array(x.rows));
  const runningSum = new Float64Array(x.rows);
  let candidates = Int32Array.of(random.randint(0, x.rows));
  for (let c = 0; ; c++) {
    const progress = { phase: 'start', done: c, total: nClusters };
    const potentials = await tryCandidates(job, progress, x, candidates, closest, closestWith);
    const best = potentials.indexOf(Math.min(...potentials));
    chosen[c] = candidates[best];
    if (c === nClusters - 1) return chosen;

    closest.set(closestWith[best]);
    for (let row = 0, sum = 0; row < x.rows; row++) runningSum[row] = sum += closest[row];
    candidates = Int32Array.from(random.uniform(nLocalTrials), (draw) =>
      Math.min(firstAtLeast(runningSum, draw * potentials[best]), x.rows - 1),
    );
  }
}

/** Fills `closestWith`, and returns for each candidate the sum. */
async function tryCandidates(
  job: SlicedJob,
  progress: Progress,
  x: Rows,
  candidates: Int32Array,
  closest: Float64Array,
  closestWith: readonly Float64Array[],
): Promise<Float64Array> {
  const nVectors = candidates.length;
  const vectors = x.take(candidates).read(0, nVectors, x.scale);
  const squares = new Float64Array(blockRows(x, nVectors) * nVectors);
  const potentials = new Float64Array(nVectors);
  await forEachBlock(job, x, progress, { nVectors }, (block) => {
    squaredDistances(block.values, block.count, vectors, nVectors, x.columns, squares);
    for (let i = 0; i < nVectors; i++) {
      for (let row = 0, at = block.first; row < block.count; row++, at++) {
        const distance = Math.min(closest[at], squares[row * nVectors + i]);
        closestWith[i][at] = distance;
        potentials[i] += distance;
      }
    }
  });
  return potentials;
}

/** The first place in an ascending array that holds `value` or more; its length where none does. */
function firstAtLeast(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
