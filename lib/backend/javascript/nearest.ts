import type { NearestResult } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import { squaredDistances } from './products.ts';
import { blockRows, forEachBlock, ROW_GROUP } from './row-blocks.ts';
import { commonUnit, type Rows } from './rows.ts';

/** The `k` rows of `x` nearest to each query: one pass over `x` for each group of queries. */
export async function nearest(job: SlicedJob, x: Rows, queries: Rows, k: number): Promise<NearestResult> {
  const indices = new Int32Array(queries.rows * k);
  const distances = new Float64Array(queries.rows * k);
  const unit = commonUnit(x, queries);
  const factor = unit * unit;
  for (let from = 0; from < queries.rows; from += ROW_GROUP) {
    const nVectors = Math.min(ROW_GROUP, queries.rows - from);
    const vectors = queries.read(from, from + nVectors, unit);
    const squares = new Float64Array(blockRows(x, nVectors) * nVectors);
    const lists = Array.from({ length: nVectors }, (_, i) => {
      const [begin, end] = [(from + i) * k, (from + i + 1) * k];
      return new NearestList(indices.subarray(begin, end), distances.subarray(begin, end));
    });
    await forEachBlock(job, x, 'search', { unit, nVectors }, (block) => {
      squaredDistances(block.values, block.count, vectors, nVectors, x.columns, squares);
      for (let row = 0, at = 0; row < block.count; row++) {
        for (let i = 0; i < nVectors; i++, at++) lists[i].offer(block.first + row, squares[at] * factor);
      }
    });
  }
  for (let i = 0; i < distances.length; i++) distances[i] = Math.sqrt(distances[i]);
  return { indices, distances };
}

/**
 * The `k` rows nearest to each row, that row left out: one more is searched for, and the row itself dropped. Among
 * many duplicates a row may not be one of its own nearest, because lower rows come first: then it is the last that
 * is one too many.
 */
export async function neighborGraph(job: SlicedJob, x: Rows, k: number): Promise<NearestResult> {
  const withSelf = await nearest(job, x, x, k + 1);
  const indices = new Int32Array(x.rows * k);
  const distances = new Float64Array(x.rows * k);
  for (let row = 0; row < x.rows; row++) {
    const found = withSelf.indices.subarray(row * (k + 1), (row + 1) * (k + 1));
    const self = found.indexOf(row);
    const dropped = self < 0 ? k : self;
    for (let i = 0, to = row * k; i <= k; i++) {
      if (i === dropped) continue;
      indices[to] = found[i];
      distances[to++] = withSelf.distances[row * (k + 1) + i];
    }
  }
  return { indices, distances };
}

/** The nearest rows seen so far, nearest first. Rows come in ascending order, so that of two as near the lower stays. */
class NearestList {
  readonly #rows: Int32Array;
  readonly #distances: Float64Array;
  #size = 0;
  /** A row that is no nearer than this has no place. */
  #limit = Infinity;

  constructor(rows: Int32Array, distances: Float64Array) {
    this.#rows = rows;
    this.#distances = distances;
  }

  offer(row: number, distance: number): void {
    const isFull = this.#size === this.#rows.length;
    if (isFull && !(distance < this.#limit)) return;
    if (!isFull) this.#size++;
    let place = this.#size - 1;
    for (; place > 0 && distance < this.#distances[place - 1]; place--) {
      this.#distances[place] = this.#distances[place - 1];
      this.#rows[place] = this.#rows[place - 1];
    }
    this.#distances[place] = distance;
    this.#rows[place] = row;
    this.#limit = this.#distances[this.#size - 1];
  }
}
