import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadDataOptions, loadData, loadDataChunks } from '../../../lib/datasets/load-data.ts';
import { expectError } from '../../support/errors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-text-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(text: string | Uint8Array, options?: LoadDataOptions, name = 'file.csv') {
  const path = join(folder, name);
  await writeFile(path, text);
  return loadData(path, options);
}

/** Without -0, which is written as 0. */
const numbers = fc.float({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0);
const tables = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc.record({
      columns: fc.constant(columns),
      values: fc.array(fc.array(numbers, { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
      names: fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', ';', 'é') }), {
        minLength: rows,
        maxLength: rows,
      }),
    }),
  );
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

describe('a CSV file', () => {
  it('reads back as it was written, with header and quoted names, in one piece and in chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        async ({ columns, values, names }, delimiter, end) => {
          const header = ['name', ...Array.from({ length: columns }, (_, i) => `x${i}`)];
          const lines = values.map((row, i) => [quoted(names[i]!), ...row].join(delimiter));
          const text = [header.join(delimiter), ...lines, ''].join(end);
          const loaded = await load(text);
          expect([...loaded.X.data]).toEqual(values.flat());
          expect(loaded.names).toEqual(names);
          expect(loaded.source.columnNames).toEqual(header.slice(1));
          const chunked: string[] = [];
          for await (const { names } of loadDataChunks(join(folder, 'file.csv'), { chunkRows: 1 }))
            chunked.push(...names);
          expect(chunked).toEqual(names);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('may have no header, no last end of line, a mark of its byte order, empty lines; or be compressed', async () => {
    for (const text of ['1,2\n3,4', '1,2\n\n3,4\n\n', '\ufeff1,2\r\n3,4\r\n']) {
      expect([...(await load(text)).X.data]).toEqual([1, 2, 3, 4]);
    }
    expect([...(await load(gzipSync('1,2\n3,4'), {}, 'file.csv.gz')).X.data]).toEqual([1, 2, 3, 4]);
    expect([...(await load('1\t2\n3\t4', {}, 'file.tsv')).X.data]).toEqual([1, 2, 3, 4]);
  });

  it('takes its first line for a header where a word stands above a number, or a name that it knows', async () => {
    expect((await load('a,b\n1,2')).X.shape).toEqual([1, 2]);
    expect((await load('0,1,label\n1,2,cat')).labels).toEqual(['cat']);
    expect((await load('5,6\n1,2')).X.shape).toEqual([2, 2]);
    expect((await load('5,6\n1,2', { header: true })).X.shape).toEqual([1, 2]);
    await expectError(
      load('a,b\n1,2', { header: false }),
      'ERR_FILE_FORMAT',
      "line 1: expected a number in column '0'",
    );
  });

  it('takes names, labels and features from the columns that it is told of', async () => {
    const text = 'id,label,kind,a,b\n7,cat,x,1,2\n8,,y,3,4\n';
    const told = await load(text, { nameColumn: 'kind', labelColumn: 'id', columns: ['b'] });
    expect(told).toMatchObject({ names: ['x', 'y'], labels: ['7', '8'] });
    expect([...told.X.data]).toEqual([2, 4]);
    const seen = await load(text, { columns: ['a', 'b'] });
    expect(seen).toMatchObject({ names: ['7', '8'], labels: ['cat', ''] });
    await expectError(
      load(text),
      'ERR_FILE_FORMAT',
      /line 2: expected a number in column 'kind' but there is "x"/,
    );
    await expectError(
      load(text, { labelColumn: 'class' }),
      'ERR_INVALID_ARGUMENT',
      "no column 'class': it has id, label",
    );
  });

  it('names file and line of what does not fit', async () => {
    await expectError(
      load('a,b\n1,2\n3\n'),
      'ERR_FILE_FORMAT',
      /file\.csv', line 3: expected 2 fields, as in line 1, but there are 1/,
    );
    await expectError(
      load('1,2\n\n3,x\n'),
      'ERR_FILE_FORMAT',
      /line 3: expected a number in column '1' but there is "x"/,
    );
    await expectError(load('1,2\n3,\n'), 'ERR_FILE_FORMAT', /line 2: .* there is nothing/);
    await expectError(load('1,2\n3,nan\n'), 'ERR_FILE_FORMAT', 'line 2');
    await expectError(load('1,2\n3,1e999\n'), 'ERR_FILE_FORMAT', 'line 2');
    await expectError(
      load('name,b\n"x\ny",2\n"z,3\n4,5\n'),
      'ERR_FILE_FORMAT',
      'line 4: a quote is opened and never closed',
    );
    await expectError(load('name,b\n"x\ny",2\nz,q\n'), 'ERR_FILE_FORMAT', 'line 4');
    await expectError(load('name,b\n"x"y,2\n'), 'ERR_FILE_FORMAT', 'line 2');
    await expectError(load(''), 'ERR_FILE_FORMAT', 'no line');
    await expectError(load('name,b\n'), 'ERR_FILE_FORMAT', 'no row');
    await expectError(load('name,label\nx,y\n'), 'ERR_FILE_FORMAT', 'no column of numbers');
    await expectError(load(Uint8Array.of(0x31, 0x0a, 0xff, 0xfe)), 'ERR_FILE_FORMAT', 'UTF-8');
    await expectError(
      load(gzipSync('1,2\n3,4').subarray(0, 20), {}, 'cut.csv.gz'),
      'ERR_FILE_FORMAT',
      'damaged',
    );
    await expectError(loadData(join(folder, 'missing.csv')), 'ERR_FILE', 'missing.csv');
  });
});

describe('JSON lines', () => {
  const loadJson = (lines: unknown[], options?: LoadDataOptions) =>
    load(lines.map((line) => JSON.stringify(line)).join('\n'), options, 'file.jsonl');

  it('read back as they were written: lists, and objects of numbers and lists', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async ({ values, names }) => {
        expect([...(await loadJson(values)).X.data]).toEqual(values.flat());
        const objects = values.map((row, i) => ({ id: names[i], a: row[0], vector: row, label: `l${i}` }));
        const loaded = await loadJson(objects);
        expect([...loaded.X.data]).toEqual(values.flatMap((row) => [row[0]!, ...row]));
        expect(loaded.names).toEqual(names);
        expect(loaded.labels).toEqual(values.map((_, i) => `l${i}`));
      }),
      { numRuns: 30 },
    );
  });

  it('may have their keys in any order', async () => {
    const { X } = await loadJson([
      { a: 1, b: 2 },
      { b: 4, a: 3 },
    ]);
    expect([...X.data]).toEqual([1, 2, 3, 4]);
  });

  it('name file and line of what does not fit', async () => {
    await expectError(
      loadJson([[1, 2], [3]]),
      'ERR_FILE_FORMAT',
      /file\.jsonl', line 2: expected a list of 2 numbers .* one of 1/,
    );
    await expectError(
      loadJson([{ a: 1 }, { b: 1 }]),
      'ERR_FILE_FORMAT',
      /line 2: .*column 'a' but there is nothing/,
    );
    await expectError(
      loadJson([[1, null]]),
      'ERR_FILE_FORMAT',
      "line 1: expected a number in column 'value[1]'",
    );
    await expectError(loadJson([{ a: 1, name: {} }]), 'ERR_FILE_FORMAT', 'line 1: expected a text');
    await expectError(loadJson([3]), 'ERR_FILE_FORMAT', 'line 1: expected a list of numbers or an object');
    await expectError(load('[1]\n[2\n', {}, 'file.jsonl'), 'ERR_FILE_FORMAT', /line 2: .*JSON/);
    await expectError(load('\n', {}, 'file.jsonl'), 'ERR_FILE_FORMAT', 'no line');
  });
});
