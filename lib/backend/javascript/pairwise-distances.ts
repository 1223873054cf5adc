import type { Metric } from '../../../binding.d.ts';
import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';
import { squaredDistances } from './products.ts';
import { blockRows, forEachBlock, ROW_GROUP } from './row-blocks.ts';
import { commonUnit, type Rows } from './rows.ts';

/** Distances of every row of `x` to every row of `y`. */
export async function pairwiseDistances(
  job: SlicedJob,
  x: Rows,
  y: Rows,
  metric: Metric,
): Promise<Float32Array> {
  const { columns } = x;
  const out = withMemory(() => new Float32Array(x.rows * y.rows));
  const isCosine = metric === 'cosine';
  const unit = commonUnit(x, y);
  const factor = unit * unit;
  for (let from = 0; from < y.rows; from += ROW_GROUP) {
    const nVectors = Math.min(ROW_GROUP, y.rows - from);
    const vectors = y.read(from, from + nVectors, isCosine ? y.scale : unit);
    if (isCosine) toDirections(vectors, nVectors, columns);
    const squares = new Float64Array(blockRows(x, nVectors) * nVectors);
    await forEachBlock(job, x, 'distances', { unit: isCosine ? x.scale : unit, nVectors }, (block) => {
      if (isCosine) toDirections(block.values, block.count, columns);
      squaredDistances(block.values, block.count, vectors, nVectors, columns, squares);
      for (let row = 0, at = 0; row < block.count; row++) {
        const to = (block.first + row) * y.rows + from;
        for (let i = to; i < to + nVectors; i++, at++) {
          if (metric === 'euclidean') out[i] = Math.sqrt(squares[at] * factor);
          else if (metric === 'sqeuclidean') out[i] = squares[at] * factor;
          else out[i] = cosineDistance(squares[at]);
        }
      }
    });
  }
  return out;
}

/** Brings rows to length 1. A row of zeros has no direction: it becomes NaN. */
function toDirections(values: Float64Array, nRows: number, columns: number): void {
  for (let from = 0; from < nRows * columns; from += columns) {
    let squares = 0;
    for (let i = from; i < from + columns; i++) squares += values[i] * values[i];
    const length = Math.sqrt(squares);
    for (let i = from; i < from + columns; i++) values[i] /= length;
  }
}

/**
 * 1 - cosine of the angle between two directions, from their squared distance: unlike that difference it keeps its
 * digits when the angle is small. 1 if one of them is none, as scikit-learn has it.
 */
function cosineDistance(squaredDistance: number): number {
  return Number.isNaN(squaredDistance) ? 1 : squaredDistance / 2;
}
