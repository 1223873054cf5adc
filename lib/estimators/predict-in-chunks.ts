import { asPrepared, type MatrixInput, type PreparedMatrix, shapeOf } from '../backend/prepared-matrix.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { allocate } from '../core/memory.ts';

/** Rows whose features are in memory at one time. */
const CHUNK_ROWS = 1000;

/**
 * Probabilities of rows that are predicted some at a time, so that memory does not grow with their features. An abort
 * ends it between two chunks at the latest.
 * @param width classes
 * @param predict what tells the probabilities of some rows
 * @returns rows x `width`
 */
export async function predictInChunks(
  X: MatrixInput,
  width: number,
  predict: (chunk: PreparedMatrix) => Promise<FloatMatrix>,
): Promise<FloatMatrix> {
  const [rows] = shapeOf(X, 'X');
  using prepared = asPrepared(X);
  const data = allocate(Float32Array, rows * width, `the probabilities of ${rows} rows`);
  for (let first = 0; first < rows; first += CHUNK_ROWS) {
    const numbers = Int32Array.from({ length: Math.min(CHUNK_ROWS, rows - first) }, (_, i) => first + i);
    using chunk = prepared.takeRows(numbers);
    data.set((await predict(chunk)).data, first * width);
  }
  return { data, shape: [rows, width] };
}
