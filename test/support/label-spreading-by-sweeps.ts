import type { SparseMatrix } from '../../lib/semi-supervised/affinity-matrix.ts';

/** No value changes by more than this share of itself in the last sweep. */
const TOLERANCE = 1e-10;

/**
 * Label spreading by sweeps of Gauss-Seidel in double precision, each row brought to the sum 1. A sweep only adds numbers
 * of 0 or more, so that every value is right to its own size, as long as it is within the range of a double.
 */
export function distributionsBySweeps(
  { data, indices, indptr }: SparseMatrix,
  { rows: labelled, labels }: { rows: readonly number[]; labels: readonly number[] },
  classes: number,
  alpha: number,
): Float64Array {
  const rows = indptr.length - 1;
  const start = new Float64Array(rows * classes);
  for (const [i, row] of labelled.entries()) start[row * classes + labels[i]!] = 1;
  const values = start.slice();
  let change = 1;
  for (let sweep = 0; change > TOLERANCE; sweep++) {
    change = 0;
    for (let i = 0; i < rows; i++) {
      const row = sweep % 2 ? rows - 1 - i : i;
      for (let c = 0; c < classes; c++) {
        let sum = start[row * classes + c]!;
        for (let entry = indptr[row]!; entry < indptr[row + 1]!; entry++) {
          sum += alpha * data[entry]! * values[indices[entry]! * classes + c]!;
        }
        if (sum > 0) change = Math.max(change, 1 - values[row * classes + c]! / sum);
        values[row * classes + c] = sum;
      }
    }
  }
  for (let from = 0; from < values.length; from += classes) {
    const row = values.subarray(from, from + classes);
    const sum = row.reduce((total, value) => total + value, 0);
    if (sum > 0)
      values.set(
        row.map((value) => value / sum),
        from,
      );
  }
  return values;
}
