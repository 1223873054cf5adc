import type { Progress } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import { findNearestTargets } from './nearest-target.ts';
import { type RowBlock, RowBlocks } from './row-blocks.ts';
import { Rows } from './rows.ts';
import { Targets } from './targets.ts';

/** One assignment of all rows, and what moves the centres: the sum and the number of each centre's rows. */
export interface ClusterSums {
  labels: Int32Array;
  /** Sum of the rows' squared distances to their centres. */
  inertia: number;
  /** For each row its squared distance to its centre. */
  distances: Float64Array;
  /** Rows of each centre. */
  counts: Float64Array;
  /** Sums of each centre's rows in stored units, exact for bytes: centres x columns. */
  sums: Float64Array;
}

/** Assigns every row to its nearest centre and sums up the rows of each. */
export async function sumClusters(
  job: SlicedJob,
  progress: Progress,
  x: Rows,
  centers: Float32Array,
): Promise<ClusterSums> {
  const targets = new Targets(x, new Rows(centers, centers.length / x.columns, x.columns, 1));
  const blocks = new RowBlocks(x, { vectors: targets.count });
  const dots = new Float64Array(blocks.blockRows * targets.packed.width);
  const labels = new Int32Array(x.rows);
  const distances = new Float64Array(x.rows);
  const counts = new Float64Array(targets.count);
  const sums = new Float64Array(centers.length);
  let inertia = 0;
  await blocks.forEach(job, progress, (block) => {
    inertia += findNearestTargets(block, targets, dots, labels, distances);
    addToSums(block, labels, x.columns, counts, sums);
  });
  return { labels, inertia, distances, counts, sums };
}

function addToSums(
  block: RowBlock,
  labels: Int32Array,
  width: number,
  counts: Float64Array,
  sums: Float64Array,
): void {
  const { values, columns, starts } = block;
  for (let row = 0; row < block.count; row++) {
    const label = labels[block.first + row];
    counts[label]++;
    const to = label * width;
    for (let i = starts[row]; i < starts[row + 1]; i++) sums[to + columns[i]] += values[i];
  }
}
