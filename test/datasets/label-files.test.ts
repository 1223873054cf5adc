import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadData, loadDataChunks } from '../../lib/datasets/load-data.ts';
import { type LoadLabelsOptions, loadLabels } from '../../lib/datasets/load-labels.ts';
import { expectError } from '../support/errors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-label-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

const NAMES = ['a.png', 'b.png', 'c.png', 'd.png'];

async function file(text: string | Uint8Array, name = 'labels.csv'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function load(text: string | Uint8Array, name?: string, options?: LoadLabelsOptions) {
  const { rows, labels, notices } = await loadLabels(await file(text, name), NAMES, options);
  return { labels: Object.fromEntries(Array.from(rows, (row, i) => [row, labels[i]])), notices };
}

describe('a file of labels', () => {
  const blanks = fc.constantFrom('', ' ', '\u00a0', '\u200b', '  ');
  const entries = fc.array(
    fc.record({
      row: fc.nat(NAMES.length - 1),
      label: fc.constantFrom('', 'cat', 'dog'),
      blank: blanks,
      empty: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it('gives each row its one label, whatever else its lines hold, and is refused if one has two', async () => {
    const forms = fc.record({
      columns: fc
        .shuffledSubarray(['row', 'file', 'label', 'why'], { minLength: 3 })
        .filter(
          (columns) => columns.includes('label') && (columns.includes('row') || columns.includes('file')),
        ),
      inCapitals: fc.boolean(),
      delimiter: fc.constantFrom(',', ';', '\t'),
      end: fc.constantFrom('\n', '\r', '\r\n', '\r\r\n'),
    });
    await fc.assert(
      fc.asyncProperty(entries, forms, async (all, { columns, inCapitals, delimiter, end }) => {
        const lines = [columns.map((name) => (inCapitals ? ` ${name.toUpperCase()}` : name)).join(delimiter)];
        const expected: Record<number, string> = {};
        const contradicted = new Set<number>();
        for (const { row, label, blank, empty } of all) {
          if (empty) lines.push(delimiter.repeat(columns.length - 1));
          const cells: Record<string, string> = {
            row: String(row),
            file: NAMES[row]!,
            label: blank + label + blank,
            why: '"a\n""b"""',
          };
          lines.push(columns.map((name) => cells[name]).join(delimiter));
          if (label === '') continue;
          expected[row] ??= label;
          if (expected[row] !== label) contradicted.add(row);
        }
        const read = load(lines.join(end));
        if (contradicted.size === 0) expect((await read).labels).toEqual(expected);
        else {
          const rows = [...contradicted].join('|');
          await expectError(
            read,
            'ERR_FILE_FORMAT',
            new RegExp(`row (${rows}) is labelled '(cat|dog)', but`),
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is refused for a name that several rows bear, and only for that', async () => {
    const names = fc.array(fc.constantFrom('p1', 'p2', 'p3', 'P1'), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(names, fc.constantFrom('p1', 'p2', 'p3', 'P1'), async (all, name) => {
        const bearers = all.flatMap((each, row) => (each === name ? [row] : []));
        const read = loadLabels(await file(`name,label\n${name},x\n`), all);
        if (bearers.length === 1) expect([...(await read).rows]).toEqual(bearers);
        else {
          const words =
            bearers.length === 0 ? `has no row '${name}'` : `borne by the rows ${bearers.join(', ')}`;
          await expectError(read, 'ERR_FILE_FORMAT', words);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('names the classes that differ only by case, blanks or Unicode form, and keeps them apart', async () => {
    const spellings = ['café', 'Café', 'cafe\u0301', 'ca fé', 'caf\u200bé', 'CAFÉ'];
    const some = fc.tuple(fc.shuffledSubarray(spellings), fc.shuffledSubarray(['tea', 'milk']));
    await fc.assert(
      fc.asyncProperty(some, async ([alike, others]) => {
        const all = [...alike, ...others];
        const path = await file(
          ['x,label', ...all.map((label, i) => `${i},${label}`), ''].join('\n'),
          'own.csv',
        );
        const chunked: string[] = [];
        if (all.length === 0) return;
        for await (const { notices } of loadDataChunks(path, { chunkRows: 1 })) chunked.push(...notices);
        const whole = await loadData(path);
        const apart = await loadLabels(await file(`label\n${all.join('\n')}\n`), all.map(String));
        expect(whole.labels).toEqual(all);
        expect(apart.labels).toEqual(all);
        const doubtful = alike.length > 1;
        expect(chunked.length).toBe(Math.max(0, alike.length - 1));
        for (const notices of [whole.notices, apart.notices, chunked.slice(-1)]) {
          expect(notices.length).toBe(Number(doubtful));
          const named = alike.map((label) => `'${label}'`).join(' and ');
          if (doubtful) expect(notices[0]).toContain(`${named} are taken for different classes`);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('may lack the cells at the ends of its lines, as Excel leaves empty ones out', async () => {
    const { labels } = await load(
      'row,file,rank,cluster,cluster_size,label\n0,a.png,1,1,2,cat\n1,b.png,2,2,2\n2\n',
    );
    expect(labels).toEqual({ 0: 'cat' });
  });

  it('may have records of delimiters alone, as a spreadsheet leaves cleared rows', async () => {
    expect((await load(';;\nrow;file;label\n;;\n1;b.png;cat\n;;\n')).labels).toEqual({ 1: 'cat' });
  });

  it('may have blank lines for rows without a label, and any number of them after the last row', async () => {
    for (const end of ['', '\n', '\n'.repeat(100_000), '""\n,\n']) {
      expect((await load(`label\ncat\n\ndog\n\n${end}`)).labels).toEqual({ 0: 'cat', 2: 'dog' });
    }
    await expectError(load(`label\ncat\n${'\n'.repeat(9)}dog\n`), 'ERR_FILE_FORMAT', 'its 2 labels');
  });

  it('goes by the name if the number of a row was left empty', async () => {
    expect((await load('row,file,label\n,c.png,cat\n0,,dog\n')).labels).toEqual({ 2: 'cat', 0: 'dog' });
    await expectError(load('row,file,label\n,,cat\n'), 'ERR_FILE_FORMAT', 'line 2: expected a row number');
  });

  it('has blanks around labels and columns left out, those that can not be seen too', async () => {
    const { labels } = await load('row, label\n0, cat\n1,cat \n2,\u00a0cat\n3,cat\u200b\n0,\u00a0\n');
    expect(labels).toEqual({ 0: 'cat', 1: 'cat', 2: 'cat', 3: 'cat' });
  });

  it('finds columns in capitals, unless two differ by case alone', async () => {
    expect((await load('Row,LABEL\n1,cat\n')).labels).toEqual({ 1: 'cat' });
    expect((await load('{"Row":1,"Label":"cat"}\n', 'labels.jsonl')).labels).toEqual({ 1: 'cat' });
    expect((await load('row,Label,label\n1,cat,dog\n')).labels).toEqual({ 1: 'dog' });
    await expectError(load('row,Label,LABEL\n1,cat,dog\n'), 'ERR_FILE_FORMAT', "a column 'label'");
  });

  it('has no label where Prodigy says that the answer was reject or ignore', async () => {
    const lines = ['accept', 'reject', 'ignore'].map((answer, row) =>
      JSON.stringify({ row, label: 'cat', answer }),
    );
    expect((await load(lines.join('\n'), 'labels.jsonl')).labels).toEqual({ 0: 'cat' });
    expect((await load('row,label,answer\n0,cat,ignore\n1,cat,accept\n')).labels).toEqual({ 1: 'cat' });
  });

  it('has the columns that it is told of, as Label Studio calls them', async () => {
    const text = 'annotator,choice,image\n1,cat,b.png\n1,dog,d.png\n';
    const options = { labelColumn: 'choice', nameColumn: 'image' };
    expect((await load(text, 'labels.csv', options)).labels).toEqual({ 1: 'cat', 3: 'dog' });
    const lines = '{"choice":"cat","image":"b.png"}\n';
    expect((await load(lines, 'labels.jsonl', options)).labels).toEqual({ 1: 'cat' });
    await expectError(load(text), 'ERR_FILE_FORMAT', '--label-column and --name-column');
    await expectError(
      load(text, 'labels.csv', { ...options, nameColumn: 'picture' }),
      'ERR_FILE_FORMAT',
      "'picture'",
    );
  });

  it('takes a first column without a name for row numbers, as pandas writes its index', async () => {
    for (const name of ['', 'Unnamed: 0']) {
      const { labels, notices } = await load(`${name},label\n3,d\n1,b\n0,a\n2,c\n`);
      expect(labels).toEqual({ 0: 'a', 1: 'b', 2: 'c', 3: 'd' });
      expect(notices).toEqual([expect.stringContaining('is taken for row numbers')]);
    }
  });

  it('has -1, NA, None and __proto__ for classes like others', async () => {
    const odd = ['-1', 'NA', 'None', '__proto__'];
    expect((await loadLabels(await file(`label\n${odd.join('\n')}\n`), NAMES)).labels).toEqual(odd);
  });

  it('ends with an AbortError if it is stopped in the middle, and may be removed at once', async () => {
    const path = await file(`row,label\n${'1,cat\n'.repeat(300_000)}`);
    for (const name of [path, await file('{"row":1,"label":"cat"}\n'.repeat(100_000), 'labels.jsonl')]) {
      const control = new AbortController();
      const read = loadLabels(name, NAMES, { signal: control.signal });
      setImmediate(() => control.abort());
      await expect(read).rejects.toMatchObject({ name: 'AbortError' });
      await rm(name);
    }
  });
});
