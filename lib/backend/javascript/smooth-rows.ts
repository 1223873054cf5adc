import type { SparseRows } from '../../../binding.d.ts';
import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';
import type { Rows } from './rows.ts';

/** Rows between two looks at the clock. */
const BLOCK_ROWS = 64;

/** The product of the graph's matrix and `x`. */
export async function smoothRows(job: SlicedJob, graph: SparseRows, x: Rows): Promise<Float32Array> {
  const { rows, columns, data: stored, scale } = x;
  const out = withMemory(() => new Float32Array(rows * columns));
  // Read block after block, while the caller may do with its own what it likes.
  const [indptr, indices, data] = [graph.indptr.slice(), graph.indices.slice(), graph.data.slice()];
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    if (row % BLOCK_ROWS === 0 && job.isDue) {
      await job.pause({ phase: 'smooth', done: row, total: rows });
    }
    sums.fill(0);
    for (let entry = indptr[row]; entry < indptr[row + 1]; entry++) {
      const weight = data[entry] * scale;
      for (let column = 0, from = indices[entry] * columns; column < columns; column++, from++) {
        sums[column] += weight * stored[from];
      }
    }
    out.set(sums, row * columns);
  }
  return out;
}
