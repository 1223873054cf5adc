import type { KMeansInit } from '../../../binding.d.ts';
import type { RandomState } from '../../core/random-state.ts';
import type { SlicedJob } from './job.ts';
import { chooseRows, defaultLocalTrials } from './k-means-plus-plus.ts';
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
  const rows =
    init === 'random'
      ? random.permutation(x.rows).slice(0, nClusters)
      : await chooseRows(job, x, nClusters, defaultLocalTrials(nClusters), random);
  return x.take(rows).values();
}
