import type { AssignResult, Progress } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import { squaredDistances } from './products.ts';
import { blockRows, forEachBlock } from './row-blocks.ts';
import { commonUnit, Rows } from './rows.ts';

/** An assignment of all rows, with what moves the centres. */
export interface Clusters extends AssignResult {
  /** For each row its squared distance to its centre. */
  distances: Float64Array;
  /** Rows of each centre. */
  counts: Float64Array;
  /** Sums of each centre's rows in stored units, exact for bytes: centres x columns. */
  sums: Float64Array;
}

/** The nearest centre of every row, ties to the lowest. */
export async function assign(job: SlicedJob, x: Rows, centers: Float32Array): Promise<AssignResult> {
  const labels = new Int32Array(x.rows);
  let inertia = 0;
  await forEachNearest(job, 'assign', x, centers, (row, center, distance) => {
    labels[row] = center;
    inertia += distance;
  });
  return { labels, inertia };
}

/** The same, with the number and the sum of each centre's rows. */
export async function assignAndSum(
  job: SlicedJob,
  progress: Progress,
  x: Rows,
  centers: Float32Array,
): Promise<Clusters> {
  const { columns, data } = x;
  const labels = new Int32Array(x.rows);
  const distances = new Float64Array(x.rows);
  const counts = new Float64Array(centers.length / columns);
  const sums = new Float64Array(centers.length);
  let inertia = 0;
  await forEachNearest(job, progress, x, centers, (row, center, distance) => {
    labels[row] = center;
    distances[row] = distance;
    inertia += distance;
    counts[center]++;
    for (let i = 0, to = center * columns, at = row * columns; i < columns; i++) sums[to + i] += data[at + i];
  });
  return { labels, distances, inertia, counts, sums };
}

/** Calls `visit` with every row, its nearest centre, and its squared distance to that. */
async function forEachNearest(
  job: SlicedJob,
  progress: Progress | string,
  x: Rows,
  centers: Float32Array,
  visit: (row: number, center: number, squaredDistance: number) => void,
): Promise<void> {
  const nVectors = centers.length / x.columns;
  const targets = new Rows(centers, nVectors, x.columns, 1);
  const unit = commonUnit(x, targets);
  const factor = unit * unit;
  const vectors = targets.read(0, nVectors, unit);
  const squares = new Float64Array(blockRows(x, nVectors) * nVectors);
  await forEachBlock(job, x, progress, { unit, nVectors }, (block) => {
    squaredDistances(block.values, block.count, vectors, nVectors, x.columns, squares);
    for (let row = 0; row < block.count; row++) {
      const from = row * nVectors;
      let nearest = 0;
      for (let i = 1; i < nVectors; i++) if (squares[from + i] < squares[from + nearest]) nearest = i;
      visit(block.first + row, nearest, squares[from + nearest] * factor);
    }
  });
}
