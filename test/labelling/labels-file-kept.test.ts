/** What is not handful's stays as it is, and what was stored stays stored, whatever becomes of the file. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadLabels } from '../../lib/datasets/load-labels.ts';
import { LabelsFile } from '../../lib/labelling/labels-file.ts';
import { formatEntry, type LabelEntry } from '../../lib/labelling/labels-format.ts';
import { expectError } from '../support/errors.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import '../support/programs.ts';

const HEADER = 'row,file,label,note,time\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-kept-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
const newPath = () => join(folder, `${files++}.csv`);

/** Text that files, spreadsheets and terminals find hard. */
const hardText = fc.oneof(
  fc.constantFrom(
    'a.png',
    'b, c.png',
    'two\nlines',
    'a "b"',
    'cr\r\nlf',
    '=1+1',
    'ü€😀',
    '\u0000',
    '"',
    '\n',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
);

function entriesOf(texts: readonly (readonly [string, string])[]): LabelEntry[] {
  return texts.map(([file, label], row) => ({ row, file, label, note: '', time: 1000 * row }));
}

const cat = (row: number): LabelEntry => ({ row, file: `r${row}`, label: 'cat', note: '', time: 1000 + row });

async function entriesAt(path: string): Promise<LabelEntry[]> {
  const file = await LabelsFile.open(path);
  return file.readNew().finally(() => file.close());
}

describe('opening a file of labels', () => {
  it.each([
    ['a line without an end', 'one line without an end'],
    ['binary without a line feed', Buffer.alloc(5000, 7)],
    ['binary with line feeds', Buffer.from('\x93NUMPY\x01\0\n\n\0\xff\n\0', 'latin1')],
    ['picks made by hand', 'row,file,rank,label\n1,b,1,cat\n2,c,2,dog'],
    ['data', '0.5,0.25\n1,2\n3,4'],
    ['UTF-16', Buffer.from(`\ufeff${HEADER}0,a,cat,,1970-01-01T00:00:00.000Z\n`, 'utf16le')],
    ['zeros', Buffer.alloc(300)],
    ['a header with a column more', 'row,file,label,note,time,by\n0,a,cat,,1970-01-01T00:00:00.000Z,me\n1,b'],
    ['a part of the header', 'row,file,la'],
    ['another table of the same header', `${HEADER}monday,nine,tutor,,tomorrow\nt`],
    ['prose after the header', `${HEADER}and this is prose`],
    ['labels before a damaged line', `${HEADER}0,a,cat,,1970-01-01T00:00:00.000Z\n0,a1,b,cat,,x\n1,b`],
  ])('leaves another file as it is: %s', async (_, content) => {
    const path = newPath();
    await writeFile(path, content);
    await expectError(LabelsFile.open(path), 'ERR_FILE_FORMAT', path);
    expect(await readFile(path)).toEqual(Buffer.from(content));
  });

  it.each([
    ['new', undefined],
    ['empty', ''],
    ['a header without an end', HEADER.trimEnd()],
    ['a header with a byte order mark and \\r\\n', `\ufeff${HEADER.trimEnd()}\r\n`],
    ['a header in quotes', '"row","file","label","note","time"\n'],
    ['zeros after a power cut', `${HEADER}${'\0'.repeat(50)}`],
  ])('begins, or goes on with: %s', async (_, content) => {
    const path = newPath();
    if (content !== undefined) await writeFile(path, content);
    const file = await LabelsFile.open(path);
    await file.append([cat(0)]);
    await file.close();
    expect(await entriesAt(path)).toEqual([cat(0)]);
    expect(await readFile(path, 'utf8')).toMatch(
      /^\ufeff?"?row"?,.*\r?\n0,r0,cat,,1970-01-01T00:00:01\.000Z\n$/,
    );
  });

  it('keeps the last label of a file that an editor saved without its last line feed', async () => {
    const path = newPath();
    await writeFile(path, HEADER + formatEntry(cat(0)) + formatEntry(cat(1)).trimEnd());
    expect(await entriesAt(path)).toEqual([cat(0), cat(1)]);
  });

  it('refuses a folder, a pipe and a device, and does not wait for them', async () => {
    const path = newPath();
    await mkdir(path);
    await expectError(LabelsFile.open(path), 'ERR_FILE', path);
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [`${path}.fifo`]);
    await expectError(LabelsFile.open(`${path}.fifo`), 'ERR_FILE', 'not a plain file');
    await expectError(LabelsFile.open('/dev/null'), 'ERR_FILE', 'not a plain file');
    await expectError(LabelsFile.open(join(path, 'missing', 'labels.csv')), 'ERR_FILE', 'missing');
  });

  it('does not read what is too large to be labels', async () => {
    const path = newPath();
    await writeFile(path, HEADER);
    await truncate(path, 5e9);
    await expectError(LabelsFile.open(path), 'ERR_FILE', 'too large');
    await rm(path);
  });

  it('writes one header, if several processes begin it at once', async () => {
    const path = newPath();
    const all = await Promise.all(Array.from({ length: 6 }, () => LabelsFile.open(path)));
    await Promise.all(all.map((file, row) => file.append([cat(row)])));
    for (const file of all) await file.close();
    const entries = await entriesAt(path);
    expect(entries.sort((a, b) => a.row - b.row)).toEqual([0, 1, 2, 3, 4, 5].map(cat));
  });

  it('gives back every entry as it was, whatever its text', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(hardText, hardText), { maxLength: 5 }), async (texts) => {
        const path = newPath();
        const file = await LabelsFile.open(path);
        await file.append(entriesOf(texts));
        expect(await file.readNew()).toEqual(entriesOf(texts));
        await file.close();
        expect(await entriesAt(path)).toEqual(entriesOf(texts));
      }),
      { numRuns: 25 },
    ));

  it('finds every whole label, and nothing else, in a file that is cut at any byte', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(hardText, hardText), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (texts, crlf) => {
          const end = (line: string) => (crlf ? line.replace(/\n$/, '\r\n') : line);
          const lines = entriesOf(texts).map((entry) => Buffer.from(end(formatEntry(entry))));
          const header = Buffer.from(end(HEADER));
          const whole = Buffer.concat([header, ...lines]);
          await Promise.all(
            Array.from({ length: whole.length - HEADER.length + 2 }, async (_, cut) => {
              const length = HEADER.length - 1 + cut;
              const path = newPath();
              await writeFile(path, whole.subarray(0, length));
              let at = header.length;
              const expected = entriesOf(texts).filter((_, i) => {
                at += lines[i]!.length;
                return at - (crlf ? 2 : 1) <= length;
              });
              expect(await entriesAt(path)).toEqual(expected);
              const file = await LabelsFile.open(path);
              const next = { ...cat(texts.length), time: 1e9 };
              await file.append([next]);
              await file.close();
              expect(await entriesAt(path)).toEqual([...expected, next]);
              await rm(path);
            }),
          );
        },
      ),
      { numRuns: 3 },
    ));
});

