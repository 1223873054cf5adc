import type { FarthestFirstResult } from '../../../binding.d.ts';
import { argmax } from '../../core/argmax.ts';
import type { SlicedJob } from './job.ts';
import { type RowBlock, RowBlocks } from './row-blocks.ts';
import type { Rows } from './rows.ts';
import { Targets } from './targets.ts';

/** What a chosen row has in place of a distance: it is farther from being chosen than any duplicate of it. */
const CHOSEN = -1;

/**
 * Chooses rows one after the other, each the farthest from all chosen before it (Gonzalez 1985), ties to the
 * lowest.
 */
export async function farthestFirst(
  job: SlicedJob,
  x: Rows,
  chosen: Int32Array,
  count: number,
): Promise<FarthestFirstResult> {
  const indices = new Int32Array(count);
  const distances = new Float64Array(count);
  const blocks = new RowBlocks(x, { keep: true });
  const closest = new Float64Array(x.rows).fill(Infinity);
  const approach = async (row: number, done: number): Promise<void> => {
    const targets = new Targets(x, x.take(Int32Array.of(row)));
    const dots = new Float64Array(blocks.blockRows * targets.packed.width);
    await blocks.forEach(job, { phase: 'choose', done, total: count }, (block) => {
      targets.packed.dots(block, dots);
      updateClosest(block, targets, dots, closest);
    });
    closest[row] = CHOSEN;
  };
  for (const row of chosen) await approach(row, 0);
  for (let i = 0; ; i++) {
    const row = argmax(closest);
    indices[i] = row;
    distances[i] = Math.sqrt(closest[row]);
    if (i === count - 1) return { indices, distances };
    await approach(row, i + 1);
  }
}

/** Takes one more chosen row, the only one of `targets`, into each row's squared distance to the nearest. */
function updateClosest(block: RowBlock, targets: Targets, dots: Float64Array, closest: Float64Array): void {
  const { exact, factor, unit } = targets;
  const { width } = targets.packed;
  const [targetNorm] = targets.squaredNorms;
  for (let row = 0; row < block.count; row++) {
    const at = block.first + row;
    const rowNorm = block.squaredNorms[row];
    const fast = rowNorm + targetNorm - 2 * dots[row * width];
    // Written so that NaN, which overflow can bring, leads to the plain loop too.
    if ((fast - targets.slack(rowNorm)) * unit > closest[at]) continue;
    const distance = (exact ? fast : targets.squaredDistance(block, row, 0)) * factor;
    if (distance < closest[at]) closest[at] = distance;
  }
}
