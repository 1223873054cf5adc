import type { FarthestFirstResult } from '../../../binding.d.ts';
import { argmax } from '../../core/argmax.ts';
import type { SlicedJob } from './job.ts';
import { squaredDistances } from './products.ts';
import { blockRows, forEachBlock } from './row-blocks.ts';
import type { Rows } from './rows.ts';

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
  const factor = x.scale * x.scale;
  const squares = new Float64Array(blockRows(x));
  /** For each row its squared distance to the nearest chosen one. */
  const closest = new Float64Array(x.rows).fill(Infinity);
  const choose = async (row: number, done: number): Promise<void> => {
    const vector = x.read(row, row + 1, x.scale);
    await forEachBlock(job, x, { phase: 'choose', done, total: count }, {}, (block) => {
      squaredDistances(block.values, block.count, vector, 1, x.columns, squares);
      for (let i = 0; i < block.count; i++) {
        closest[block.first + i] = Math.min(closest[block.first + i], squares[i] * factor);
      }
    });
    closest[row] = CHOSEN;
  };
  for (const row of chosen) await choose(row, 0);
  for (let i = 0; ; i++) {
    const row = argmax(closest);
    indices[i] = row;
    distances[i] = Math.sqrt(closest[row]);
    if (i === count - 1) return { indices, distances };
    await choose(row, i + 1);
  }
}
