import type { NearestResult } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import { nearest } from './nearest.ts';
import type { Rows } from './rows.ts';

/**
 * The `k` rows nearest to each row, that row left out: one more is searched for, and the row itself dropped. Among
 * many duplicates a row may not be one of its own nearest, because lower rows come first: then it is the last that
 * is one too many.
 */
export async function neighborGraph(job: SlicedJob, x: Rows, k: number): Promise<NearestResult> {
  const withSelf = await nearest(job, x, x, k + 1);
  const indices = new Int32Array(x.rows * k);
  const distances = new Float64Array(x.rows * k);
  for (let row = 0; row < x.rows; row++) {
    const found = withSelf.indices.subarray(row * (k + 1), (row + 1) * (k + 1));
    const self = found.indexOf(row);
    const dropped = self < 0 ? k : self;
    for (let i = 0, to = row * k; i <= k; i++) {
      if (i === dropped) continue;
      indices[to] = found[i];
      distances[to++] = withSelf.distances[row * (k + 1) + i];
    }
  }
  return { indices, distances };
}
