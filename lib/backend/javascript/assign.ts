import type { AssignResult } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import { findNearestTargets } from './nearest-target.ts';
import { RowBlocks } from './row-blocks.ts';
import { Rows } from './rows.ts';
import { Targets } from './targets.ts';

/** The nearest centre of every row. */
export async function assign(job: SlicedJob, x: Rows, centers: Float32Array): Promise<AssignResult> {
  const targets = new Targets(x, new Rows(centers, centers.length / x.columns, x.columns, 1));
  const blocks = new RowBlocks(x, { vectors: targets.count });
  const dots = new Float64Array(blocks.blockRows * targets.packed.width);
  const labels = new Int32Array(x.rows);
  let inertia = 0;
  await blocks.forEach(job, 'assign', (block) => {
    inertia += findNearestTargets(block, targets, dots, labels);
  });
  return { labels, inertia };
}
