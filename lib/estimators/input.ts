import { PreparedMatrix } from '../backend/prepared-matrix.ts';
import { HandfulError, invalidArgument } from '../core/errors.ts';
import { checkMatrix, type Matrix } from '../core/matrix.ts';

/** What every operation takes: a matrix, which it copies, or one prepared before, which it does not. */
export type MatrixInput = Matrix | PreparedMatrix;

/** What every operation answers: a matrix of floats without a scale. */
export interface FloatMatrix extends Matrix {
  data: Float32Array;
}

/**
 * The shape of an input, without copying it: for checks that come before the work.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` where it is no matrix
 */
export function shapeOf(input: MatrixInput, name: string): readonly [rows: number, columns: number] {
  if (!(input instanceof PreparedMatrix)) checkMatrix(input, name);
  return input.shape;
}

/** Refuses a count of things to be chosen among rows that is larger than the rows there are. */
export function requireAtMostRows(count: number, name: string, rows: number): void {
  if (count > rows) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected ${name} to be at most ${rows}, the number of rows, but received ${count}`,
    );
  }
}

/** Refuses anything but an array or typed array. */
export function requireArray(value: unknown, name: string): asserts value is ArrayLike<unknown> {
  if (!Array.isArray(value) && (!ArrayBuffer.isView(value) || value instanceof DataView)) {
    throw invalidArgument(name, 'an array', value);
  }
}

/** Refuses anything but an array or typed array with one element for each row. */
export function requireOneForEachRow(
  value: unknown,
  name: string,
  rows: number,
): asserts value is ArrayLike<unknown> {
  requireArray(value, name);
  if (value.length !== rows) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected ${rows} elements in ${name}, one for each row, but received ${value.length}`,
    );
  }
}

/** The values of a matrix as floats, `data[i] * scale`, in an array of its own. */
export function floatValues(matrix: Matrix): Float32Array {
  const { data, scale = 1 } = matrix;
  return Float32Array.from(data, (value) => value * scale);
}
