import type { Progress } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import type { Rows } from './rows.ts';

/** Elements of one block: it should stay in the processor's second cache with what it is compared to. */
const BLOCK_ELEMENTS = 2 ** 15;
const MAX_BLOCK_ROWS = 512;

/** Products that one block may lead to: the event loop can only turn between blocks. */
const BLOCK_PRODUCTS = 2 ** 22;

/** Matrices of at most this many elements are unpacked once and kept, for algorithms that pass over them often. */
const KEPT_ELEMENTS = 2 ** 22;

/**
 * A few rows, unpacked for the kernels: as stored, widened to float64, and once more without their zeros, which
 * scalar code can skip where vectors can't.
 */
export class RowBlock {
  /** The number of the first row in its matrix. */
  first = 0;
  /** Rows held. */
  count = 0;
  /** All elements, row after row. */
  readonly dense: Float64Array;
  /** The elements that are not zero, row after row, and the column of each. */
  readonly values: Float64Array;
  readonly columns: Int32Array;
  /** Row r's elements in `values` are `starts[r]` to `starts[r + 1] - 1`. */
  readonly starts: Int32Array;
  /** For each row the sum of its squared elements. */
  readonly squaredNorms: Float64Array;

  constructor(rows: number, columns: number) {
    this.dense = new Float64Array(rows * columns);
    this.values = new Float64Array(rows * columns);
    this.columns = new Int32Array(rows * columns);
    this.starts = new Int32Array(rows + 1);
    this.squaredNorms = new Float64Array(rows);
  }

  /** Unpacks the rows from `first` to `end - 1`. */
  load(x: Rows, first: number, end: number): void {
    this.first = first;
    this.count = end - first;
    // set() converts in native code, and leaves the loops below with one type of array to be compiled for.
    this.dense.set(x.data.subarray(first * x.columns, end * x.columns));
    this.#skipZeros(x.columns);
  }

  #skipZeros(width: number): void {
    const { dense, values, columns, starts, squaredNorms, count } = this;
    let next = 0;
    for (let row = 0, at = 0; row < count; row++) {
      let squares = 0;
      for (let column = 0; column < width; column++, at++) {
        const value = dense[at];
        if (value !== 0) {
          values[next] = value;
          columns[next++] = column;
          squares += value * value;
        }
      }
      squaredNorms[row] = squares;
      starts[row + 1] = next;
    }
  }
}

/** The rows of a matrix, block by block. */
export class RowBlocks {
  /** Most rows in one block. */
  readonly blockRows: number;
  readonly #x: Rows;
  readonly #kept: RowBlock[] = [];
  readonly #keeps: boolean;

  /**
   * @param options.vectors how many vectors each row is to be multiplied by
   * @param options.keep whether to unpack a small matrix only once
   */
  constructor(x: Rows, { vectors = 1, keep = false } = {}) {
    this.#x = x;
    const rows = Math.min(BLOCK_ELEMENTS / x.columns, BLOCK_PRODUCTS / (x.columns * vectors), MAX_BLOCK_ROWS);
    this.blockRows = Math.min(x.rows, Math.max(1, Math.floor(rows)));
    this.#keeps = keep && x.rows * x.columns <= KEPT_ELEMENTS;
  }

  /**
   * Calls `visit` with every block in order, and pauses the job where that is due, reporting `progress`: as it
   * is, or as a phase whose units are the rows.
   */
  async forEach(
    job: SlicedJob,
    progress: Progress | string,
    visit: (block: RowBlock) => void,
  ): Promise<void> {
    const { rows, columns } = this.#x;
    const shared = this.#keeps ? undefined : new RowBlock(this.blockRows, columns);
    for (let first = 0, index = 0; first < rows; first += this.blockRows, index++) {
      if (job.isDue) {
        await job.pause(
          typeof progress === 'string' ? { phase: progress, done: first, total: rows } : progress,
        );
      }
      visit(this.#block(index, first, Math.min(rows, first + this.blockRows), shared));
    }
  }

  #block(index: number, first: number, end: number, shared: RowBlock | undefined): RowBlock {
    const kept = this.#kept[index];
    if (kept) return kept;
    const block = shared ?? new RowBlock(end - first, this.#x.columns);
    block.load(this.#x, first, end);
    if (!shared) this.#kept.push(block);
    return block;
  }
}
