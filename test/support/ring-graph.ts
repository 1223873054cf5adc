import type { SparseRows } from '../../binding.d.ts';

/** Rows in a ring, each joined to the two beside it by one half. */
export function ringGraph(rows: number): SparseRows {
  return {
    indptr: Int32Array.from({ length: rows + 1 }, (_, row) => 2 * row),
    indices: Int32Array.from({ length: 2 * rows }, (_, i) => ((i >> 1) + (i % 2 ? 1 : rows - 1)) % rows),
    data: new Float64Array(2 * rows).fill(0.5),
  };
}
