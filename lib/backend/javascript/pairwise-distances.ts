import type { Metric } from '../../../binding.d.ts';
import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';
import { type RowBlock, RowBlocks } from './row-blocks.ts';
import type { Rows } from './rows.ts';
import { targetGroups } from './target-groups.ts';
import { Targets } from './targets.ts';

/**
 * A fast squared distance this many times its slack has a relative error below 2^-27, an eighth of what rounding
 * to float32 costs; closer pairs are measured plainly.
 */
const SAFE_SLACKS = 2 ** 27;

/** A cosine distance below this has lost digits to the subtraction from 1: it is measured between directions. */
const CLOSE_COSINE = 2 ** -10;

/** Distances of every row of `x` to every row of `y`. */
export async function pairwiseDistances(
  job: SlicedJob,
  x: Rows,
  y: Rows,
  metric: Metric,
): Promise<Float32Array> {
  const out = withMemory(() => new Float32Array(x.rows * y.rows));
  const blocks = new RowBlocks(x, { keep: true });
  for (const [first, end] of targetGroups(y)) {
    const targets = new Targets(x, y, first, end);
    const dots = new Float64Array(blocks.blockRows * targets.packed.width);
    await blocks.forEach(job, 'distances', (block) => {
      targets.packed.dots(block, dots);
      if (metric === 'cosine') writeCosines(block, targets, dots, out, first, y.rows);
      else writeEuclideans(block, targets, dots, metric === 'sqeuclidean', out, first, y.rows);
    });
  }
  return out;
}

function writeEuclideans(
  block: RowBlock,
  targets: Targets,
  dots: Float64Array,
  squared: boolean,
  out: Float32Array,
  firstColumn: number,
  outColumns: number,
): void {
  const { count, squaredNorms, exact, factor, unit } = targets;
  const { width } = targets.packed;
  for (let row = 0; row < block.count; row++) {
    const rowNorm = block.squaredNorms[row];
    const safe = SAFE_SLACKS * targets.slack(rowNorm);
    const to = (block.first + row) * outColumns + firstColumn;
    for (let i = 0; i < count; i++) {
      const fast = rowNorm + squaredNorms[i] - 2 * dots[row * width + i];
      const distance = exact || fast > safe ? fast * unit : targets.squaredDistance(block, row, i) * factor;
      out[to + i] = squared ? distance : Math.sqrt(distance);
    }
  }
}

/** 1 - cosine of the angle; 1 where either vector is all zeros, as scikit-learn has it. */
function writeCosines(
  block: RowBlock,
  targets: Targets,
  dots: Float64Array,
  out: Float32Array,
  firstColumn: number,
  outColumns: number,
): void {
  const { count, squaredNorms } = targets;
  const { width } = targets.packed;
  for (let row = 0; row < block.count; row++) {
    const rowNorm = block.squaredNorms[row];
    const to = (block.first + row) * outColumns + firstColumn;
    for (let i = 0; i < count; i++) {
      const norms = Math.sqrt(rowNorm * squaredNorms[i]);
      const distance = norms > 0 ? 1 - Math.max(-1, dots[row * width + i] / norms) : 1;
      out[to + i] =
        distance < CLOSE_COSINE ? targets.squaredDistanceOfDirections(block, row, i) / 2 : distance;
    }
  }
}
