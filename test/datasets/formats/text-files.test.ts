import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadData } from '../../../lib/datasets/load-data.ts';
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
