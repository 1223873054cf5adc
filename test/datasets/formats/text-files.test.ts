import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadData, loadDataChunks } from '../../../lib/datasets/load-data.ts';
import { loadLabels } from '../../../lib/datasets/load-labels.ts';
import { expectError } from '../../support/errors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-text-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(content: string | Uint8Array, name = 'data.csv'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('a file of text', () => {
  it('is read with any end of line, in UTF-8 or UTF-16 with a mark, and compressed under any name', async () => {
    const lines = ['a,b', '1,2', '3,4'];
    const texts = ['\n', '\r\n', '\r\r\n', '\r'].map((end) => Buffer.from(lines.join(end) + end));
    const utf16 = Buffer.from(`\ufeff${lines.join('\n')}`, 'utf16le');
    for (const bytes of [...texts, utf16, Buffer.from(utf16).swap16(), gzipSync(texts[0]!)]) {
      const { X } = await loadData(await file(bytes));
      expect([...X.data]).toEqual([1, 2, 3, 4]);
    }
  });

  it('is refused once for a quote that is never closed, in the line where the field began', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${i},1\n`).join('');
    await expectError(
      loadData(await file(`a,b\n1,"2\n${rows}`)),
      'ERR_FILE_FORMAT',
      'line 2: a quote is opened',
    );
  });

  it('keeps whole numbers of labels exact beyond 2 ** 53', async () => {
    const lines = '{"x":1,"label":9007199254740993}\n{"x":2,"label":9007199254740992}\n';
    expect((await loadData(await file(lines, 'data.jsonl'))).labels).toEqual([
      '9007199254740993',
      '9007199254740992',
    ]);
  });
});

