import type { Progress } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import type { Rows } from './rows.ts';

/** Elements of one block: it should stay in the processor's second cache with what it is multiplied by. */
const BLOCK_ELEMENTS = 2 ** 15;

/** Products that one block may lead to: the event loop can only turn between blocks. */
const BLOCK_PRODUCTS = 2 ** 22;

/** Rows of a second matrix that are compared to those of the first in one pass. */
export const ROW_GROUP = 128;

/** A few rows in float64. */
export interface RowBlock {
  /** The number of the first row in its matrix. */
  first: number;
  /** Rows held. */
  count: number;
  /** Their elements, row after row; those behind the last row mean nothing. */
  values: Float64Array;
}

/** Most rows in a block, if each is to be multiplied by so many vectors. */
export function blockRows(x: Rows, nVectors = 1): number {
  const most = Math.min(BLOCK_ELEMENTS, BLOCK_PRODUCTS / nVectors) / x.columns;
  return Math.min(x.rows, Math.max(1, Math.floor(most)));
}

/**
 * Calls `visit` with the rows of a matrix, block by block in order, and pauses the job between them if that is due.
 * @param progress what to report: as it is, or a phase whose units are the rows
 * @param options.unit what elements are given in; default stored elements
 * @param options.nVectors how many vectors each row is multiplied by; default 1
 */
export async function forEachBlock(
  job: SlicedJob,
  x: Rows,
  progress: Progress | string,
  { unit = x.scale, nVectors = 1 }: { unit?: number; nVectors?: number },
  visit: (block: RowBlock) => void,
): Promise<void> {
  const size = blockRows(x, nVectors);
  const values = new Float64Array(size * x.columns);
  for (let first = 0; first < x.rows; first += size) {
    if (job.isDue) {
      await job.pause(
        typeof progress === 'string' ? { phase: progress, done: first, total: x.rows } : progress,
      );
    }
    const count = Math.min(size, x.rows - first);
    x.read(first, first + count, unit, values);
    visit({ first, count, values });
  }
}
