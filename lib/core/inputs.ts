import { HandfulError, invalidArgument } from './errors.ts';

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
