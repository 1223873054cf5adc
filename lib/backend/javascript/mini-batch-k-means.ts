import type {
  MiniBatchKMeansOptions,
  MiniBatchKMeansResult,
  MiniBatchKMeansStepOptions,
  MiniBatchKMeansStepResult,
  Progress,
} from '../../../binding.d.ts';
import { RandomState } from '../../core/random-state.ts';
import { assign, assignAndSum } from './assign.ts';
import { meanVariance } from './column-statistics.ts';
import type { SlicedJob } from './job.ts';
import { initialCenters } from './k-means-plus-plus.ts';
import type { Rows } from './rows.ts';
import { squaredShift } from './vectors.ts';

/** Mini-batch k-means (Sculley 2010) as scikit-learn 1.2's `MiniBatchKMeans.fit` runs it. */
export async function miniBatchKMeans(
  job: SlicedJob,
  x: Rows,
  options: MiniBatchKMeansOptions,
): Promise<MiniBatchKMeansResult> {
  const { nClusters, maxIter, tol, reassignmentRatio } = options;
  const random = RandomState.fromWords(options.randomState);
  const batchSize = Math.min(options.batchSize, x.rows);
  let centers = await bestStart(job, x, options, random);
  const counts = new Float64Array(nClusters);
  const tolerance = tol === 0 ? 0 : tol * (await meanVariance(job, x));
  const stop = new StoppingRule(x.rows, batchSize, tolerance, options.maxNoImprovement);
  const total = Math.floor((maxIter * x.rows) / batchSize);
  let nSteps = 0;
  let sinceReassign = 0;
  for (let stopped = false; nSteps < total && !stopped; ) {
    const batch = x.take(random.randint(0, x.rows, batchSize));
    sinceReassign += batchSize;
    const reassign = counts.includes(0) || sinceReassign >= 10 * nClusters;
    if (reassign) sinceReassign = 0;
    const progress: Progress = { phase: 'batch', done: nSteps, total, value: stop.smoothedInertia };
    const step = await takeStep(job, progress, batch, centers, counts, reassign, reassignmentRatio, random);
    nSteps++;
    stopped = stop.after(step.inertia, centers, step.centers);
    centers = step.centers;
  }
  return {
    centers,
    counts,
    ...(await assign(job, x, centers)),
    nSteps,
    nIter: Math.ceil((nSteps * batchSize) / x.rows),
    randomState: random.words(),
  };
}

/** One step on all the rows given. */
export async function miniBatchKMeansStep(
  job: SlicedJob,
  x: Rows,
  { centers, counts, reassign, reassignmentRatio, randomState }: MiniBatchKMeansStepOptions,
): Promise<MiniBatchKMeansStepResult> {
  const random = RandomState.fromWords(randomState);
  const newCounts = counts.slice();
  const progress: Progress = { phase: 'batch', done: 0, total: 1 };
  const step = await takeStep(
    job,
    progress,
    x,
    centers.slice(),
    newCounts,
    reassign,
    reassignmentRatio,
    random,
  );
  return { ...step, counts: newCounts, randomState: random.words() };
}

/** Of `nInit` starts, each on a sample of its own, the one of least inertia on a common sample. */
async function bestStart(
  job: SlicedJob,
  x: Rows,
  { nClusters, init, nInit, initSize }: MiniBatchKMeansOptions,
  random: RandomState,
): Promise<Float32Array> {
  const sampleSize = Math.min(initSize, x.rows);
  const validation = x.take(random.randint(0, x.rows, sampleSize));
  let best: { centers: Float32Array; inertia: number } | undefined;
  for (let start = 0; start < (init instanceof Float32Array ? 1 : nInit); start++) {
    const sample = sampleSize < x.rows ? x.take(random.randint(0, x.rows, sampleSize)) : x;
    const centers = await initialCenters(job, sample, init, nClusters, random);
    const { inertia } = await assign(job, validation, centers);
    if (!best || inertia < best.inertia) best = { centers, inertia };
  }
  return best!.centers;
}

