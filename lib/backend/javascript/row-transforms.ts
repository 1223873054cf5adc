import type { ColumnScaling, Norm } from '../../../binding.d.ts';
import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';
import { forEachBlock } from './row-blocks.ts';
import type { Rows } from './rows.ts';

/** (value - center) / scale of every element. */
export async function scaleColumns(job: SlicedJob, x: Rows, scaling: ColumnScaling): Promise<Float32Array> {
  const { columns } = x;
  const out = withMemory(() => new Float32Array(x.rows * columns));
  // Of its own: the caller may do with the original what it likes meanwhile.
  const center = scaling.center?.slice() ?? new Float64Array(columns);
  const scale = scaling.scale?.slice() ?? new Float64Array(columns).fill(1);
  await forEachBlock(job, x, 'transform', { unit: 1 }, ({ first, count, values }) => {
    for (let row = 0, at = 0, to = first * columns; row < count; row++) {
      for (let column = 0; column < columns; column++, at++, to++) {
        out[to] = (values[at] - center[column]) / scale[column];
      }
    }
  });
  return out;
}

/** Every row divided by its norm. */
export async function normalizeRows(job: SlicedJob, x: Rows, norm: Norm): Promise<Float32Array> {
  const { columns } = x;
  const out = withMemory(() => new Float32Array(x.rows * columns));
  // In stored units: the scale would be divided out again.
  await forEachBlock(job, x, 'transform', {}, ({ first, count, values }) => {
    for (let row = 0; row < count; row++) {
      const from = row * columns;
      const to = (first + row) * columns;
      const size = normOf(values, from, columns, norm);
      if (size > 0) for (let i = 0; i < columns; i++) out[to + i] = values[from + i] / size;
    }
  });
  return out;
}

function normOf(values: Float64Array, from: number, count: number, norm: Norm): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) {
    const size = Math.abs(values[i]);
    if (norm === 'max') sum = Math.max(sum, size);
    else sum += norm === 'l1' ? size : size * size;
  }
  return norm === 'l2' ? Math.sqrt(sum) : sum;
}
