import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Binary,
  type DataType,
  DateDay,
  Decimal,
  Field,
  FixedSizeBinary,
  Float32,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  tableToIPC,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RowChunk } from '../../../lib/datasets/formats/data-source.ts';
import { openTable } from '../../../lib/datasets/formats/open-table.ts';
import { loadData } from '../../../lib/datasets/load-data.ts';
import { type LoadLabelsOptions, loadLabels } from '../../../lib/datasets/load-labels.ts';
import { expectError } from '../../support/errors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-tables-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(bytes: Uint8Array | ArrayBuffer, name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, new Uint8Array(bytes));
  return path;
}

type Columns = Record<string, Vector>;
const arrowFile = (columns: Columns) => fileOf(tableToIPC(new Table(columns), 'file'), 'file.arrow');

type ParquetColumns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];
const parquetFile = (columnData: ParquetColumns, more: object = {}) =>
  fileOf(parquetWriteBuffer({ columnData, ...more }), 'file.parquet');

const x = vectorFromArray([1, 2], new Float64());
const noon = new Date('2024-01-01T12:00:00Z');
const midnight = new Date('2024-01-02T00:00:00Z');

/** Decimals from their unscaled integers. */
function decimals(integers: readonly bigint[], scale: number, bits: 128 | 256): Vector {
  const words = new Uint32Array((integers.length * bits) / 32);
  integers.forEach((integer, i) => {
    for (let word = 0; word < bits / 32; word++) {
      words[(i * bits) / 32 + word] = Number(BigInt.asUintN(32, integer >> BigInt(32 * word)));
    }
  });
  return new Vector([makeData({ type: new Decimal(scale, 30, bits), length: integers.length, data: words })]);
}

