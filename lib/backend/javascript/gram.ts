import type { Progress } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import { RowBlocks } from './packed-blocks.ts';
import { PackedVectors } from './packed-vectors.ts';
import type { Rows } from './rows.ts';

/**
 * The dot products of all rows of `x` with each other, in values: rows x rows, the lower triangle filled.
 */
export async function gram(job: SlicedJob, progress: Progress, x: Rows): Promise<Float64Array> {
  const { rows, columns } = x;
  const packed = new PackedVectors(rows, columns);
  const blocks = new RowBlocks(x);
  const out = new Float64Array(rows * rows);
  await blocks.forEach(job, progress, (block) => {
    for (let row = 0; row < block.count; row++) {
      packed.set(block.first + row, block.dense, row * columns, x.scale * x.scale);
    }
  });
  const dots = new Float64Array(blocks.blockRows * packed.width);
  await blocks.forEach(job, progress, (block) => {
    packed.dots(block, dots, block.first + block.count);
    for (let row = 0; row < block.count; row++) {
      const from = row * packed.width;
      const at = block.first + row;
      out.set(dots.subarray(from, from + at + 1), at * rows);
    }
  });
  return out;
}
