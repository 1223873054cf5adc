import { columnStatistics } from './column-statistics.ts';
import type { SlicedJob } from './job.ts';
import { forEachBlock } from './row-blocks.ts';
import { Rows } from './rows.ts';

/** Deviations from the mean that zero may lie away from it. */
const FAR = 16;
/** Binary digits that the size of a column may lie away from 1, and the steps in which others are changed. */
const STEP = 10;
/** How much more closely a gradient is looked at: with the default `tol`, as closely as float64 can. */
const MAX_EMPHASIS = 2 ** 20;

/**
 * The columns that a logistic regression is fitted on: those given, but for columns far from zero, which lose their
 * mean, and columns of very large or very small values, which are divided by a power of two. Both are exact: the
 * intercept, which has no penalty, takes up the means, and each column has a penalty of its own. Where no column
 * needs it, nothing is changed.
 */
export class RegressionColumns {
  readonly rows: Rows;
  /** What each column's squared coefficients are multiplied by, and divided by 2. */
  readonly penalties: Float64Array;
  /** What each column's gradient is multiplied by before it is compared to `tol`. */
  readonly #emphasis: Float64Array;
  readonly #centers: Float64Array;
  /** What the columns are divided by. */
  readonly #units: Float64Array;

  private constructor(rows: Rows, penalties: Float64Array, centers: Float64Array, units: Float64Array) {
    this.rows = rows;
    this.penalties = penalties;
    this.#emphasis = units.map(emphasisOf);
    this.#centers = centers;
    this.#units = units;
  }

  /**
   * @param penalty 1 / C
   * @param weightSum the sum of the rows' weights
   */
  static async of(
    job: SlicedJob,
    x: Rows,
    penalty: number,
    weightSum: number,
    fitIntercept: boolean,
  ): Promise<RegressionColumns> {
    const { columns } = x;
    const { mean, variance, scale } = await columnStatistics(job, x);
    // In stored units: bytes less a whole number are exact.
    const centers = mean.map((value, i) => {
      if (!fitIntercept || !(Math.abs(value) > FAR * scale[i])) return 0;
      return x.isBytes ? Math.round(value / x.scale) : Math.fround(value / x.scale);
    });
    // The penalty is part of the curvature: a column too small to matter beside it stays as it is.
    const units = mean.map((value, i) =>
      unitFor(Math.sqrt(variance[i] + (value - centers[i] * x.scale) ** 2 + penalty / weightSum)),
    );
    const penalties = units.map((unit) => penalty / unit / unit);
    if (centers.every((center) => center === 0) && units.every((unit) => unit === 1)) {
      return new RegressionColumns(x, penalties, centers, units);
    }
    const data = new Float32Array(x.rows * columns);
    await forEachBlock(job, x, 'columns', {}, ({ first, count, values }) => {
      for (let row = 0, at = 0, to = first * columns; row < count; row++) {
        for (let i = 0; i < columns; i++, at++, to++) {
          data[to] = ((values[at] - centers[i]) * x.scale) / units[i];
        }
      }
    });
    const inValues = centers.map((center) => center * x.scale);
    return new RegressionColumns(new Rows(data, x.rows, columns, 1), penalties, inValues, units);
  }

  /** Classes' coefficients and intercepts of the rows given, side by side, become those of {@link rows}. */
  fromGiven(point: Float64Array): void {
    this.#eachCoefficient(point, (at, i, intercept) => {
      point[intercept] += point[at] * this.#centers[i];
      point[at] *= this.#units[i];
    });
  }

  /** And back. Coefficients are rounded to floats, and the intercept is the one that goes with them. */
  toGiven(point: Float64Array): void {
    this.#eachCoefficient(point, (at, i, intercept) => {
      point[at] = Math.fround(point[at] / this.#units[i]);
      point[intercept] -= point[at] * this.#centers[i];
    });
  }

  /** A gradient of {@link rows} as `tol` bounds it. */
  toGivenGradient(gradient: Float64Array): Float64Array {
    const width = this.rows.columns + 1;
    return gradient.map((component, i) => component * (this.#emphasis[i % width] ?? 1));
  }

  #eachCoefficient(point: Float64Array, visit: (at: number, i: number, intercept: number) => void): void {
    const { columns } = this.rows;
    for (let from = 0; from < point.length; from += columns + 1) {
      for (let i = 0; i < columns; i++) visit(from + i, i, from + columns);
    }
  }
}

/**
 * What turns the gradient of a column divided by `unit` into that of the column given, as far as float64 can tell the
 * two from 0: beside a few huge values the others can matter that seem small.
 */
function emphasisOf(unit: number): number {
  return Math.min(Math.max(unit, 1), MAX_EMPHASIS);
}

/** The power of two that brings a size near 1; 1 where it is. */
function unitFor(size: number): number {
  const digits = Math.log2(size);
  if (!Number.isFinite(digits) || Math.abs(digits) < STEP) return 1;
  return 2 ** (STEP * Math.round(digits / STEP));
}
