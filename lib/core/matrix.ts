import { HandfulError, invalidArgument } from './errors.ts';
import { rowNumbers } from './options.ts';

/**
 * A dense matrix, row-major: samples are rows, features are columns. The value of element `[i, j]` is
 * `data[i * columns + j] * scale`, so that images can stay bytes with `scale: 1 / 255`.
 */
export interface Matrix {
  /** `rows * columns` elements; floats must be finite. */
  data: Float32Array | Uint8Array;
  /** `[rows, columns]`, each at least 1 wherever something is computed. */
  shape: readonly [rows: number, columns: number];
  /** The number each element is multiplied by: from 1e-36 to 1e36. Default 1. */
  scale?: number;
}

/** Most elements that one matrix may have: 2^31 - 1 rows, and 2^40 elements. */
const MAX_ROWS = 2 ** 31 - 1;
const MAX_ELEMENTS = 2 ** 40;
/** Scales with which every byte is an ordinary number in single precision. */
const MIN_SCALE = 1e-36;
const MAX_SCALE = 1e36;
const MAX_FLOAT = 3.4028234663852886e38;

/**
 * Checks that `value` is a {@link Matrix} with at least one row and one column whose data has the length its
 * shape claims and lies in ordinary memory. Whether floats are finite is checked where they are copied.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function checkMatrix(value: unknown, name: string): asserts value is Matrix {
  if (value === null || typeof value !== 'object' || !('data' in value) || !('shape' in value)) {
    const hint = Array.isArray(value) ? ` (matrix(${name}) makes one of rows)` : '';
    throw invalidArgument(name, `a matrix { data, shape: [rows, columns], scale? }${hint}`, value);
  }
  const { data, shape, scale = 1 } = value as Matrix;
  if (!(data instanceof Float32Array || data instanceof Uint8Array)) {
    throw invalidArgument(`${name}.data`, `a Float32Array or Uint8Array (matrix(${name}) converts)`, data);
  }
  checkShape(shape, name, data.length);
  if (typeof scale !== 'number' || !(scale >= MIN_SCALE && scale <= MAX_SCALE)) {
    throw invalidArgument(`${name}.scale`, `a number from ${MIN_SCALE} to ${MAX_SCALE}`, scale);
  }
}

/**
 * Checks that `shape` is `[rows, columns]`, one at least of each, of `length` elements.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function checkShape(
  shape: unknown,
  name: string,
  length: number,
): asserts shape is readonly [number, number] {
  if (!Array.isArray(shape) || shape.length !== 2) {
    throw invalidArgument(`${name}.shape`, 'an array [rows, columns]', shape);
  }
  const [rows, columns] = shape as [number, number];
  for (const [count, what] of [
    [rows, 'rows'],
    [columns, 'columns'],
  ] as const) {
    if (!Number.isInteger(count) || count < 1 || count > MAX_ROWS) {
      throw invalidArgument(`the number of ${what} in ${name}.shape`, 'a whole number of 1 or more', count);
    }
  }
  if (rows * columns > MAX_ELEMENTS || length !== rows * columns) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected ${rows} x ${columns} = ${rows * columns} elements in ${name}.data, as its shape says, but ` +
        `received ${length}${length === 0 ? ' (was its buffer transferred away?)' : ''}`,
    );
  }
}

/**
 * Refuses a matrix of floats that its scale takes out of the range of single precision, in which centres and
 * distances are kept.
 * @throws HandfulError `ERR_NOT_FINITE` naming the row and column
 */
export function checkScaledRange({ data, shape, scale = 1 }: Matrix, name: string): void {
  if (scale <= 1 || data instanceof Uint8Array) return;
  const place = data.findIndex((value) => Math.abs(value) * scale > MAX_FLOAT);
  if (place < 0) return;
  throw new HandfulError(
    'ERR_NOT_FINITE',
    `Expected finite numbers in ${name} but row ${Math.floor(place / shape[1])}, column ${place % shape[1]} is ` +
      `${data[place]}, which times its scale ${scale} is beyond single precision`,
  );
}

/**
 * A new matrix of the given rows of `matrix`, in the given order; rows may repeat.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` where a row number is out of range
 */
export function takeRows(matrix: Matrix, rows: ArrayLike<number>): Matrix {
  checkMatrix(matrix, 'matrix');
  const columns = matrix.shape[1];
  const taken = rowNumbers(rows, 'rows', matrix.shape[0]);
  const data = new (matrix.data.constructor as Float32ArrayConstructor)(taken.length * columns);
  for (let i = 0; i < taken.length; i++) {
    const from = taken[i]! * columns;
    data.set(matrix.data.subarray(from, from + columns), i * columns);
  }
  return { ...matrix, data, shape: [taken.length, columns] };
}

/** A matrix of floats without a scale: what operations return. */
export interface FloatMatrix extends Matrix {
  data: Float32Array;
}

/** The values of a matrix as floats, `data[i] * scale`, in an array of its own. */
export function floatValues(matrix: Matrix): Float32Array {
  const { data, scale = 1 } = matrix;
  return Float32Array.from(data, (value) => value * scale);
}
