import type { SlicedJob } from './job.ts';
import { RowBlocks } from './row-blocks.ts';
import type { Rows } from './rows.ts';

/** The mean over the columns of the variance of each, in squared values: what k-means' `tol` is relative to. */
export async function meanVariance(job: SlicedJob, x: Rows): Promise<number> {
  const blocks = new RowBlocks(x);
  const means = new Float64Array(x.columns);
  await blocks.forEach(job, 'variance', (block) => {
    for (let i = 0; i < block.starts[block.count]; i++) means[block.columns[i]] += block.values[i];
  });
  for (let f = 0; f < x.columns; f++) means[f] /= x.rows;
  let squares = 0;
  await blocks.forEach(job, 'variance', (block) => {
    for (let row = 0, at = 0; row < block.count; row++) {
      for (let f = 0; f < x.columns; f++, at++) {
        const deviation = block.dense[at] - means[f];
        squares += deviation * deviation;
      }
    }
  });
  return (squares / x.rows / x.columns) * x.scale * x.scale;
}
