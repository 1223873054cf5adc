import type { PreparedRows } from '../../binding.d.ts';
import { HandfulError, invalidArgument } from '../errors.ts';
import { checkMatrix, checkScaledRange, type Matrix } from '../matrix.ts';
import { memoryBudget } from '../memory.ts';
import { rowNumbers } from '../options.ts';
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
  readonly #rows: PreparedRows;
  readonly #backend: BackendName;

  /** @internal */
  constructor(rows: PreparedRows, backend: BackendName) {
    this.shape = Object.freeze([rows.rows, rows.columns] as const);
    this.scale = rows.scale;
    this.#rows = rows;
    this.#backend = backend;
    Object.freeze(this);
  }

  /** Bytes of memory held outside the JavaScript heap (inside it on the JavaScript backend). */
  get byteLength(): number {
    return this.#rows.byteLength;
  }

  /**
   * A new prepared matrix of the given rows in the given order; rows may repeat.
   * @throws HandfulError `ERR_INVALID_ARGUMENT` where a row number is out of range; `ERR_OUT_OF_MEMORY`
   */
  takeRows(rows: ArrayLike<number>): PreparedMatrix {
    const taken = rowNumbers(rows, 'rows', this.shape[0]);
    if (taken.length === 0) throw invalidArgument('rows', 'at least one row number', rows);
    memoryBudget().require('takeRows', (this.byteLength / this.shape[0]) * taken.length);
    return new PreparedMatrix(this.rowsFor(this.#backend).take(taken), this.#backend);
  }

  /** @internal The backend's rows, provided `backend` is the one that holds them. */
  rowsFor(backend: BackendName): PreparedRows {
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
    throw invalidArgument(name, `a matrix of ${columns} columns`, `${matrix.shape[1]} columns`);
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
