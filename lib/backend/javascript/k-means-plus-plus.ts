import type { KMeansPlusPlusOptions, KMeansPlusPlusResult, Progress } from '../../../binding.d.ts';
import { RandomState } from '../../core/random-state.ts';
import type { SlicedJob } from './job.ts';
import { type RowBlock, RowBlocks } from './row-blocks.ts';
import type { Rows } from './rows.ts';
import { Targets } from './targets.ts';

/** Candidates for each centre where scikit-learn's users leave their number out. */
export function defaultLocalTrials(nClusters: number): number {
  return 2 + Math.floor(Math.log(nClusters));
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
export async function chooseRows(
  job: SlicedJob,
  x: Rows,
  nClusters: number,
  nLocalTrials: number,
  random: RandomState,
): Promise<Int32Array> {
  const blocks = new RowBlocks(x, { keep: true });
  const chosen = new Int32Array(nClusters);
  const closest = new Float64Array(x.rows).fill(Infinity);
  const closestWith = new Float64Array(nLocalTrials * x.rows);
  const runningSum = new Float64Array(x.rows);
  let candidates = Int32Array.of(random.randint(0, x.rows));
  for (let c = 0; ; c++) {
    const progress = { phase: 'start', done: c, total: nClusters };
    const potentials = await tryCandidates(job, progress, blocks, x, candidates, closest, closestWith);
    const best = potentials.indexOf(Math.min(...potentials));
    chosen[c] = candidates[best];
    if (c === nClusters - 1) return chosen;

    closest.set(closestWith.subarray(best * x.rows, (best + 1) * x.rows));
    for (let row = 0, sum = 0; row < x.rows; row++) runningSum[row] = sum += closest[row];
    candidates = Int32Array.from(random.uniform(nLocalTrials), (draw) =>
      Math.min(firstAtLeast(runningSum, draw * potentials[best]), x.rows - 1),
    );
  }
}

/**
 * Writes to `closestWith`, for each candidate, each row's squared distance to the nearest centre if that
 * candidate became one. Returns the sums.
 */
async function tryCandidates(
  job: SlicedJob,
  progress: Progress,
  blocks: RowBlocks,
  x: Rows,
  candidates: Int32Array,
  closest: Float64Array,
  closestWith: Float64Array,
): Promise<Float64Array> {
  const targets = new Targets(x, x.take(candidates));
  const dots = new Float64Array(blocks.blockRows * targets.packed.width);
  const potentials = new Float64Array(candidates.length);
  await blocks.forEach(job, progress, (block) => {
    targets.packed.dots(block, dots);
    writeClosest(block, targets, dots, closest, closestWith, potentials);
  });
  return potentials;
}

function writeClosest(
  block: RowBlock,
  targets: Targets,
  dots: Float64Array,
  closest: Float64Array,
  closestWith: Float64Array,
  potentials: Float64Array,
): void {
  const { count, squaredNorms, exact } = targets;
  const { width } = targets.packed;
  for (let row = 0; row < block.count; row++) {
    const at = block.first + row;
    const rowNorm = block.squaredNorms[row];
    const slack = targets.slack(rowNorm);
    const before = closest[at];
    for (let i = 0; i < count; i++) {
      const fast = rowNorm + squaredNorms[i] - 2 * dots[row * width + i];
      let distance = before;
      if (exact) distance = Math.min(before, fast);
      else if (!(fast - slack > before)) distance = Math.min(before, targets.squaredDistance(block, row, i));
      closestWith[i * closest.length + at] = distance;
      potentials[i] += distance;
    }
  }
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