describe('a file of labels that other programs change', () => {
  it.each<[string, (path: string) => Promise<unknown>]>([
    ['removed', (path) => rm(path)],
    ['emptied', (path) => truncate(path)],
    ['cut short', (path) => truncate(path, HEADER.length + 5)],
    ['replaced by an older copy', (path) => rename(`${path}.copy`, path)],
    ['overwritten with an older copy', (path) => copyFile(`${path}.copy`, path)],
  ])('has every label again, and says so, after it was %s', async (_, change) => {
    const path = newPath();
    const file = await LabelsFile.open(path);
    await file.append([cat(0), cat(1)]);
    await copyFile(path, `${path}.copy`);
    await file.append([cat(2)]);
    expect(file.notice).toBeUndefined();
    await change(path);
    await file.append([cat(3)]);
    expect(file.notice).toMatch(/No label is lost/);
    const all = await file.readNew();
    expect(all.map(({ row }) => row)).toEqual([0, 1, 2, 3]);
    await file.close();
    expect(await entriesAt(path)).toEqual(all);
  });

  it('has what was stored written again at the end, if nothing was appended since', async () => {
    const path = newPath();
    const file = await LabelsFile.open(path);
    await file.append([cat(0)]);
    await rm(path);
    await file.close();
    expect(await entriesAt(path)).toEqual([cat(0)]);
  });

  it('goes on in a copy that took its place', async () => {
    const path = newPath();
    const file = await LabelsFile.open(path);
    await file.append([cat(0)]);
    await copyFile(path, `${path}.copy`);
    await rename(`${path}.copy`, path);
    await file.append([cat(1)]);
    expect(file.notice).toBeUndefined();
    expect(await entriesAt(path)).toEqual([cat(0), cat(1)]);
  });

  it('respects a label that was changed by hand, and tells it anew', async () => {
    const path = newPath();
    const file = await LabelsFile.open(path);
    await file.append([cat(0), cat(1)]);
    await file.readNew();
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('0,r0,cat', '0,r0,cow'));
    expect(await file.readNew()).toEqual([{ ...cat(0), label: 'cow' }, cat(1)]);
    expect(file.rewritten).toBe(1);
    await file.close();
  });

  it.each([
    ['another kind of file', 'row,label\n1,b\n'],
    ['labels of other data', `${HEADER}0,another.png,cat,,1970-01-01T00:00:00.000Z\n`],
  ])('stores nothing in %s that took its place, and saves the labels beside it', async (_, content) => {
    const path = newPath();
    const file = await LabelsFile.open(path);
    await file.readNew(['r0', 'r1', 'r2']);
    await file.append([cat(0)]);
    await writeFile(path, content);
    await expectError(file.append([cat(1)]), 'ERR_FILE_FORMAT', path);
    await expectError(file.close(), 'ERR_FILE', 'All labels were written to');
    expect(await readFile(path, 'utf8')).toBe(content);
    const [saved] = (await readdir(folder)).filter((name) =>
      join(folder, name).startsWith(path.replace('.csv', '-')),
    );
    expect(await entriesAt(join(folder, saved!))).toEqual([cat(0)]);
    await rm(join(folder, saved!));
  });

  it('refuses labels of other data before it writes, and later lines of them', async () => {
    const path = newPath();
    await writeFile(path, HEADER + formatEntry(cat(0)) + formatEntry(cat(2)));
    const before = await readFile(path, 'utf8');
    const file = await LabelsFile.open(path);
    await expectError(file.readNew(['r0', 'r1']), 'ERR_FILE_FORMAT', /the data has 2 rows.*other data/);
    await expectError(
      file.readNew(['r0', 'r1', 'x']),
      'ERR_FILE_FORMAT',
      /the data calls it 'x'.*other data/,
    );
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await file.readNew(['r0', 'r1', 'r2'])).toHaveLength(2);
    await writeFile(path, formatEntry({ ...cat(1), file: 'other' }), { flag: 'a' });
    await expectError(file.append([cat(1)]), 'ERR_FILE_FORMAT', /calls it 'r1'/);
    await file.close();
  });

  it('loses no label in any order of two writers and what befalls the file', () => {
    const step = fc.constantFrom('one', 'other', 'remove', 'empty', 'cut', 'tear', 'replace', 'reopen');
    return fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 7 }), async (steps) => {
        const path = newPath();
        let one = await LabelsFile.open(path);
        const other = await LabelsFile.open(path);
        await copyFile(path, `${path}.copy`);
        const stored: LabelEntry[] = [];
        for (const [i, each] of [...steps, 'one' as const, 'other' as const].entries()) {
          const entry = cat(i);
          if (each === 'one' || each === 'other') {
            await (each === 'one' ? one : other).append([entry]);
            stored.push(entry);
          } else if (each === 'reopen') {
            await one.close();
            one = await LabelsFile.open(path);
          } else if (each === 'remove') await rm(path, { force: true });
          else if (!existsSync(path)) continue;
          else if (each === 'empty') await truncate(path);
          else if (each === 'cut')
            await truncate(path, Math.max(HEADER.length, (await readFile(path)).length - 20));
          else if (each === 'tear') await writeFile(path, '99,"r9', { flag: 'a' });
          else await copyFile(`${path}.copy`, path);
        }
        await one.close();
        await other.close();
        const rows = new Set((await entriesAt(path)).map(({ row }) => row));
        expect(stored.filter(({ row }) => !rows.has(row))).toEqual([]);
        expect(rows.size).toBe(stored.length);
      }),
      { numRuns: 5 },
    );
  });
});

