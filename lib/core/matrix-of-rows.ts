import { describe, HandfulError, invalidArgument } from './errors.ts';
import { checkShape, type Matrix } from './matrix.ts';
import { allocate } from './memory.ts';

/** Numbers in one array, row after row. */
export interface FlatRows {
  /** `rows * columns` numbers. */
  data: ArrayLike<number>;
  shape: readonly [rows: number, columns: number];
  /** What each number is multiplied by. Default 1. */
  scale?: number;
}

/**
 * A {@link Matrix} of floats from the rows that a program holds: an array of arrays, as most APIs of embeddings give
 * them, or of typed arrays, or numbers in one array with their shape, such as a `Float64Array`. Numbers are rounded to
 * single precision.
 * @param rows at least one row, each of as many numbers, at least one
 * @throws HandfulError `ERR_INVALID_ARGUMENT` if rows differ in length or hold what is no number; `ERR_NOT_FINITE` for a
 *   number that is not finite in single precision; both name the row and column; `ERR_OUT_OF_MEMORY`
 */
export function matrix(
  rows: ArrayLike<ArrayLike<number>> | FlatRows,
): Matrix & { data: Float32Array; scale?: undefined } {
  if (isArrayLike(rows)) return ofRows(rows as ArrayLike<ArrayLike<number>>);
  if (rows === null || typeof rows !== 'object' || !('shape' in rows) || !isArrayLike(rows.data)) {
    throw invalidArgument('rows', 'an array of rows, or { data, shape: [rows, columns] }', rows);
  }
  const { data, shape, scale = 1 } = rows;
  checkShape(shape, 'rows', data.length);
  const values = allocate(Float32Array, data.length, 'the matrix');
  for (let i = 0; i < data.length; i++) {
    const place = () => `row ${Math.floor(i / shape[1])}, column ${i % shape[1]}`;
    values[i] = singlePrecision(data[i], place, scale);
  }
  return { data: values, shape: [shape[0], shape[1]] };
}

function ofRows(rows: ArrayLike<ArrayLike<number>>) {
  if (rows.length === 0) throw invalidArgument('rows', 'at least one row', rows);
  if (!isArrayLike(rows[0])) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected an array of numbers for row 0 of rows but received ${describe(rows[0])}: numbers in one array need a ` +
        'shape, matrix({ data, shape: [rows, columns] })',
    );
  }
  const columns = rows[0].length;
  if (columns === 0) throw invalidArgument('row 0 of rows', 'at least one number', rows[0]);
  const data = allocate(Float32Array, rows.length * columns, 'the matrix');
  for (let row = 0; row < rows.length; row++) {
    const values = rows[row];
    if (!isArrayLike(values) || values.length !== columns) {
      throw invalidArgument(`row ${row} of rows`, `an array of ${columns} numbers, as row 0 is,`, values);
    }
    for (let column = 0; column < columns; column++) {
      data[row * columns + column] = singlePrecision(values[column], () => `row ${row}, column ${column}`, 1);
    }
  }
  return { data, shape: [rows.length, columns] as const };
}

function singlePrecision(value: unknown, place: () => string, scale: number): number {
  if (typeof value !== 'number') throw invalidArgument(`${place()} of rows`, 'a number', value);
  const rounded = Math.fround(value * scale);
  if (!Number.isFinite(rounded)) {
    throw new HandfulError(
      'ERR_NOT_FINITE',
      `Expected numbers that are finite in single precision but ${place()} of rows is ${value * scale}`,
    );
  }
  return rounded;
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
