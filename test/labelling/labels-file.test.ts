import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadLabels } from '../../lib/datasets/load-labels.ts';
import { LabelHistory } from '../../lib/labelling/label-history.ts';
import { LabelsFile } from '../../lib/labelling/labels-file.ts';
import type { LabelEntry, LabelNote } from '../../lib/labelling/labels-format.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-labelling-'));
});
afterAll(() => rm(folder, { recursive: true }));

const NAMES = ['a.png', 'b, c.png', 'd.png'];

function entry(row: number, label: string, note: LabelNote = '', time = 1000 + row): LabelEntry {
  return { row, file: NAMES[row]!, label, note, time };
}

describe('a file of labels that grows', () => {
  it('gives what it was given, also to another process that goes on with it', async () => {
    const path = join(folder, 'both.csv');
    const one = await LabelsFile.open(path);
    const other = await LabelsFile.open(path);
    await one.append([entry(0, 'cat'), entry(1, 'a "dog"')]);
    await other.append([entry(2, '', 'not sure')]);
    const all = [entry(0, 'cat'), entry(1, 'a "dog"'), entry(2, '', 'not sure')];
    expect(await other.readNew()).toEqual(all);
    expect(await one.readNew()).toEqual(all);
    expect(await one.readNew()).toEqual([]);
    await one.close();
    await other.close();
  });

  it('is one that loadLabels reads: the last of a row counts, and nothing takes it back', async () => {
    const path = join(folder, 'train.csv');
    const file = await LabelsFile.open(path);
    await file.append([
      entry(0, 'cat'),
      entry(1, 'dog'),
      entry(0, 'cow', '', 5000),
      entry(1, '', 'undone', 6000),
    ]);
    await file.close();
    const { rows, labels } = await loadLabels(path, NAMES);
    expect([Array.from(rows), labels]).toEqual([[0], ['cow']]);
  });

  it('cuts off what is left of a line that was not finished', async () => {
    const path = join(folder, 'killed.csv');
    const before = await LabelsFile.open(path);
    await before.append([entry(0, 'cat')]);
    await before.close();
    await appendFile(path, '1,"b, c.png",do');
    const after = await LabelsFile.open(path);
    await after.append([entry(2, 'cow')]);
    expect((await after.readNew()).map(({ row, label }) => [row, label])).toEqual([
      [0, 'cat'],
      [2, 'cow'],
    ]);
    await after.close();
    expect(await readFile(path, 'utf8')).toMatch(
      /^row,file,label,note,time\n0,a\.png,cat,,.*Z\n2,d\.png,cow,,.*Z\n$/,
    );
  });
});

describe('the history of labels', () => {
  it('undoes one action after the other, over a whole cluster too, and does not forget class names', () => {
    const history = new LabelHistory(['cow']);
    history.add([entry(0, 'cat'), entry(1, 'dog', '', 2000), entry(2, 'dog', 'cluster', 2000)]);
    expect(history.last!.entries.length).toBe(2);
    expect(history.labelled('alone').labels).toEqual(['cat', 'dog']);
    expect(history.labelled('with their clusters').labels).toEqual(['dog']);
    history.add([entry(1, '', 'undone', 3000), entry(2, '', 'undone', 3000)]);
    expect([history.of(1), history.of(2)]).toEqual([
      { label: '', note: '' },
      { label: '', note: '' },
    ]);
    expect(history.last!.entries).toEqual([entry(0, 'cat')]);
    history.add([entry(0, '', 'undone', 4000)]);
    expect(history.last).toBeUndefined();
    expect(history.classes).toEqual(['cow', 'cat', 'dog']);
  });

  it('gives back what stood before, a doubt for instance', () => {
    const history = new LabelHistory();
    history.add([entry(0, '', 'not sure'), entry(0, 'cat', '', 2000), entry(0, '', 'undone', 3000)]);
    expect(history.of(0)).toEqual({ label: '', note: 'not sure' });
  });

  it('knows clusters that were called mixed, until that is undone', () => {
    const history = new LabelHistory();
    history.add([entry(0, '', 'mixed'), entry(0, 'cat', '', 2000)]);
    expect([...history.mixed]).toEqual([0]);
    history.add([entry(0, '', 'undone', 3000), entry(0, '', 'undone', 3001)]);
    expect([...history.mixed]).toEqual([]);
  });

  it('undoes one action alone, if two processes acted in the same millisecond', () => {
    const history = new LabelHistory();
    history.add([
      entry(0, 'cat', '', 1000),
      entry(1, 'cat', 'cluster', 1000),
      entry(2, 'cat', '', 1000),
      entry(2, '', 'undone', 1000),
    ]);
    expect([0, 1, 2].map((row) => history.of(row).label)).toEqual(['cat', 'cat', '']);
    expect(history.last!.entries.map(({ row }) => row)).toEqual([0, 1]);
  });

  it('undoes an action once, if two processes undo it', () => {
    const history = new LabelHistory();
    history.add([entry(0, 'cat', '', 1000), entry(0, 'dog', '', 2000)]);
    history.add([entry(0, 'cat', 'undone', 3000), entry(0, 'cat', 'undone', 3001)]);
    expect([history.of(0).label, history.last!.entries[0]!.label]).toEqual(['cat', 'cat']);
  });

  it('counts a line that is in the file twice once', () => {
    const history = new LabelHistory();
    history.add([entry(0, 'cat'), entry(1, 'dog'), entry(0, 'cat'), entry(1, 'dog')]);
    history.add([entry(1, '', 'undone', 3000)]);
    expect(history.last!.entries).toEqual([entry(0, 'cat')]);
  });
});
