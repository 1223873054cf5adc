import type { ColumnStatistics } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import { forEachBlock } from './row-blocks.ts';
import type { Rows } from './rows.ts';

/** Mean and variance of every column: two passes, so that no digits are lost however far from zero values lie. */
export async function columnStatistics(job: SlicedJob, x: Rows): Promise<ColumnStatistics> {
  const { rows, columns, scale } = x;
  const mean = new Float64Array(columns);
  await forEachBlock(job, x, 'statistics', {}, ({ count, values }) => {
    for (let row = 0, at = 0; row < count; row++) {
      for (let column = 0; column < columns; column++, at++) mean[column] += values[at];
    }
  });
  for (let column = 0; column < columns; column++) mean[column] /= rows;
  const variance = new Float64Array(columns);
  await forEachBlock(job, x, 'statistics', {}, ({ count, values }) => {
    for (let row = 0, at = 0; row < count; row++) {
      for (let column = 0; column < columns; column++, at++) {
        const deviation = values[at] - mean[column];
        variance[column] += deviation * deviation;
      }
    }
  });
  for (let column = 0; column < columns; column++) {
    mean[column] *= scale;
    variance[column] *= (scale * scale) / rows;
  }
  return {
    mean,
    variance,
    scale: variance.map((value, column) => (isConstant(mean[column], value, rows) ? 1 : Math.sqrt(value))),
  };
}

/** The mean over the columns of the variance of each: what k-means' `tol` is relative to. */
export async function meanVariance(job: SlicedJob, x: Rows): Promise<number> {
  const { variance } = await columnStatistics(job, x);
  return variance.reduce((sum, value) => sum + value, 0) / x.columns;
}

/**
 * Whether a variance is what rounding leaves of a constant: scikit-learn's test, after the error bound of the
 * two-pass algorithm (Chan, Golub & LeVeque 1983).
 */
function isConstant(mean: number, variance: number, rows: number): boolean {
  const rounding = rows * mean * Number.EPSILON;
  return variance <= rows * Number.EPSILON * variance + rounding * rounding;
}
