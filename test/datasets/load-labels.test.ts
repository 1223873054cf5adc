import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeIdx } from '../../lib/datasets/idx.ts';
import { loadLabels } from '../../lib/datasets/load-labels.ts';
import { expectError } from '../support/errors.ts';
import { npyBytes } from '../support/npy.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-labels-'));
});
afterAll(() => rm(folder, { recursive: true }));

const NAMES = ['a.png', 'b.png', 'c.png'];

async function load(text: string | Uint8Array, name = 'labels.csv') {
  const path = join(folder, name);
  await writeFile(path, text);
  const { rows, labels } = await loadLabels(path, NAMES);
  return Object.fromEntries(Array.from(rows, (row, i) => [row, labels[i]]));
}

describe('a file of labels', () => {
  it('tells rows by number, by name, or both, and may have other columns', async () => {
    expect(await load('row,label\n2,cat\n0,dog\n')).toEqual({ 2: 'cat', 0: 'dog' });
    expect(await load('label,file\ncat,c.png\n')).toEqual({ 2: 'cat' });
    expect(await load('row,file,rank,label\n1,b.png,7,"cat, small"\n')).toEqual({ 1: 'cat, small' });
    expect(await load('row\tlabel\n1\tcat\n', 'labels.tsv')).toEqual({ 1: 'cat' });
    expect(await load('{"file":"c.png","label":3}\n\n{"row":0,"label":"x"}\n', 'labels.jsonl')).toEqual({
      2: '3',
      0: 'x',
    });
  });

  it('says last what counts, and takes back with an empty label, if the labelling page wrote it', async () => {
    const history = 'row,file,label,note,time\n1,,cat,,\n2,,dog,,\n1,,cow,,\n2,,,,\n0,,,,\n';
    expect(await load(history)).toEqual({ 1: 'cow' });
  });

  it('is refused if it gives a row two labels, naming the row and both lines', async () => {
    await expectError(
      load('row,label\n1,cat\n2,dog\n1,cow\n'),
      'ERR_FILE_FORMAT',
      /line 4: row 1 is labelled 'cow', but 'cat' in .* line 2/,
    );
    await expectError(
      load('{"row":1,"label":"cat"}\n{"file":"b.png","label":"cow"}\n', 'labels.jsonl'),
      'ERR_FILE_FORMAT',
      /line 2: row 1 .* line 1/,
    );
    expect(await load('row,label\n1,cat\n1,cat\n1,\n')).toEqual({ 1: 'cat' });
  });

  it('may be a list with a label for each row', async () => {
    expect(await load('label\nx\ny\nx\n')).toEqual({ 0: 'x', 1: 'y', 2: 'x' });
    const path = join(folder, 'labels.idx');
    await writeIdx(path, { data: Uint8Array.of(7, 8, 9), shape: [3] });
    expect((await loadLabels(path, NAMES)).labels).toEqual(['7', '8', '9']);
    const bytes = new Uint8Array(BigInt64Array.of(4n, 5n, 6n).buffer);
    expect(await load(npyBytes({ descr: '<i8', shape: [3], bytes }), 'labels.npy')).toEqual({
      0: '4',
      1: '5',
      2: '6',
    });
  });

  it('is refused without a path or several, and without names that are texts', async () => {
    for (const [path, names] of [
      [[], NAMES],
      [{ length: 2 }, NAMES],
      [['a.csv', 1], NAMES],
      ['a.csv', { length: 2 }],
      ['a.csv', ['a.png', null]],
      ['a.csv', undefined],
    ]) {
      await expectError(loadLabels(path as string, names as string[]), 'ERR_INVALID_ARGUMENT', 'Expected a');
    }
  });

  it('is refused where it does not belong to the data, naming the line', async () => {
    await expectError(
      load('row,label\n0,x\n3,y\n'),
      'ERR_FILE_FORMAT',
      /line 3: expected a row number from 0 to 2 .* 3/,
    );
    await expectError(load('row,label\nx,y\n'), 'ERR_FILE_FORMAT', 'line 2');
    await expectError(
      load('file,label\nd.png,y\n'),
      'ERR_FILE_FORMAT',
      "line 2: the data has no row 'd.png'",
    );
    await expectError(
      load('row,file,label\n0,b.png,y\n'),
      'ERR_FILE_FORMAT',
      "line 2: row 0 of the data is 'a.png'",
    );
    await expectError(
      load('label\nx\ny\n'),
      'ERR_FILE_FORMAT',
      '2 labels belong to, and the data has 3 rows',
    );
    await expectError(
      load('row,name\n0,y\n'),
      'ERR_FILE_FORMAT',
      "line 1: expected a header with a column 'label'",
    );
    await expectError(load('row,label\n0,x,y\n'), 'ERR_FILE_FORMAT', 'line 2: expected 2 fields');
    await expectError(
      load('{"row":0}', 'labels.jsonl'),
      'ERR_FILE_FORMAT',
      "line 1: expected an object with a 'label'",
    );
    await expectError(
      load('{"row":0,"label":{"toString":1}}', 'labels.jsonl'),
      'ERR_FILE_FORMAT',
      'line 1: expected a text in the column label',
    );
    await expectError(load('x', 'labels.npz'), 'ERR_FILE_FORMAT', "can't hold labels");
  });
});
