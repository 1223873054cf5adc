import type { PatchLearningOptions, PatchLearningResult } from '../../../binding.d.ts';
import { RandomState } from '../../core/random-state.ts';
import { BackendError } from './backend-error.ts';
import type { SlicedJob } from './job.ts';
import { kMeans } from './k-means.ts';
import { samplePatches } from './patch-sample.ts';
import { learnWhitening, whitenRows } from './patch-whitening.ts';
import { Rows } from './rows.ts';

/** A codebook of image patches (Coates, Ng & Lee 2011). */
export async function learnPatches(
  job: SlicedJob,
  x: Rows,
  options: PatchLearningOptions,
): Promise<PatchLearningResult> {
  const { nClusters, maxIter, whiteningEpsilon, patchSize, channels } = options;
  const depth = patchSize * patchSize * channels;
  const random = RandomState.fromWords(options.randomState);
  const patches = await samplePatches(job, x, options, random);
  const nPatches = patches.length / depth;
  if (nPatches < nClusters) {
    throw new BackendError(
      'ERR_INVALID_ARGUMENT',
      `Expected at least nClusters = ${nClusters} patches with contrast in the images but found ${nPatches}: ` +
        'lower nClusters or minContrast, raise nPatches, or give more images',
    );
  }
  const whitening = await learnWhitening(job, patches, depth, whiteningEpsilon);
  await whitenRows(job, whitening, patches);
  const { centers, nIter, inertia, randomState } = await kMeans(job, new Rows(patches, nPatches, depth, 1), {
    nClusters,
    init: 'k-means++',
    nInit: 1,
    maxIter,
    tol: 0,
    randomState: random.words(),
  });
  return { ...whitening, centers, nPatches, nIter, inertia, randomState };
}
