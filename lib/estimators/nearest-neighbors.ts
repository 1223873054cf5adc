import {
  type MatrixInput,
  type PreparedMatrix,
  prepare,
  preparedRows,
  shapeOf,
} from '../backend/prepared-matrix.ts';
import { type Control, checkControl, run } from '../backend/run.ts';
import { throwIfAborted } from '../core/errors.ts';
import { fitted } from '../core/fitted.ts';
import { requireAtMostRows } from '../core/inputs.ts';
import { integer, parseOptions } from '../core/options.ts';

export interface NearestNeighborsOptions {
  /** Neighbours that `kneighbors` finds where it is not told: 1 or more. Default 5. */
  nNeighbors?: number;
}

/** The nearest rows of each query. */
export interface Neighbors {
  /** `[queries, k]`: of both arrays. */
  shape: readonly [queries: number, k: number];
  /** Queries x neighbours, row-major: row numbers, nearest first, ties to the lowest row. */
  indices: Int32Array;
  /** Their Euclidean distances in the same order, as the plain loop in double precision gives them. */
  distances: Float64Array;
}

/** Exact search for the nearest rows, by Euclidean distance. */
export class NearestNeighbors {
  readonly options: Readonly<Required<NearestNeighborsOptions>>;
  #rows: PreparedMatrix | undefined;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: NearestNeighborsOptions) {
    this.options = Object.freeze(
      parseOptions<Required<NearestNeighborsOptions>>(
        options,
        { nNeighbors: { check: integer(1), default: 5 } },
        'NearestNeighbors',
      ),
    );
  }

  /**
   * Keeps the rows to search among: a copy, where `X` is not prepared.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fit(X: MatrixInput, control: Control = {}): Promise<this> {
    checkControl(control, 'NearestNeighbors.fit');
    throwIfAborted(control.signal);
    shapeOf(X, 'X');
    this.#rows = 'data' in X ? prepare(X) : X;
    return this;
  }

  /**
   * The `k` rows nearest to each row of `queries`. A query that is itself among the rows finds itself first.
   * @param k 1 … rows; `nNeighbors` where left out
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
   */
  async kneighbors(
    queries: MatrixInput,
    k: number = this.options.nNeighbors,
    control: Control = {},
  ): Promise<Neighbors> {
    const rows = fitted(this.#rows, 'NearestNeighbors');
    checkControl(control, 'NearestNeighbors.kneighbors');
    requireAtMostRows(integer(1)(k, 'k'), 'k', rows.shape[0]);
    using x = preparedRows(rows, 'X');
    using q = preparedRows(queries, 'queries', x.columns);
    const found = await run(control, (operations, job) => operations.nearest(job, x, q, k));
    return { shape: [q.rows, k], ...found };
  }
}