describe('a column of decimals in Arrow', () => {
  it.each([128, 256] as const)('is its numbers, of %s bits', async (bits) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.bigInt(-(2n ** 90n), 2n ** 90n), { minLength: 1 }),
        fc.integer({ min: 0, max: 20 }),
        async (integers, scale) => {
          const path = await arrowFile({ p: decimals(integers, scale, bits) });
          // In this thread: a worker for each of many small files would take most of the time.
          const { head, chunks } = await openTable({ format: 'arrow', path, options: {} });
          expect(head).toMatchObject({ columnNames: ['p'] });
          const numbers: number[] = [];
          for await (const chunk of chunks(integers.length)) numbers.push(...(chunk as RowChunk).data);
          expect(numbers).toEqual(integers.map((integer) => Math.fround(Number(`${integer}e-${scale}`))));
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('bytes and dates', () => {
  it.each<[string, DataType, unknown[]]>([
    ['bytes', new Binary(), [Uint8Array.of(1), Uint8Array.of(2)]],
    ['bytes', new FixedSizeBinary(1), [Uint8Array.of(1), Uint8Array.of(2)]],
    ['dates', new DateDay(), [midnight, midnight]],
    ['times', new TimestampMicrosecond(), [noon, midnight]],
  ])('are refused as features: %s of Arrow', async (words, type, values) => {
    const path = await arrowFile({ x, t: vectorFromArray(values, type) });
    await expectError(loadData(path), 'ERR_FILE_FORMAT', `the column 't' holds ${words}, not numbers`);
    expect((await loadData(path, { columns: ['x'] })).X.shape).toEqual([2, 1]);
  });

  it('are refused as features alike in Parquet', async () => {
    const path = await parquetFile([
      { name: 'x', data: [1, 2], type: 'DOUBLE' },
      { name: 't', data: [noon, midnight], type: 'TIMESTAMP' },
    ]);
    await expectError(loadData(path), 'ERR_FILE_FORMAT', "the column 't' holds times, not numbers");
  });

  it('of a calendar are names and labels as ISO 8601 has them, alike in both formats', async () => {
    const times = ['2024-01-01T12:00:00.000Z', '2024-01-02'];
    const arrow = await loadData(
      await arrowFile({
        id: vectorFromArray([noon, midnight], new TimestampMicrosecond()),
        x,
        label: vectorFromArray([midnight, midnight], new DateDay()),
      }),
    );
    const parquet = await loadData(
      await parquetFile([
        { name: 'id', data: [noon, midnight], type: 'TIMESTAMP' },
        { name: 'x', data: [1, 2], type: 'DOUBLE' },
        { name: 'label', data: [midnight, midnight], type: 'TIMESTAMP' },
      ]),
    );
    for (const { names, labels } of [arrow, parquet]) {
      expect(names).toEqual(times);
      expect(labels).toEqual(['2024-01-02', '2024-01-02']);
    }
  });
});

describe('a label that is a number', () => {
  it('is none if it is NaN, and as short as its precision lets it be', async () => {
    const arrow = await loadData(
      await arrowFile({ x, label: vectorFromArray([0.1, Number.NaN], new Float32()) }),
    );
    expect(arrow.labels).toEqual(['0.1', '']);
    const parquet = await loadData(
      await parquetFile([
        { name: 'x', data: [1, 2], type: 'DOUBLE' },
        { name: 'label', data: Float32Array.of(0.1, Number.NaN), type: 'FLOAT' },
      ]),
    );
    expect(parquet.labels).toEqual(['0.1', '']);
  });
});

describe('columns of one name', () => {
  it('are each themselves, whatever the name', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('x', 'y', '__proto__', 'constructor'), { minLength: 1, maxLength: 5 }),
        async (names) => {
          const own = await parquetFile(names.map((name, i) => ({ name, data: [i, 10 * i], type: 'INT32' })));
          const { X, source } = await loadData(own);
          expect(source.columnNames).toEqual(names);
          expect([...X.data]).toEqual([...names.keys(), ...Array.from(names.keys(), (i) => 10 * i)]);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('the index of a pandas table', () => {
  const pandas = JSON.stringify({ index_columns: ['__index_level_0__'] });
  const notice = expect.stringContaining("'__index_level_0__'");

  it('is left out of the features with a notice, in both formats, unless it is asked for', async () => {
    const children = [makeData({ type: new Float64(), data: Float64Array.of(1, 2) })];
    children.push(makeData({ type: new Int32(), data: Int32Array.of(7, 8) }) as never);
    const schema = new Schema(
      [new Field('x', new Float64()), new Field('__index_level_0__', new Int32())],
      new Map([['pandas', pandas]]),
    );
    const batch = new RecordBatch(
      schema,
      makeData({ type: new Struct(schema.fields), length: 2, nullCount: 0, children }),
    );
    const arrow = await fileOf(tableToIPC(new Table(schema, batch), 'file'), 'pandas.arrow');
    const parquet = await parquetFile(
      [
        { name: 'x', data: [1, 2], type: 'DOUBLE' },
        { name: '__index_level_0__', data: [7, 8], type: 'INT32' },
      ],
      { kvMetadata: [{ key: 'pandas', value: pandas }] },
    );
    for (const path of [arrow, parquet]) {
      const { source, notices } = await loadData(path);
      expect(source.columnNames).toEqual(['x']);
      expect(notices).toEqual([notice]);
      const asked = await loadData(path, { columns: ['__index_level_0__'] });
      expect([...asked.X.data]).toEqual([7, 8]);
      expect(asked.notices).toEqual([]);
      expect((await loadData(path, { nameColumn: '__index_level_0__' })).names).toEqual(['7', '8']);
    }
  });
});

describe('labels in Parquet and Arrow', () => {
  const NAMES = ['a', 'b', 'c', 'd'];
  const labelsOf = async (path: string, options?: LoadLabelsOptions) => {
    const { rows, labels, notices } = await loadLabels(path, NAMES, options);
    return { labels: Object.fromEntries(Array.from(rows, (row, i) => [row, labels[i]])), notices };
  };
  const words = (name: string, data: (string | null)[]) => ({ name, data, type: 'STRING' as const });
  const label = words('label', ['cat', null, ' dog ']);
  const pandas = (index: unknown) => ({
    kvMetadata: [{ key: 'pandas', value: JSON.stringify({ index_columns: [index] }) }],
  });

  it('state rows by number, by name or both, as in CSV', async () => {
    const numbers = { name: 'row', data: [3, 1, 0], type: 'INT32' as const };
    const names = words('file', ['d', 'b', 'a']);
    for (const columns of [
      [numbers, label],
      [names, label],
      [numbers, names, label],
    ]) {
      expect(await labelsOf(await parquetFile(columns))).toEqual({
        labels: { 3: 'cat', 0: 'dog' },
        notices: [],
      });
    }
    const arrow = await arrowFile({
      row: vectorFromArray([2, 0], new Int32()),
      label: vectorFromArray(['x', 'y']),
    });
    expect((await labelsOf(arrow)).labels).toEqual({ 2: 'x', 0: 'y' });
  });

  it('state no row if there is one for each, and take other columns if these are named', async () => {
    const numbers = { name: 'y', data: [1, 2, 3, Number.NaN], type: 'DOUBLE' as const };
    const path = await parquetFile([numbers, words('called', ['d', 'c', 'b', 'a'])]);
    await expectError(loadLabels(path, NAMES), 'ERR_FILE_FORMAT', "a column 'label'");
    expect((await labelsOf(path, { labelColumn: 'y' })).labels).toEqual({ 0: '1', 1: '2', 2: '3' });
    const named = { labelColumn: 'y', nameColumn: 'called' };
    expect((await labelsOf(path, named)).labels).toEqual({ 3: '1', 2: '2', 1: '3' });
    await expectError(loadLabels(await parquetFile([label]), NAMES), 'ERR_FILE_FORMAT', 'which rows');
  });

  it('take the index of a pandas table for rows or names, with a notice', async () => {
    const notices = [expect.stringContaining('the index of the pandas table')];
    const key = '__index_level_0__';
    const numbers = { name: key, data: [2, 1, 0], type: 'INT32' as const };
    const numbered = await parquetFile([label, numbers], pandas(key));
    expect(await labelsOf(numbered)).toEqual({ labels: { 2: 'cat', 0: 'dog' }, notices });
    const named = await parquetFile([label, words(key, ['d', 'c', 'b'])], pandas(key));
    expect(await labelsOf(named)).toEqual({ labels: { 3: 'cat', 1: 'dog' }, notices });
    const counted = await parquetFile([label], pandas({ kind: 'range', start: 1, stop: 4, step: 1 }));
    expect(await labelsOf(counted)).toEqual({ labels: { 1: 'cat', 3: 'dog' }, notices });
  });

  it('mean what the same table means as CSV, in both formats', async () => {
    const row = fc.record({ row: fc.nat({ max: 3 }), label: fc.constantFrom('cat', 'dog', '') });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(row, { minLength: 1, selector: ({ row }) => row }), async (rows) => {
        const lines = rows.map(({ row, label }) => `${row},${label}\n`).join('');
        const expected = await labelsOf(await fileOf(Buffer.from(`row,label\n${lines}`), 'same.csv'));
        const numbers = Int32Array.from(rows, ({ row }) => row);
        const texts = rows.map(({ label }) => label);
        const parquet = await parquetFile([
          { name: 'row', data: numbers, type: 'INT32' },
          { name: 'label', data: texts, type: 'STRING' },
        ]);
        const arrow = await arrowFile({ row: vectorFromArray(numbers), label: vectorFromArray(texts) });
        expect(await labelsOf(parquet)).toEqual(expected);
        expect(await labelsOf(arrow)).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });
});

describe('Feather and Parquet of others', () => {
  /** What pyarrow 25 writes of a column x of float32: 64 times each of 0, 1, 2, 3. */
  const PACKED = {
    'arrow lz4': [
      '/////3AAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAEAAAAUAAAAEAAUAAgABgAHAAwAAAAQ',
      'ABAAAAAAAAEDEAAAABgAAAAEAAAAAAAAAAEAAAB4AAYACAAGAAYAAAAAAAEA/////5gAAAAUAAAAAAAAAAwAGAAGAAUACAAMAAwA',
      'AAAAAwQAHAAAADgAAAAAAAAAAAAAAAwAHAAQAAQACAAMAAwAAABIAAAAHAAAABQAAAAAAQAAAAAAAAAAAAAEAAQABAAAAAIAAAAA',
      'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAzAAAAAAAAAAAAAAABAAAAAAEAAAAAAAAAAAAAAAAAAAAEAAAAAAAABCJNGGBAghwAAAAf',
      'AAEA7i+APwQA6y8AQAQA6x9ABADlUEAAAEBAAAAAAAAAAAAA/////wAAAAA=',
    ],
    'arrow zstd': [
      '/////3AAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAEAAAAUAAAAEAAUAAgABgAHAAwAAAAQ',
      'ABAAAAAAAAEDEAAAABgAAAAEAAAAAAAAAAEAAAB4AAYACAAGAAYAAAAAAAEA/////6AAAAAUAAAAAAAAAAwAGAAGAAUACAAMAAwA',
      'AAAAAwQAHAAAACgAAAAAAAAAAAAAAAwAHgAQAAQACAAMAAwAAABQAAAAJAAAABgAAAAAAQAAAAAAAAAAAAAAAAYACAAHAAYAAAAA',
      'AAABAgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACYAAAAAAAAAAAAAAAEAAAAAAQAAAAAAAAAAAAAAAAAAAAQAAAAAAAAotS/9',
      'YAADpQAAOAAAgD8AQEAEBCt6IPYA73e4D7AAAP////8AAAAA',
    ],
    'parquet lz4': [
      'UEFSMRUAFY4QFUYsFYAEFQAVBhUGHAAAAI8DAAAAgAQBAAEA7i+APwQA6y8AQAQA6x9ABADlUEAAAEBAFQQZLDUAGAZzY2hlbWEV',
      'AgAVCCUCGAF4ABaABBkcGRwmABwVCBklBgAZGAF4FQ4WgAQWuBAWcCYISRwVABUAFQIAPCkGGSYAgAQAAAAWuBAWgAQmCBZwACgg',
      'cGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNS4wLjEZHBwAAACAAAAAUEFSMQ==',
    ],
    'parquet zstd': [
      'UEFSMRUAFY4QFUgsFYAEFQAVBhUGHAAAACi1L/1gBwPVAABoAwAAAIAEAQCAPwBAQAQEK3og9gDvd9gPuBUEGSw1ABgGc2NoZW1h',
      'FQIAFQglAhgBeAAWgAQZHBkcJgAcFQgZJQYAGRgBeBUMFoAEFrgQFnImCEkcFQAVABUCADwpBhkmAIAEAAAAFrgQFoAEJggWcgAo',
      'IHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjUuMC4xGRwcAAAAgAAAAFBBUjE=',
    ],
  };

  it.each(Object.entries(PACKED))('are read though they are packed: %s', async (kind, parts) => {
    const format = kind.split(' ')[0] as 'arrow' | 'parquet';
    const path = await fileOf(Buffer.from(parts.join(''), 'base64'), `packed.${format}`);
    const { X } = await loadData(path);
    expect([...X.data]).toEqual(Array.from({ length: 256 }, (_, i) => Math.floor(i / 64)));
  });

  it('is named if it is Feather of version 1', async () => {
    const path = await fileOf(Buffer.from(`FEA1${'\0'.repeat(40)}FEA1`), 'old.feather');
    await expectError(loadData(path), 'ERR_FILE_FORMAT', 'Feather of version 1');
  });

  it('is refused if its numbers are big-endian', async () => {
    // Three tables of FlatBuffers by hand: a message or a footer, whose schema has its first field, for big-endian.
    const tables = (schemaField: number): Buffer => {
      const bytes = Buffer.alloc(44);
      bytes.writeUInt32LE(20, 0);
      bytes.writeUInt16LE(10, 4);
      bytes.writeUInt16LE(12, 6);
      bytes.writeUInt16LE(8, 10); // the type of the message's header: a byte
      bytes.writeUInt16LE(4, 8 + 2 * schemaField); // the schema
      bytes.writeInt32LE(16, 20);
      bytes.writeUInt32LE(12, 24);
      bytes.writeUInt8(1, 28);
      bytes.writeUInt16LE(6, 14);
      bytes.writeUInt16LE(4, 18);
      bytes.writeInt32LE(22, 36);
      bytes.writeInt16LE(1, 40);
      return bytes;
    };
    const head = Buffer.alloc(8);
    head.writeUInt32LE(0xffffffff, 0);
    head.writeInt32LE(44, 4);
    const length = Buffer.alloc(4);
    length.writeInt32LE(44);
    const magic = Buffer.from('ARROW1\0\0');
    for (const bytes of [
      Buffer.concat([head, tables(2)]),
      Buffer.concat([magic, tables(1), length, magic.subarray(0, 6)]),
    ]) {
      const path = await fileOf(bytes, 'big.arrow');
      await expectError(loadData(path), 'ERR_FILE_FORMAT', 'big-endian');
    }
  });
});
