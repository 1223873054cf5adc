import { type PreparedMatrix, preparedRows } from '../backend/prepared-matrix.ts';
import { type Control, run } from '../backend/run.ts';
import type { Matrix } from '../core/matrix.ts';
import { pairwiseDistances } from '../estimators/pairwise-distances.ts';

/** Rows whose distances are held at once. */
const BLOCK_ROWS = 4096;

/**
 * How far above the least distance so far a single-precision one may lie and still be a record: far above its
 * error.
 */
const SLACK = 1e-4;

/**
 * The row whose label the notebook gives to each cluster: its mistake, repeated exactly.
 *
 * It meant the row nearest to the cluster's centre. But scanning the centres in order, and for each the rows
 * in order, it notes every row that comes nearer to the centre than any row before it under the cluster
 * *which that row belongs to*, not under the centre's own. So a cluster is left with whichever of its rows
 * set the last such record, often an early row that happened to be near some other centre for a while.
 *
 * @param clusters for each row of `X` its cluster
 * @param centers `nClusters` x columns
 * @returns for each cluster a row, or -1 where none of its rows set a record
 */
export async function notebookRowPerCluster(
  X: PreparedMatrix,
  clusters: Int32Array,
  centers: Matrix,
  control: Control,
): Promise<Int32Array> {
  const rowPerCluster = new Int32Array(centers.shape[0]).fill(-1);
  const candidates = await possibleRecords(X, centers, control);
  for (const [center, rows] of candidates.entries()) {
    using candidate = X.takeRows(rows);
    const distances = await exactDistances(candidate, oneRow(centers, center), control);
    let least = Infinity;
    for (const [i, row] of rows.entries()) {
      if (distances[i]! < least) {
        least = distances[i]!;
        rowPerCluster[clusters[row]!] = row;
      }
    }
  }
  return rowPerCluster;
}

/**
 * For each centre, in order, the rows that may be nearer to it than every row before: all that are, and a few
 * more.
 */
async function possibleRecords(X: PreparedMatrix, centers: Matrix, control: Control): Promise<number[][]> {
  const [rows] = X.shape;
  const [nCenters] = centers.shape;
  const least = new Float64Array(nCenters).fill(Infinity);
  const candidates = Array.from(least, (): number[] => []);
  for (let start = 0; start < rows; start += BLOCK_ROWS) {
    const block = Int32Array.from({ length: Math.min(BLOCK_ROWS, rows - start) }, (_, i) => start + i);
    using taken = X.takeRows(block);
    const { data } = await pairwiseDistances(taken, centers, control);
    for (let i = 0; i < data.length; i++) {
      const center = i % nCenters;
      if (data[i]! > least[center]! * (1 + SLACK)) continue;
      candidates[center]!.push(start + Math.floor(i / nCenters));
      least[center] = Math.min(least[center]!, data[i]!);
    }
  }
  return candidates;
}

/**
 * Distances of all rows to one query, in double precision, in the order of the rows: what a search for all
 * finds.
 */
async function exactDistances(X: PreparedMatrix, query: Matrix, control: Control): Promise<Float64Array> {
  using x = preparedRows(X, 'X');
  using q = preparedRows(query, 'query');
  const found = await run(control, (operations, job) => operations.nearest(job, x, q, x.rows));
  const distances = new Float64Array(x.rows);
  for (const [rank, row] of found.indices.entries()) distances[row] = found.distances[rank]!;
  return distances;
}

function oneRow(matrix: Matrix, row: number): Matrix {
  const columns = matrix.shape[1];
  return { ...matrix, data: matrix.data.subarray(row * columns, (row + 1) * columns), shape: [1, columns] };
}
