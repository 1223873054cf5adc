import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadData } from '../../../lib/datasets/load-data.ts';
import { loadLabels } from '../../../lib/datasets/load-labels.ts';
import { lookedAt } from '../../support/text-work.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-text-work-'));
});
afterAll(() => rm(folder, { recursive: true }));

const lines = (count: number, line = '1,2\n') => line.repeat(count);
const keys = (count: number, step: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${(i * step) % count}`, 1])));

const FILES: Readonly<Record<string, (rows: number) => string>> = {
  'many rows': (rows) => `a,b\n${lines(rows)}`,
  'a stray quote in a field': (rows) => `size,b\n1"2,3\n${lines(rows)}`,
  'a quote that is never closed': (rows) => `name,b\n"1,2\n${lines(rows)}`,
  'a quoted field of many lines': (rows) => `name,b\n"${lines(rows)}",2\n`,
  'a quoted field of many quotes': (rows) => `name,b\n"${lines(rows, '"",')}",2\n`,
  'one long field': (rows) => `name,b\n${'x'.repeat(200 * rows)},2\n`,
  'one long line of many fields': (rows) => `a,b\n${lines(rows, '1,')}\n`,
  'no end of line at all': (rows) => '1'.repeat(200 * rows),
  'carriage returns alone': (rows) => `a,b\r${lines(rows, '1,2\r')}`,
};

const RECORDS: Readonly<Record<string, (rows: number) => string>> = {
  'one long list': (rows) => `[${lines(rows, '1,')}1]\n`,
  'one long text': (rows) => `{"name":"${'x'.repeat(200 * rows)}","a":1}\n`,
  'many keys in another order': (rows) => `${keys(rows, 1)}\n${keys(rows, 7)}\n`,
  'a text that is never closed': (rows) => `{"name":"${'x'.repeat(200 * rows)}`,
};

const ROWS = 20_000;

const cases = [
  ...Object.entries(FILES).map(([name, make]) => ['csv', name, make] as const),
  ...Object.entries(RECORDS).map(([name, make]) => ['jsonl', name, make] as const),
];

it.each(cases)('reading %s of twice as many rows looks at twice as much: %s', async (format, _, make) => {
  for (const packed of [false, true]) {
    const path = join(folder, packed ? `file.${format}.gz` : `file.${format}`);
    for (const read of [() => loadData(path), () => loadLabels(path, ['0', '1'])]) {
      const looked: number[] = [];
      for (const rows of [ROWS, 2 * ROWS]) {
        const text = make(rows);
        await writeFile(path, packed ? gzipSync(text, { level: 1 }) : text);
        looked.push(await lookedAt(read));
      }
      expect(looked[0]).toBeGreaterThan(0);
      expect(looked[1]! / looked[0]!).toBeLessThan(2.1);
    }
  }
});
