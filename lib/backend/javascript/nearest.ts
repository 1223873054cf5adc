import type { NearestResult } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import { NeighborHeap } from './neighbor-heap.ts';
import { type RowBlock, RowBlocks } from './row-blocks.ts';
import type { Rows } from './rows.ts';
import { targetGroups } from './target-groups.ts';
import { Targets } from './targets.ts';

/** The `k` rows of `x` nearest to each query: one pass over `x` for each group of queries. */
export async function nearest(job: SlicedJob, x: Rows, queries: Rows, k: number): Promise<NearestResult> {
  const indices = new Int32Array(queries.rows * k);
  const distances = new Float64Array(queries.rows * k);
  const blocks = new RowBlocks(x, { keep: true });
  for (const [first, end] of targetGroups(queries)) {
    const targets = new Targets(x, queries, first, end);
    const heaps = Array.from({ length: targets.count }, () => new NeighborHeap(k));
    const limits = new Float64Array(targets.count).fill(Infinity);
    const dots = new Float64Array(blocks.blockRows * targets.packed.width);
    await blocks.forEach(job, 'search', (block) => offerRows(block, targets, dots, heaps, limits));
    heaps.forEach((heap, i) => {
      heap.drain(distances, indices, (first + i) * k);
    });
  }
  for (let i = 0; i < distances.length; i++) distances[i] = Math.sqrt(distances[i]);
  return { indices, distances };
}

/**
 * Offers the block's rows to the heap of each query.
 * @param limits for each query its heap's limit in units of the stored `x`, kept up to date
 */
function offerRows(
  block: RowBlock,
  targets: Targets,
  dots: Float64Array,
  heaps: NeighborHeap[],
  limits: Float64Array,
): void {
  const { count, squaredNorms, exact, factor, unit } = targets;
  const { width } = targets.packed;
  targets.packed.dots(block, dots);
  for (let row = 0; row < block.count; row++) {
    const rowNorm = block.squaredNorms[row];
    const leastNorm = rowNorm - targets.slack(rowNorm);
    for (let i = 0; i < count; i++) {
      const fast = squaredNorms[i] - 2 * dots[row * width + i];
      if (leastNorm + fast > limits[i]) continue;
      const heap = heaps[i];
      heap.offer(
        (exact ? rowNorm + fast : targets.squaredDistance(block, row, i)) * factor,
        block.first + row,
      );
      limits[i] = heap.limit / unit;
    }
  }
}
