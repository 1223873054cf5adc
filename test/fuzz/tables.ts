// The fuzzer's sound files of Parquet and Arrow, of many shapes.

import { Table, tableToIPC, type Vector, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';

const NUMBERS = [Float32Array, Float64Array, Int32Array, Uint8Array];
const texts = fc.constantFrom('a', 'b', 'ä', '', '7');

type Values =
  | string[]
  | number[][]
  | (number | null)[]
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array;

/** A column's values, so many of them: numbers, numbers and nothing, lists of numbers, or texts. */
const anyValues = (rows: number): fc.Arbitrary<Values> => {
  const all = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: rows, maxLength: rows });
  const number = fc.integer({ min: 0, max: 200 });
  return fc.oneof(
    fc.tuple(fc.constantFrom(...NUMBERS), all(number)).map(([Type, values]) => Type.from(values)),
    all(fc.option(number)),
    all(fc.array(number, { minLength: 2, maxLength: 2 })),
    all(texts),
  );
};

const anyColumns: fc.Arbitrary<[name: string, Values][]> = fc.integer({ min: 0, max: 40 }).chain((rows) =>
  fc.uniqueArray(fc.tuple(fc.constantFrom('x', 'label', 'row', 'n'), anyValues(rows)), {
    minLength: 1,
    maxLength: 3,
    selector: ([name]) => name,
  }),
);

export const anyParquet: fc.Arbitrary<Uint8Array> = fc
  .record({
    columns: anyColumns,
    codec: fc.constantFrom('SNAPPY' as const, 'UNCOMPRESSED' as const),
    rowGroupSize: fc.integer({ min: 1, max: 50 }),
    pageSize: fc.constantFrom(16, 2 ** 20),
  })
  .map(({ columns, ...settings }) => {
    const columnData = columns.map(([name, values]) => ({ name, data: Array.from<unknown>(values) }));
    return new Uint8Array(parquetWriteBuffer({ columnData, ...settings }));
  });

export const anyArrow: fc.Arbitrary<Uint8Array> = fc
  .tuple(anyColumns, fc.constantFrom('file' as const, 'stream' as const))
  .map(([columns, kind]) => {
    const vectors = columns.map(([name, values]) => [name, vectorFromArray(values as string[])]);
    return tableToIPC(new Table(Object.fromEntries(vectors) as Record<string, Vector>), kind);
  });
