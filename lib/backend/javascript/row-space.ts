import type { SlicedJob } from './job.ts';
import { OrthonormalRows } from './orthonormal-rows.ts';
import { Rows } from './rows.ts';
import { addScaled, dot } from './vectors.ts';

/** More rows take longer to turn than they save. */
const MAX_ROWS = 1024;
/** The share of a row's length outside the span of the others that is rounding. */
const NEGLIGIBLE = 1e-12;

/**
 * Fewer rows than columns as points of the space that they span, which has no more dimensions than there are rows. If
 * all columns have one penalty, the coefficients at the minimum lie in that space, and their length is the same there.
 */
export class RowSpace {
  /** The rows: as many columns as the space has dimensions. */
  readonly rows: Rows;
  readonly #basis: readonly Float64Array[];
  readonly #columns: number;

  private constructor(rows: Rows, basis: readonly Float64Array[], columns: number) {
    this.rows = rows;
    this.#basis = basis;
    this.#columns = columns;
  }

  /** Undefined if the rows are better fitted as they are. */
  static async of(job: SlicedJob, x: Rows, penalties: Float64Array): Promise<RowSpace | undefined> {
    const { rows, columns } = x;
    const hasOnePenalty = penalties.every((penalty) => penalty === penalties[0]);
    if (rows > Math.min(columns, MAX_ROWS) || !hasOnePenalty) return undefined;
    const values = x.read(0, rows, 1);
    const basis = new OrthonormalRows(job, columns, 'columns');
    const points: Float64Array[] = [];
    for (let from = 0; from < values.length; from += columns) {
      const row = values.subarray(from, from + columns);
      points.push(await basis.add(row, NEGLIGIBLE * Math.sqrt(dot(row, row))));
    }
    const rank = basis.rows.length;
    const features = new Float64Array(rows * rank);
    for (const [row, point] of points.entries()) features.set(point, row * rank);
    return rank > 0 ? new RowSpace(new Rows(features, rows, rank, 1), basis.rows, columns) : undefined;
  }

  /** A point or gradient in the space as one of the columns; the intercepts stay as they are. */
  toColumns(point: Float64Array): Float64Array {
    const { rank, width } = this.#widths();
    const out = new Float64Array((point.length / (rank + 1)) * width);
    for (let from = 0, to = 0; to < out.length; from += rank + 1, to += width) {
      const part = out.subarray(to, to + width - 1);
      for (const [i, direction] of this.#basis.entries()) addScaled(part, point[from + i], direction);
      out[to + width - 1] = point[from + rank];
    }
    return out;
  }

  /** And back: what lies outside the space is left out. It changes no probability. */
  fromColumns(point: Float64Array): Float64Array {
    const { rank, width } = this.#widths();
    const out = new Float64Array((point.length / width) * (rank + 1));
    for (let from = 0, to = 0; from < point.length; from += width, to += rank + 1) {
      const part = point.subarray(from, from + width - 1);
      for (const [i, direction] of this.#basis.entries()) out[to + i] = dot(direction, part);
      out[to + rank] = point[from + width - 1];
    }
    return out;
  }

  #widths() {
    return { rank: this.#basis.length, width: this.#columns + 1 };
  }
}
