import {
  type MatrixInput,
  PreparedMatrix,
  prepare,
  preparedRows,
  shapeOf,
} from '../backend/prepared-matrix.ts';
import { floatsOf, smoothRows } from '../backend/row-operations.ts';
import { type Control, checkControl, run } from '../backend/run.ts';
import { HandfulError } from '../core/errors.ts';
import { fitted } from '../core/fitted.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { integer, parseOptions } from '../core/options.ts';
import { NearestNeighbors, type Neighbors } from '../estimators/nearest-neighbors.ts';
import { affinityMatrix, type SparseMatrix } from './affinity-matrix.ts';

export interface NeighborGraphOptions {
  /** Neighbours of each row: 1 … rows - 1. Default 10. */
  nNeighbors?: number;
}

interface Graph extends Neighbors {
  rows: PreparedMatrix;
  search: NearestNeighbors;
}

/**
 * The exact graph of the nearest neighbours of all rows among themselves, by Euclidean distance. It is built once
 * and may serve several fits of `LabelSpreading`.
 */
export class NeighborGraph {
  readonly options: Readonly<Required<NeighborGraphOptions>>;
  #graph: Graph | undefined;
  #affinityMatrix: SparseMatrix | undefined;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: NeighborGraphOptions) {
    this.options = Object.freeze(
      parseOptions<Required<NeighborGraphOptions>>(
        options,
        { nNeighbors: { check: integer(1), default: 10 } },
        'NeighborGraph',
      ),
    );
  }

  get #found(): Graph {
    return fitted(this.#graph, 'NeighborGraph');
  }

  /** `[rows, columns]` of the rows it was built from. */
  get shape(): readonly [rows: number, columns: number] {
    return this.#found.rows.shape;
  }

  /** Rows x `nNeighbors`, row-major: for each row its neighbours, itself left out, nearest first, ties to the lowest. */
  get indices(): Int32Array {
    return this.#found.indices;
  }

  /** Their Euclidean distances in the same order, as the plain loop in double precision gives them. */
  get distances(): Float64Array {
    return this.#found.distances;
  }

  /**
   * How alike neighbours are, rows x rows: exp(-d² / (s_i s_j)) with s the distance to a row's 7th neighbour
   * (Zelnik-Manor & Perona 2004), made symmetric, and normalised by the sums of its rows and columns. Computed
   * when it is first asked for.
   */
  get affinityMatrix(): SparseMatrix {
    const { indices, distances } = this.#found;
    this.#affinityMatrix ??= affinityMatrix(indices, distances, this.options.nNeighbors);
    return this.#affinityMatrix;
  }

  /**
   * Finds the neighbours of every row of `X`, and keeps the rows: a copy, where they are not prepared.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fit(X: MatrixInput, control: Control = {}): Promise<this> {
    checkControl(control, 'NeighborGraph.fit');
    const [rows] = shapeOf(X, 'X');
    const { nNeighbors } = this.options;
    if (nNeighbors >= rows) {
      throw new HandfulError(
        'ERR_INVALID_ARGUMENT',
        `Expected more rows in X than nNeighbors, which is ${nNeighbors}, but received ${rows}`,
      );
    }
    const prepared = X instanceof PreparedMatrix ? X : prepare(X);
    using x = preparedRows(prepared, 'X');
    const found = await run(control, (operations, job) => operations.neighborGraph(job, x, nNeighbors));
    const search = await new NearestNeighbors().fit(prepared);
    this.#graph = { ...found, shape: [rows, nNeighbors], rows: prepared, search };
    this.#affinityMatrix = undefined;
    return this;
  }

  /**
   * The rows of the graph, each replaced by the sum of its neighbours' rows, itself left out, weighted by
   * `affinityMatrix`: what rows of one kind share stays, what is peculiar to one of them averages out.
   * @returns as many rows and columns
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async smooth(control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'NeighborGraph.smooth');
    return await floatsOf(smoothRows(this.#found.rows, this.affinityMatrix, control));
  }

  /**
   * The `k` rows of the graph nearest to each row of `queries`; see `NearestNeighbors.kneighbors`.
   * @param k 1 … rows; `nNeighbors` where left out
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
   */
  async kneighbors(
    queries: MatrixInput,
    k: number = this.options.nNeighbors,
    control: Control = {},
  ): Promise<Neighbors> {
    checkControl(control, 'NeighborGraph.kneighbors');
    return this.#found.search.kneighbors(queries, k, control);
  }
}
