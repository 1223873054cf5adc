import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../lib/cli/program.ts';

let folder: string;
let said: string;
let printed: string;
const at = (name: string) => join(folder, name);

const ROWS = 40;
const nameOf = (row: number) => `r${row}`;
const labelOf = (row: number) => (row % 2 ? 'odd' : 'even');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-cli-labels-'));
  const line = (row: number) => `${nameOf(row)},${(row % 2) * 10 + (row % 7) / 10},${(row % 5) / 10}\n`;
  await writeFile(
    at('data.csv'),
    `name,x,y\n${Array.from({ length: ROWS }, (_, row) => line(row)).join('')}`,
  );
  await labels('first.csv', 'row,label', (row) => `${row},${labelOf(row)}`, 0, 20);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  said = '';
  printed = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

/** Writes a file of labels of the rows from one to another. */
async function labels(name: string, header: string, line: (row: number) => string, from: number, to: number) {
  const lines = Array.from({ length: to - from }, (_, i) => line(from + i));
  await writeFile(at(name), [header, ...lines, ''].join('\n'));
}

/** Trains on the data; what the record says of the labels. */
async function train(...args: string[]): Promise<{ count: number; classes: string[] }> {
  const results = ['--out', at('m.handful'), '--json', at('train.json'), '--force'];
  expect(await runCommandLine(['train', at('data.csv'), ...results, ...args]), said).toBe(0);
  return JSON.parse(await readFile(at('train.json'), 'utf8')).labels;
}

describe('files of labels on the command line', () => {
  it('may be several, of which later ones win row by row, and it is said how many came from each', async () => {
    await labels(
      'second.csv',
      'name,label',
      (row) => `${nameOf(row)},${row < 20 ? 'late' : labelOf(row)}`,
      15,
      30,
    );
    const { count, classes } = await train('--labels', at('first.csv'), '--labels', at('second.csv'));
    expect([count, classes]).toEqual([30, ['even', 'late', 'odd']]);
    expect(said).toContain(`15 of '${at('first.csv')}', 15 of '${at('second.csv')}'`);
    const other = await train('--labels', at('second.csv'), '--labels', at('first.csv'));
    expect([other.count, other.classes]).toEqual([30, ['even', 'odd']]);
    expect(said).toContain(`10 of '${at('second.csv')}', 20 of '${at('first.csv')}'`);
  });

  it('may be several for evaluate and pick too', async () => {
    await labels('third.csv', 'row,label', (row) => `${row},${labelOf(row)}`, 20, 30);
    await train('--labels', at('first.csv'));
    const both = (option: string) => [option, at('first.csv'), option, at('third.csv')];
    expect(await runCommandLine(['evaluate', at('m.handful'), at('data.csv'), ...both('--labels')])).toBe(0);
    expect(printed).toContain('30 rows');
    printed = '';
    const picks = ['pick', at('data.csv'), '--budget', '4', ...both('--already')];
    expect(await runCommandLine(picks), said).toBe(0);
    const picked = printed.trimEnd().split('\n').slice(1);
    expect(picked.length).toBe(4);
    expect(picked.map((line) => Number(line.split(',')[0])).filter((row) => row < 30)).toEqual([]);
  });

  it('have the columns that --label-column and --name-column name', async () => {
    const line = (row: number) => `7,${labelOf(row)},${nameOf(row)}`;
    await labels('tool.csv', 'annotator,choice,image', line, 0, 20);
    const columns = ['--label-column', 'choice', '--name-column', 'image'];
    const { count, classes } = await train('--labels', at('tool.csv'), ...columns);
    expect([count, classes]).toEqual([20, ['even', 'odd']]);
    const without = ['train', at('data.csv'), '--labels', at('tool.csv'), '--out', at('none.handful')];
    expect(await runCommandLine(without)).toBe(1);
    expect(said).toContain('--label-column and --name-column');
  });

  it('need not have the column of names that the data has', async () => {
    const data = await readFile(at('data.csv'), 'utf8');
    await writeFile(at('pictures.csv'), data.replace('name,', 'picture,'));
    const names = ['--name-column', 'picture', '--out', at('pictures.handful'), '--force'];
    const trainWith = (file: string) =>
      runCommandLine(['train', at('pictures.csv'), '--labels', at(file), ...names]);
    expect(await trainWith('first.csv'), said).toBe(0);
    await labels('usual.csv', 'file,label', (row) => `${nameOf(row)},${labelOf(row)}`, 0, 20);
    expect(await trainWith('usual.csv'), said).toBe(0);
    const nowhere = ['--name-column', 'photo', '--labels', at('first.csv'), '--out', at('none.handful')];
    expect(await runCommandLine(['train', at('data.csv'), ...nowhere])).toBe(1);
    expect(said).toMatch(/first\.csv', line 1: expected a header with a column 'photo'/);
  });

  it('are refused in one line that names row and lines if one gives a row two labels', async () => {
    await writeFile(at('two.csv'), 'row,label\n3,odd\n4,even\n3,even\n');
    const args = ['train', at('data.csv'), '--labels', at('two.csv'), '--out', at('none.handful')];
    expect(await runCommandLine(args)).toBe(1);
    expect(said).toMatch(
      /^handful: .*two\.csv', line 4: row 3 is labelled 'even', but 'odd' in .* line 2.*\n$/,
    );
  });

  it('have -1 for a class, as it is written', async () => {
    await labels('minus.csv', 'row,label', (row) => `${row},${row % 2 ? -1 : 1}`, 0, 20);
    expect((await train('--labels', at('minus.csv'))).classes).toEqual(['-1', '1']);
  });
});

describe('handful predict', () => {
  it('prints nothing but the error if the data or the model can not be read', async () => {
    await train('--labels', at('first.csv'));
    await writeFile(at('text.csv'), 'name,x,y\na,1,2\nb,3,four\n');
    await writeFile(at('wide.csv'), 'x,y,z\n1,2,3\n');
    await writeFile(at('empty.csv'), '');
    for (const [model, data, code] of [
      ['m.handful', 'text.csv', 1],
      ['m.handful', 'wide.csv', 2],
      ['m.handful', 'empty.csv', 1],
      ['m.handful', 'missing.csv', 1],
      ['first.csv', 'data.csv', 1],
      ['missing.handful', 'data.csv', 1],
    ] as const) {
      for (const as of ['csv', 'jsonl']) {
        said = '';
        printed = '';
        expect(await runCommandLine(['predict', at(model), at(data), '--as', as]), data).toBe(code);
        expect(printed, data).toBe('');
        expect(said, data).toMatch(/^handful: [^\n]+\n$/);
      }
    }
  });
});