const disk = mountSmallDisk(64 * 1024);
afterAll(() => disk?.remove());

describe.skipIf(!disk)('a file of labels on a disk that is full', () => {
  it('takes back a line that has no room, and has every label that was stored when there is room again', async () => {
    const { folder } = disk!;
    const path = join(folder, 'labels.csv');
    const filler = await open(join(folder, 'filler'), 'w');
    const [one, other] = [await LabelsFile.open(path), await LabelsFile.open(path)];
    await filler.write(Buffer.alloc(40 * 1024));
    const stored: number[] = [];
    let refused = 0;
    const label = async (row: number) => {
      try {
        await (row % 2 ? one : other).append([
          { ...cat(row), label: 'two\nlines'.repeat(30) },
          { ...cat(row + 1000), note: 'cluster' },
        ]);
        stored.push(row, row + 1000);
      } catch (error) {
        expect((error as Error).message).toMatch(/no room|ENOSPC/);
        refused++;
        expect((await readFile(path, 'utf8')).endsWith('\n')).toBe(true);
      }
    };
    for (let row = 0; refused < 5; row++) await label(row);
    await filler.truncate();
    for (let row = 500; row < 505; row++) await label(row);
    await filler.close();
    await one.close();
    await other.close();
    expect(refused).toBe(5);
    expect((await entriesAt(path)).map(({ row }) => row)).toEqual(stored);
    const names = Array.from({ length: 2000 }, (_, row) => `r${row}`);
    expect(Array.from((await loadLabels(path, names)).rows)).toEqual(stored);
  });
});
