import type { PreparedRows } from '../../binding.d.ts';
import { HandfulError, invalidArgument } from '../errors.ts';
import { checkMatrix, type Matrix } from '../matrix.ts';
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
   * @throws HandfulError `ERR_INVALID_ARGUMENT` where a row number is out of range
   */
  takeRows(rows: ArrayLike<number>): PreparedMatrix {
    const taken = rowNumbers(rows, 'rows', this.shape[0]);
    if (taken.length === 0) throw invalidArgument('rows', 'at least one row number', rows);
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
  return prepareAs('matrix', matrix);
}

function prepareAs(name: string, matrix: Matrix): PreparedMatrix {
  checkMatrix(matrix, name);
  const { name: backend, operations } = activeBackend();
  const [rows, columns] = matrix.shape;
  try {
    return new PreparedMatrix(operations.prepare(matrix.data, rows, columns, matrix.scale ?? 1), backend);
  } catch (error) {
    throw asHandfulError(error);
  }
}

/** The backend's rows of a matrix, prepared now where it was not before, which must have `columns` if given. */
export function preparedRows(matrix: Matrix | PreparedMatrix, name: string, columns?: number): PreparedRows {
  const prepared = matrix instanceof PreparedMatrix ? matrix : prepareAs(name, matrix);
  if (columns !== undefined && prepared.shape[1] !== columns) {
    throw invalidArgument(name, `a matrix of ${columns} columns`, `${prepared.shape[1]} columns`);
  }
  return prepared.rowsFor(activeBackend().name);
}
