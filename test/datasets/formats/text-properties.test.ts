import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadData } from '../../../lib/datasets/load-data.ts';
import { expectError } from '../../support/errors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-text-properties-'));
});
afterAll(() => rm(folder, { recursive: true }));

const path = (name: string) => join(folder, name);

/** Ways in which programs write text. */
const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16, little-endian': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16, big-endian': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};

interface Form {
  encoding: (text: string) => Buffer;
  delimiter: string;
  end: string;
  endsWithEnd: boolean;
  statesDelimiter: boolean;
  packed: boolean;
}

const forms: fc.Arbitrary<Form> = fc.record({
  encoding: fc.constantFrom(...Object.values(encodings)),
  delimiter: fc.constantFrom(',', ';', '\t'),
  end: fc.constantFrom('\n', '\r', '\r\n', '\r\r\n'),
  endsWithEnd: fc.boolean(),
  statesDelimiter: fc.boolean(),
  packed: fc.boolean(),
});

/** What fields of spreadsheets hold, line breaks among it. */
const texts = fc.string({
  unit: fc.constantFrom('a', '"', ',', ';', '\t', '\n', '\r', ' ', 'é', '😀', '0'),
  maxLength: 6,
});
const numbers = fc.float({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0);
const labels = fc.constantFrom('', 'cat', 'a "dog"', 'cow, small', '7');
const tables = fc.integer({ min: 1, max: 4 }).chain((columns) =>
  fc.array(
    fc.record({
      name: texts,
      values: fc.array(numbers, { minLength: columns, maxLength: columns }),
      label: labels,
      /** Whether a record that holds nothing stands in front of it: an empty line, or delimiters alone. */
      blank: fc.constantFrom(undefined, undefined, 'line', 'fields'),
    }),
    { minLength: 1, maxLength: 5 },
  ),
);

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const header = (columns: number) => ['name', ...Array.from({ length: columns }, (_, i) => `x${i}`), 'label'];

async function write(
  lines: readonly string[],
  { encoding, delimiter, end, endsWithEnd, statesDelimiter, packed }: Form,
): Promise<string> {
  const all = statesDelimiter ? [`sep=${delimiter}`, ...lines] : lines;
  const bytes = encoding(all.join(end) + (endsWithEnd ? end : ''));
  await writeFile(path('table.csv'), packed ? gzipSync(bytes) : bytes);
  return path('table.csv');
}

describe('a table of text', () => {
  it('reads back as it was written by any spreadsheet, without records that hold nothing', async () => {
    await fc.assert(
      fc.asyncProperty(tables, forms, fc.boolean(), async (rows, form, leavesOutEmptyCells) => {
        const columns = rows[0]!.values.length;
        const lines = [header(columns).join(form.delimiter)];
        for (const { name, values, label, blank } of rows) {
          if (blank) lines.push(blank === 'line' ? '' : form.delimiter.repeat(columns + 1));
          const cells = [
            quoted(name),
            ...values,
            ...(label === '' && leavesOutEmptyCells ? [] : [quoted(label)]),
          ];
          lines.push(cells.join(form.delimiter));
        }
        const loaded = await loadData(await write(lines, form));
        expect([...loaded.X.data]).toEqual(rows.flatMap(({ values }) => values));
        expect(loaded.names).toEqual(rows.map(({ name }) => name));
        expect(loaded.labels).toEqual(rows.map(({ label }) => label));
        expect(loaded.source.columnNames).toEqual(header(columns).slice(1, -1));
      }),
      { numRuns: 300 },
    );
  });

  it('is refused for a decimal comma, in its line, with what to write', async () => {
    const place = fc.record({ row: fc.nat(3), column: fc.nat(2) });
    const whole = fc.oneof(
      fc.integer({ min: -99, max: 99 }).map(String),
      fc.constantFrom('1.234', '-12\u202f345', "1'234'567", ''),
    );
    const decimal = fc.tuple(whole, fc.nat(99)).map((parts) => parts.join(','));
    await fc.assert(
      fc.asyncProperty(
        place,
        decimal,
        forms,
        fc.boolean(),
        async ({ row, column }, text, form, hasHeader) => {
          const rows = Array.from({ length: 4 }, (_, i) => [`${i}`, '2', '3']);
          // Every number of a file without a header has decimals, or its delimiter could not be seen.
          if (!hasHeader) for (const cells of rows) cells.fill(text);
          rows[row]![column] = text;
          const lines = rows.map((cells) =>
            cells.map((cell) => (form.delimiter === ',' ? quoted(cell) : cell)).join(form.delimiter),
          );
          if (hasHeader) lines.unshift(['a', 'b', 'c'].join(form.delimiter));
          const line = 1 + Number(form.statesDelimiter) + (hasHeader ? 1 + row : 0);
          await expectError(
            loadData(await write(lines, form)),
            'ERR_FILE_FORMAT',
            new RegExp(`line ${line}: expected a number in column .* not after a decimal comma`),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('states its delimiter in a first line, whatever that is, as Excel does', async () => {
    for (const delimiter of [';', '|', ':', '^', '~']) {
      await writeFile(path('stated.csv'), `sep=${delimiter}\r\na${delimiter}b\r\n1${delimiter}2\r\n`);
      const { X, source } = await loadData(path('stated.csv'));
      expect([[...X.data], source.columnNames]).toEqual([
        [1, 2],
        ['a', 'b'],
      ]);
    }
  });

  it('is refused for a record with too many or too few fields, or for text in place of a number, in its line', async () => {
    const cells = fc.constantFrom(
      ['1'],
      ['1', '2', '3'],
      ['1', 'x'],
      ['', '2'],
      ['1', '0x10'],
      ['1', '1e999'],
    );
    await fc.assert(
      fc.asyncProperty(cells, fc.nat(4), forms, async (bad, row, form) => {
        const lines = ['a', 'b'].join(form.delimiter);
        const rows = Array.from({ length: 5 }, (_, i) => (i === row ? bad : ['1', '2']).join(form.delimiter));
        const line = 2 + row + Number(form.statesDelimiter);
        await expectError(
          loadData(await write([lines, ...rows], form)),
          'ERR_FILE_FORMAT',
          `line ${line}: expected`,
        );
      }),
      { numRuns: 150 },
    );
  });
});

describe('JSON lines', () => {
  const integers = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });

  it('are the same in any order of keys, with integers of names and labels to the last digit', async () => {
    const rows = fc.array(
      fc.record({
        id: fc.oneof(integers, fc.string()),
        label: fc.oneof(
          integers,
          fc.constantFrom('cat', 'no. 12345678901234567890', 'a \\"9007199254740993\\"'),
        ),
        x: fc.oneof(numbers, integers),
        vector: fc.array(numbers, { minLength: 2, maxLength: 2 }),
        order: fc.shuffledSubarray(['id', 'label', 'x', 'vector'], { minLength: 4 }),
      }),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(rows, forms, async (all, { encoding, end, packed }) => {
        const lines = all.map((row, i) => {
          const order = i === 0 ? ['id', 'label', 'x', 'vector'] : row.order;
          const fields = order.map((key) => `"${key}":${jsonOf(row[key as keyof typeof row])}`);
          return `{${fields.join(', ')}}`;
        });
        const bytes = encoding(lines.join(end) + end);
        await writeFile(path('rows.jsonl'), packed ? gzipSync(bytes) : bytes);
        const loaded = await loadData(path('rows.jsonl'));
        expect([...loaded.X.data]).toEqual(
          all.flatMap(({ x, vector }) => [Math.fround(Number(x)), ...vector]),
        );
        expect(loaded.names).toEqual(all.map(({ id }) => String(id)));
        expect(loaded.labels).toEqual(all.map(({ label }) => String(label)));
      }),
      { numRuns: 200 },
    );
  });

  function jsonOf(value: unknown): string {
    return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  }
});
