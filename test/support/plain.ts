import * as fc from 'fast-check';
import type { Operations, PreparedRows } from '../../binding.d.ts';

/** Rows as the operations' callers have them, for plain loops to run over. */
export interface PlainRows {
  data: Float32Array | Uint8Array;
  rows: number;
  columns: number;
  scale: number;
}

/** Floats as rows of `columns`. */
export function floats(columns: number, values: readonly number[], scale = 1): PlainRows {
  return { data: Float32Array.from(values), rows: values.length / columns, columns, scale };
}

/** Bytes as rows of `columns`. */
export function bytes(columns: number, values: readonly number[], scale = 1): PlainRows {
  return { data: Uint8Array.from(values), rows: values.length / columns, columns, scale };
}

export function prepare(operations: Operations, { data, rows, columns, scale }: PlainRows): PreparedRows {
  return operations.prepare(data, rows, columns, scale);
}

/** The values of rows that an operation made. */
export async function valuesOf(made: Promise<PreparedRows>): Promise<Float32Array> {
  using rows = await made;
  return rows.values();
}

/** What an element is worth. */
export function valueAt({ data, columns, scale }: PlainRows, row: number, column: number): number {
  return data[row * columns + column] * scale;
}

/**
 * The squared distance of row `i` of `x` to row `j` of `y` as the waist defines it: summed in float64 over the
 * features in order, on stored elements times the squared scale where that is common, else on values.
 */
export function squaredDistance(x: PlainRows, i: number, y: PlainRows, j: number): number {
  const isCommon = x.scale === y.scale;
  let sum = 0;
  for (let column = 0; column < x.columns; column++) {
    const difference = isCommon
      ? x.data[i * x.columns + column] - y.data[j * y.columns + column]
      : valueAt(x, i, column) - valueAt(y, j, column);
    sum += difference * difference;
  }
  return isCommon ? sum * (x.scale * x.scale) : sum;
}

/** The rows of `x` in the order of their distance to row `j` of `y`, ties to the lowest. */
export function byDistance(x: PlainRows, y: PlainRows, j: number): { row: number; distance: number }[] {
  return Array.from({ length: x.rows }, (_, row) => ({ row, distance: squaredDistance(x, row, y, j) })).sort(
    (a, b) => a.distance - b.distance || a.row - b.row,
  );
}

/** The sum of the squared values of all elements: what errors of rounding in sums of squares are relative to. */
export function sumOfSquares(x: PlainRows): number {
  let sum = 0;
  for (const stored of x.data) sum += (stored * x.scale) ** 2;
  return sum;
}

const scales = fc.constantFrom(1, 1 / 255, 0.3, 7);

/** Bytes, floats of few values (full of ties and duplicates), or floats of all magnitudes, as rows of `columns`. */
export function anyRows(columns: number, maxRows: number): fc.Arbitrary<PlainRows> {
  const counts = fc.integer({ min: 1, max: maxRows });
  const elements = fc.constantFrom<[fc.Arbitrary<number>, boolean]>(
    [fc.integer({ min: 0, max: 255 }), true],
    [fc.integer({ min: 0, max: 2 }), true],
    [fc.integer({ min: -1, max: 1 }), false],
    [fc.float({ min: -1, max: 1, noNaN: true }), false],
    [fc.constantFrom(0, 1e18, -1e18, 1.0000001e18, 3, 1e-30, 2e-30, -1e-30), false],
  );
  return fc
    .tuple(counts, elements, scales)
    .chain(([rows, [element, isBytes], scale]) =>
      fc
        .array(element, { minLength: rows * columns, maxLength: rows * columns })
        .map((values) => (isBytes ? bytes(columns, values, scale) : floats(columns, values, scale))),
    );
}

/** Two sets of rows of the same 1 to 20 columns. */
export function anyPair(maxRows: number): fc.Arbitrary<[PlainRows, PlainRows]> {
  return fc
    .integer({ min: 1, max: 20 })
    .chain((columns) => fc.tuple(anyRows(columns, maxRows), anyRows(columns, maxRows)));
}
