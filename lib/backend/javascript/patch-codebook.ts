import type { PatchLearningOptions, PatchLearningResult } from '../../../binding.d.ts';
import { RandomState } from '../../core/random-state.ts';
import { BackendError, withMemory } from './backend-error.ts';
import { factorize } from './cholesky.ts';
import type { SlicedJob } from './job.ts';
import { kMeans } from './k-means.ts';
import { center, PatchPlaces } from './patch-geometry.ts';
import { addProducts, dotProducts } from './products.ts';
import { forEachBlock } from './row-blocks.ts';
import { Rows } from './rows.ts';
import { addScaled } from './vectors.ts';

/** Draws for each patch asked for, at most: patches without contrast are drawn in vain. */
const DRAWS_FOR_EACH = 10;

/** A codebook of image patches (Coates, Ng & Lee 2011). */
export async function learnPatches(
  job: SlicedJob,
  x: Rows,
  options: PatchLearningOptions,
): Promise<PatchLearningResult> {
  const { nClusters, maxIter, whiteningEpsilon, patchSize, channels } = options;
  const depth = patchSize * patchSize * channels;
  const random = RandomState.fromWords(options.randomState);
  const values = await samplePatches(job, x, options, random);
  const nPatches = values.length / depth;
  if (nPatches < nClusters) {
    throw new BackendError(
      'ERR_INVALID_ARGUMENT',
      `Expected at least nClusters = ${nClusters} patches with contrast in the images but found ${nPatches}: ` +
        'lower nClusters or minContrast, raise nPatches, or give more images',
    );
  }
  const patches = new Rows(values, nPatches, depth, 1);
  const { mean, whitening } = await learnWhitening(job, patches, whiteningEpsilon);
  await forEachBlock(job, patches, 'whiten', {}, (block) => {
    const whitened = new Float64Array(block.count * depth);
    subtract(block.values, block.count, mean);
    dotProducts(block.values, block.count, whitening, depth, depth, whitened);
    values.set(whitened, block.first * depth);
  });
  const { centers, nIter, inertia, randomState } = await kMeans(job, patches, {
    nClusters,
    init: 'k-means++',
    nInit: 1,
    maxIter,
    tol: 0,
    randomState: random.words(),
  });
  return { mean, whitening, centers, nPatches, nIter, inertia, randomState };
}

/**
 * Up to `nPatches` patches with contrast, each of mean 0 and divided by sqrt(variance + `contrastEpsilon`), row after
 * row: the same, to the bit, as the addon learns from.
 */
async function samplePatches(
  job: SlicedJob,
  x: Rows,
  options: PatchLearningOptions,
  random: RandomState,
): Promise<Float32Array> {
  const { nPatches, minContrast, contrastEpsilon } = options;
  const places = new PatchPlaces(options);
  const { count, across, depth } = places;
  const all = x.rows * count;
  const takesAll = all <= nPatches;
  const draws = takesAll ? all : DRAWS_FOR_EACH * nPatches;
  const patches = withMemory(() => new Float32Array(Math.min(all, nPatches) * depth));
  const patch = new Float64Array(depth);
  let filled = 0;
  for (let draw = 0; draw < draws && filled < patches.length; draw++) {
    if (job.isDue) await job.pause({ phase: 'sample', done: draw, total: draws });
    const image = takesAll ? Math.floor(draw / count) : random.randint(0, x.rows);
    const position = takesAll ? draw % count : random.randint(0, count);
    places.copy(x, image, Math.floor(position / across), position % across, patch);
    const variance = center(patch) * x.scale * x.scale;
    if (!(variance > minContrast * minContrast)) continue;
    const factor = x.scale / Math.sqrt(variance + contrastEpsilon);
    for (let i = 0; i < depth; i++) patches[filled++] = patch[i] * factor;
  }
  return patches.slice(0, filled);
}

/** The mean of rows, and what makes the parts of their deviations uncorrelated and their variances nearly 1. */
async function learnWhitening(job: SlicedJob, rows: Rows, epsilon: number) {
  const depth = rows.columns;
  const mean = new Float64Array(depth);
  for (let at = 0; at < rows.data.length; at++) mean[at % depth] += rows.data[at];
  for (let i = 0; i < depth; i++) mean[i] /= rows.rows;
  const covariance = new Float64Array(depth * depth);
  await forEachBlock(job, rows, 'whiten', { nVectors: depth }, ({ count, values }) => {
    subtract(values, count, mean);
    addProducts(values, count, values, depth, depth, covariance);
  });
  for (let i = 0; i < covariance.length; i++) covariance[i] /= rows.rows;
  for (let i = 0; i < depth; i++) covariance[i * depth + i] += epsilon;
  await factorize(job, { phase: 'whiten', done: 0, total: 0 }, covariance, depth);
  return { mean, whitening: inverseOf(covariance, depth) };
}

function subtract(rows: Float64Array, nRows: number, mean: Float64Array): void {
  for (let row = 0, at = 0; row < nRows; row++) {
    for (let i = 0; i < mean.length; i++, at++) rows[at] -= mean[i];
  }
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
