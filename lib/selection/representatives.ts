import { type MatrixInput, preparedRows } from '../backend/prepared-matrix.ts';
import { type Control, controlOptions, run } from '../backend/run.ts';
import { requireAtMostRows } from '../core/inputs.ts';
import { boolean, parseOptions } from '../core/options.ts';

export interface RepresentativesOptions extends Control {
  /**
   * Whether every row stands for one centre at most: a centre whose nearest row is taken by an earlier centre
   * gets its nearest free one. Default false: the row is then named twice, as the notebook would.
   */
  unique?: boolean;
}

/**
 * For each centre the row of `X` nearest to it: the rows worth labelling.
 * @param centers centres x columns, as a clusterer's `clusterCenters`; with `unique` at most as many as rows
 * @returns a row number for each centre, ties to the lowest row
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
 */
export async function representatives(
  X: MatrixInput,
  centers: MatrixInput,
  options?: RepresentativesOptions,
): Promise<Int32Array> {
  const { unique, ...control } = parseOptions<RepresentativesOptions>(
    options,
    { unique: { check: boolean, default: false }, ...controlOptions },
    'representatives',
  );
  using x = preparedRows(X, 'X');
  using queries = preparedRows(centers, 'centers', x.columns);
  if (unique) requireAtMostRows(queries.rows, 'the number of centers', x.rows);
  // Rarely is a row nearest to two centres: look further only where the list at hand does not suffice.
  for (let k = 1; ; k = Math.min(2 * k, x.rows)) {
    const { indices } = await run(control, (operations, job) => operations.nearest(job, x, queries, k));
    const rows = unique ? firstFreeRows(indices, k) : indices;
    if (rows) return rows;
  }
}

/**
 * From each list of `k` candidates the first that no earlier list has taken; undefined where one has none.
 */
function firstFreeRows(candidates: Int32Array, k: number): Int32Array | undefined {
  const taken = new Set<number>();
  for (let start = 0; start < candidates.length; start += k) {
    const free = candidates.subarray(start, start + k).find((row) => !taken.has(row));
    if (free === undefined) return undefined;
    taken.add(free);
  }
  return Int32Array.from(taken);
}