/** Moves the centres towards the means of the batch's rows; adds to `counts`. */
async function takeStep(
  job: SlicedJob,
  progress: Progress,
  batch: Rows,
  centers: Float32Array,
  counts: Float64Array,
  reassign: boolean,
  reassignmentRatio: number,
  random: RandomState,
): Promise<{ centers: Float32Array; labels: Int32Array; inertia: number }> {
  const { columns, scale } = batch;
  const clusters = await assignAndSum(job, progress, batch, centers);
  const moved = centers.slice();
  for (let k = 0; k < counts.length; k++) {
    if (clusters.counts[k] === 0) continue;
    const before = counts[k];
    counts[k] += clusters.counts[k];
    for (let at = k * columns; at < (k + 1) * columns; at++) {
      moved[at] = (centers[at] * before + clusters.sums[at] * scale) / counts[k];
    }
  }
  if (reassign) moveRareCenters(batch, moved, counts, reassignmentRatio, random);
  return { centers: moved, labels: clusters.labels, inertia: clusters.inertia };
}

/**
 * Moves centres with a count below a share of the largest to rows of the batch drawn at random, at most half as
 * many as the batch has rows, and gives them the least count of the others, so that they are not moved again at
 * once.
 */
function moveRareCenters(
  batch: Rows,
  centers: Float32Array,
  counts: Float64Array,
  reassignmentRatio: number,
  random: RandomState,
): void {
  const least = reassignmentRatio * counts.reduce((a, b) => Math.max(a, b));
  let rare = [...counts.keys()].filter((k) => counts[k] < least);
  if (rare.length > 0.5 * batch.rows) {
    const rarest = [...counts.keys()]
      .sort((a, b) => counts[a] - counts[b])
      .slice(0, Math.floor(0.5 * batch.rows));
    rare = rare.filter((k) => rarest.includes(k));
  }
  if (rare.length === 0) return;
  const rows = batch.take(random.choice(batch.rows, rare.length)).values();
  rare.forEach((k, i) => {
    centers.set(rows.subarray(i * batch.columns, (i + 1) * batch.columns), k * batch.columns);
  });
  const kept = counts.filter((_, k) => !rare.includes(k));
  if (kept.length > 0) for (const k of rare) counts[k] = kept.reduce((a, b) => Math.min(a, b));
}

/** When mini-batch k-means has gone on long enough: scikit-learn's `_mini_batch_convergence`. */
class StoppingRule {
  readonly #batchSize: number;
  readonly #weight: number;
  readonly #tolerance: number;
  readonly #maxNoImprovement: number;
  #steps = 0;
  #smoothed: number | undefined;
  #least = Infinity;
  #withoutImprovement = 0;

  constructor(rows: number, batchSize: number, tolerance: number, maxNoImprovement: number) {
    this.#batchSize = batchSize;
    this.#weight = Math.min(1, (batchSize * 2) / (rows + 1));
    this.#tolerance = tolerance;
    this.#maxNoImprovement = maxNoImprovement;
  }

  /** The exponentially weighted mean of the inertia a row, once there is one. */
  get smoothedInertia(): number | undefined {
    return this.#smoothed;
  }

  /** Takes note of a step; whether it was the last. The first one tells of the start only. */
  after(batchInertia: number, before: Float32Array, moved: Float32Array): boolean {
    if (this.#steps++ === 0) return false;
    const inertia = batchInertia / this.#batchSize;
    const smoothed =
      this.#smoothed === undefined ? inertia : this.#smoothed * (1 - this.#weight) + inertia * this.#weight;
    this.#smoothed = smoothed;
    if (this.#tolerance > 0 && squaredShift(before, moved) <= this.#tolerance) return true;
    if (smoothed < this.#least) {
      this.#least = smoothed;
      this.#withoutImprovement = 0;
    } else {
      this.#withoutImprovement++;
    }
    return this.#withoutImprovement >= this.#maxNoImprovement;
  }
}
