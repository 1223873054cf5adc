import { HandfulError } from '../../core/errors.ts';

/**
 * Refuses numbers that single precision can't hold, which it has turned into infinities, and what is no number.
 * @param data whole rows, of which the first is `firstRow`
 * @param name what the error message calls the file
 * @throws HandfulError `ERR_NOT_FINITE`, naming the row and the column
 */
export function requireFinite(
  data: Float32Array | Uint8Array,
  firstRow: number,
  columns: number,
  name: string,
): void {
  if (data instanceof Uint8Array) return;
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const [row, column] = [firstRow + Math.floor(bad / columns), bad % columns];
  throw new HandfulError(
    'ERR_NOT_FINITE',
    `${name}, row ${row}, column ${column}: expected a number that single precision can hold but there is ${data[bad]}`,
  );
}
