import type { PreparedRows } from '../../binding.d.ts';
import { countOf, HandfulError, invalidArgument, unfitArgument } from '../core/errors.ts';
import { checkMatrix, checkScaledRange, type FloatMatrix, type Matrix } from '../core/matrix.ts';
import { memoryBudget } from '../core/memory.ts';
import { rowNumbers } from '../core/options.ts';
import { asHandfulError } from './run.ts';
import { activeBackend, type BackendName } from './select.ts';

/**
 * A frozen copy of a matrix in the backend's own memory, made by {@link prepare}: every operation takes it in
 * place of a matrix, and pays no copy.
 */
export class PreparedMatrix {
  /** `[rows, columns]`. */
  readonly shape: readonly [rows: number, columns: number];
  /** The number each stored element is multiplied by. */
  readonly scale: number;
  /** Undefined once it is disposed of. */
  #rows: PreparedRows | undefined;
  readonly #backend: BackendName;
  /** Whether somebody else's matrix holds the same rows, and disposes of them. */
  readonly #isLent: boolean;

  /** @internal */
  constructor(rows: PreparedRows, backend: BackendName, isLent = false) {
    this.shape = Object.freeze([rows.rows, rows.columns] as const);
    this.scale = rows.scale;
    this.#rows = rows;
    this.#backend = backend;
    this.#isLent = isLent;
    Object.freeze(this);
  }

  /**
   * Bytes of memory held outside the JavaScript heap (inside it on the JavaScript backend); 0 once it is disposed of.
   */
  get byteLength(): number {
    return this.#rows?.byteLength ?? 0;
  }

  /**
   * Gives the memory back at once, rather than when garbage is collected; operations under way keep it until they end.
   * Whoever uses the matrix afterwards, an estimator that kept it included, gets `ERR_INVALID_ARGUMENT`. Without effect
   * the second time.
   */
  dispose(): void {
    if (!this.#isLent) this.#rows?.dispose();
    this.#rows = undefined;
  }

  /** The same, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /**
   * A new prepared matrix of the given rows in the given order; rows may repeat.
   * @throws HandfulError `ERR_INVALID_ARGUMENT` where a row number is out of range; `ERR_OUT_OF_MEMORY`
   */
  takeRows(rows: ArrayLike<number>): PreparedMatrix {
    const taken = rowNumbers(rows, 'rows', this.shape[0]);
    if (taken.length === 0) throw invalidArgument('rows', 'at least one row number', rows);
    const own = this.rowsFor(this.#backend);
    memoryBudget().require('takeRows', (own.byteLength / own.rows) * taken.length);
    try {
      return new PreparedMatrix(own.take(taken), this.#backend);
    } catch (error) {
      throw asHandfulError(error);
    }
  }

  /**
   * The values as a matrix of floats, `scale` included: a copy.
   * @throws HandfulError `ERR_INVALID_ARGUMENT` if it was disposed of; `ERR_OUT_OF_MEMORY`
   */
  toMatrix(): FloatMatrix {
    const own = this.rowsFor(this.#backend);
    memoryBudget().require('toMatrix', own.rows * own.columns * Float32Array.BYTES_PER_ELEMENT);
    try {
      return { data: own.values(), shape: this.shape };
    } catch (error) {
      throw asHandfulError(error);
    }
  }

  /** @internal The same rows, which stay when this is disposed of. */
  lend(): PreparedMatrix {
    return new PreparedMatrix(this.rowsFor(this.#backend), this.#backend, true);
  }

  /** @internal The backend's rows, provided `backend` is the one that holds them. */
  rowsFor(backend: BackendName): PreparedRows {
    if (!this.#rows) {
      throw new HandfulError(
        'ERR_INVALID_ARGUMENT',
        'Expected a prepared matrix that holds its rows, but this one was disposed of: prepare it again, or dispose of it later',
      );
    }
    if (backend !== this.#backend) {
      throw new HandfulError(
        'ERR_BACKEND',
        `This matrix was prepared for the ${this.#backend} backend, but now the ${backend} one is in use: ` +
          'prepare it again after setBackend',
      );
    }
    return this.#rows;
  }
}

/**
 * Copies a matrix once into the backend's memory, in the layout its kernels like, and checks that it is
 * finite. Later changes to `matrix` do not show.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`; `ERR_NOT_FINITE` naming the row and column; `ERR_OUT_OF_MEMORY`
 */
export function prepare(matrix: Matrix): PreparedMatrix {
  checkMatrix(matrix, 'matrix');
  checkScaledRange(matrix, 'matrix');
  return new PreparedMatrix(copyRows(matrix, false), activeBackend().name);
}

/**
 * The matrix prepared, for several operations of one call. To be declared with `using`: what was prepared for the call
 * alone is given back as it ends, and what was prepared before stays.
 * @throws HandfulError as {@link prepare}
 */
export function asPrepared(matrix: Matrix | PreparedMatrix): PreparedMatrix {
  return matrix instanceof PreparedMatrix ? matrix.lend() : prepare(matrix);
}

/**
 * The backend's rows of a matrix, prepared now where it was not before, which must have `columns` if given. To be
 * declared with `using`: memory that only one call needs is then given back as the call ends, and serves the next.
 */
export function preparedRows(matrix: Matrix | PreparedMatrix, name: string, columns?: number): PreparedRows {
  const { name: backend } = activeBackend();
  const isPrepared = matrix instanceof PreparedMatrix;
  if (!isPrepared) {
    checkMatrix(matrix, name);
    checkScaledRange(matrix, name);
  }
  if (columns !== undefined && matrix.shape[1] !== columns) {
    throw unfitArgument(
      name,
      `a matrix of ${countOf(columns, 'column')}`,
      countOf(matrix.shape[1], 'column'),
    );
  }
  return isPrepared ? matrix.rowsFor(backend) : copyRows(matrix, true);
}

function copyRows({ data, shape: [rows, columns], scale = 1 }: Matrix, temporary: boolean): PreparedRows {
  try {
    return activeBackend().operations.prepare(data, rows, columns, scale, temporary);
  } catch (error) {
    throw asHandfulError(error);
  }
}

/** What every operation takes: a matrix, which it copies, or one prepared before, which it does not. */
export type MatrixInput = Matrix | PreparedMatrix;

/**
 * The shape of an input, without copying it: for checks that come before the work.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` where it is no matrix
 */
export function shapeOf(input: MatrixInput, name: string): readonly [rows: number, columns: number] {
  if (!(input instanceof PreparedMatrix)) checkMatrix(input, name);
  return input.shape;
}