describe('a table of text that pandas wrote', () => {
  it('has a header if its first line counts from 0, with a notice, unless it is told that it has none', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i},1.5,2,3\n`).join('');
    const path = await file(`0,1,2,3\n${rows}`);
    const { X, notices, source } = await loadData(path);
    expect(X.shape).toEqual([30, 4]);
    expect(source.columnNames).toEqual(['0', '1', '2', '3']);
    expect(notices).toEqual([expect.stringMatching(/^line 1 of .* is taken for a header, not for a row$/)]);
    expect((await loadData(path, { header: false })).X.shape).toEqual([31, 4]);
    expect((await loadData(await file('2019,2020,2021\n1,2,3\n'))).X.shape).toEqual([2, 3]);
  });

  it('has its index left out of the features with a notice, if it is one, unless it is asked for', async () => {
    for (const name of ['', 'Unnamed: 0']) {
      const path = await file(`${name},a,b\n7,1,2\n5,3,4\n`);
      const { X, notices } = await loadData(path);
      expect([...X.data]).toEqual([1, 2, 3, 4]);
      expect(notices).toEqual([expect.stringMatching(/^column 1 of .* is an index and is left out/)]);
    }
    const asked = await loadData(await file('Unnamed: 0,a\n7,1\n5,3\n'), { columns: ['Unnamed: 0', 'a'] });
    expect([...asked.X.data]).toEqual([7, 1, 5, 3]);
    // What is no whole number, or is there twice, counts no rows.
    for (const column of [
      ['0.5', '1'],
      ['1', '1'],
    ]) {
      const { X } = await loadData(await file(`,a\n${column[0]},1\n${column[1]},2\n`));
      expect(X.shape).toEqual([2, 2]);
    }
  });
});

describe('a file of text that means harm, or has no end of line', () => {
  it('is refused beyond 2 ** 26 characters of a line, or of a quoted field, packed or not', async () => {
    const long = 'x'.repeat(2 ** 26 + 1);
    const pack = (text: string) => gzipSync(text, { level: 1 });
    for (const [content, name, words] of [
      [
        pack(`name,b,label\n${long}`),
        'long.csv.gz',
        'line 2: expected a line of at most 67108864 characters',
      ],
      [
        pack(`name,b,label\n"${`${'x'.repeat(1023)}\n`.repeat(2 ** 16)}`),
        'long.csv.gz',
        'line 2: a quote is opened and not closed within',
      ],
      [pack(`{"name":"${long}`), 'long.jsonl.gz', 'line 1: expected a line of at most 67108864 characters'],
    ] as const) {
      const path = await file(content, name);
      await expectError(loadData(path), 'ERR_FILE_FORMAT', words);
      await expectError(loadLabels(path, ['a']), 'ERR_FILE_FORMAT', words);
    }
  }, 60_000);

  it('is refused for more columns than a row may have, before memory is taken for them', async () => {
    const count = 3_000_000;
    for (const [text, name] of [
      ['1,'.repeat(count), 'wide.csv'],
      [`"1",${'1,'.repeat(count)}`, 'wide.csv'],
      [`[${'1,'.repeat(count)}1]`, 'wide.jsonl'],
      [`{"v":[${'1,'.repeat(count)}1]}`, 'wide.jsonl'],
    ] as const) {
      await expectError(
        loadData(await file(text, name)),
        'ERR_FILE_FORMAT',
        'at most 1048576 numbers in a row',
      );
    }
  });

  it('is no text if it is neither UTF-8 nor marked as UTF-16, with the line and the mend', async () => {
    const latin1 = Buffer.from('name,b\nx,1\ncaf\xe9,2\n', 'latin1');
    await expectError(loadData(await file(latin1)), 'ERR_FILE_FORMAT', 'save it as UTF-8');
  });

  it('is no longer read once its signal is aborted, in the middle of the file too', async () => {
    const path = await file(`a,b\n${'1,2\n'.repeat(200_000)}`);
    const control = new AbortController();
    let chunks = 0;
    const read = async () => {
      for await (const _ of loadDataChunks(path, { signal: control.signal }))
        if (++chunks === 3) control.abort();
    };
    await expect(read()).rejects.toMatchObject({ name: 'AbortError' });
    expect(chunks).toBe(3);
    const whole = new AbortController();
    const onProgress = () => whole.abort();
    await expect(loadData(path, { signal: whole.signal, onProgress })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('files under names of other systems', () => {
  it('are unpacked by their bytes, whatever the case and the rest of their names', async () => {
    const packed = gzipSync('a,b\n1,2\n');
    for (const name of ['u.CSV.GZ', 'u.Csv.gz', 'u.csv'])
      expect([...(await loadData(await file(packed, name))).X.data]).toEqual([1, 2]);
    const idx = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 4, 6);
    for (const name of ['lab-idx1-int.gz', 'labels-idx1-ubyte.gz', 'whatever'])
      expect((await loadLabels(await file(gzipSync(idx), name), ['a', 'b'])).labels).toEqual(['4', '6']);
  });
});

describe('files of labels', () => {
  it('win over earlier ones row by row, and count what came from each', async () => {
    const paths = [
      await file('row,label\n0,x\n1,y\n', 'first.csv'),
      await file('row,label\n1,z\n', 'second.csv'),
    ];
    const { rows, labels, notices } = await loadLabels(paths, ['a', 'b']);
    expect([[...rows], labels]).toEqual([
      [0, 1],
      ['x', 'z'],
    ]);
    expect(notices.join()).toMatch(/1 of '.*first.csv', 1 of '.*second.csv'/);
  });

  it('find names in another form of path or Unicode, and refuse a name that several rows bear', async () => {
    const names = ['cats/a6.png', 'é.png', 'twice', 'twice'];
    const path = await file('file,label\n.\\cats\\a6.png,x\ne\u0301.png,y\n', 'forms.csv');
    expect([...(await loadLabels(path, names)).rows]).toEqual([0, 1]);
    await expectError(
      loadLabels(await file('file,label\ntwice,x\n', 'twice.csv'), names),
      'ERR_FILE_FORMAT',
      "line 2: the name 'twice' is borne by the rows 2, 3",
    );
  });
});
