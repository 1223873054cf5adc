import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { addCompareCommand } from '../../lib/cli/compare.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';
import { npyBytes } from '../support/npy.ts';
import { realData } from '../support/real-data.ts';

let folder: string;
let output: string;
let notes: string;
const at = (name: string) => join(folder, name);

/** Rows of three classes that lie apart, 40 of each. */
const { X, blob } = blobs(3, 40, 4, 1);
const classOf = (row: number) => `class ${blob[row]}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-compare-'));
  const values = Array.from(blob, (_, row) => Array.from(X.data.subarray(4 * row, 4 * row + 4)));
  const lines = values.map((row, i) => [...row, i % 30 === 0 ? '' : classOf(i)].join(','));
  await writeFile(at('rows.csv'), ['a,b,c,d,y', ...lines].join('\n'));
  const bytes = new Uint8Array(Float32Array.from(X.data).buffer);
  await writeFile(at('rows.npy'), npyBytes({ descr: '<f4', shape: X.shape, bytes }));
  const labels = Array.from(blob, (_, row) => `${row},${classOf(row)}`);
  await writeFile(at('labels.csv'), ['row,label', ...labels].join('\n'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  output = notes = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    notes += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

async function compare(...args: string[]): Promise<void> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  addCompareCommand(program);
  for (const command of program.commands) command.exitOverride();
  await program.parseAsync(['compare', ...args], { from: 'user' });
}

const small = ['--strategies', 'representatives', '--labels', '6,12', '--seeds', '0-1', '--no-cache'];

describe('handful compare on your own data', () => {
  it('scores every strategy on the share of the labelled rows that is set aside', async () => {
    const file = at('results.json');
    await compare(at('rows.csv'), '--label-column', 'y', '--test-share', '0.25', ...small, '--json', file);
    expect(output).toContain('rows.csv: 87 training and 29 test rows of 4 numbers');
    expect(output).toContain('25 % of the rows of each class, set aside at random with the seed 0');
    expect(notes).toContain('4 rows without a label are left out');
    const { dataset, runs, manifest } = JSON.parse(await readFile(file, 'utf8'));
    expect(dataset).toMatchObject({
      name: 'rows.csv',
      synthetic: false,
      trainRows: 87,
      testRows: 29,
      columns: 4,
    });
    expect(runs).toHaveLength(8);
    for (const { accuracy, budget, nLabels } of runs) {
      expect(accuracy).toBeGreaterThan(0.6);
      expect(nLabels).toBe(budget);
    }
    expect(manifest.own).toMatchObject({ testShare: 0.25, splitSeed: 0, labelColumn: 'y' });
    expect(manifest.data.files[0].sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('takes labels from a file of their own', async () => {
    await compare(at('rows.npy'), '--labels-file', at('labels.csv'), ...small);
    expect(output).toContain('rows.npy: 96 training and 24 test rows of 4 numbers');
    expect(notes).toBe('');
  });

  it('writes the command that repeats it, and repeats it', async () => {
    const file = at('repeated.json');
    const choice = [at('rows.csv'), '--label-column', 'y', '--split-seed', '7'];
    await compare(...choice, ...small, '--json', file, '--markdown', at('report.md'));
    expect(await readFile(at('report.md'), 'utf8')).toContain(
      'handful compare rows.csv --strategies random,representatives --labels 6,12 --seeds 0-1 --test-share 0.2 ' +
        '--split-seed 7 --label-column y',
    );
    output = '';
    await compare(...choice, '--repeat', file);
    expect(output).toMatch(/^ +6 +random +2 +2 +0\.0000$/m);
    const other = [at('rows.csv'), '--label-column', 'y', '--split-seed', '8', '--repeat', file];
    await expectError(compare(...other), 'ERR_NOT_REPEATED', 'split as it was then');
  });

  it('refuses what can not be meant, before it reads anything', async () => {
    const bad = 'ERR_INVALID_ARGUMENT';
    await expectError(compare('--test-share', '0.2'), bad, 'beside --test-share');
    await expectError(compare('--label-column', 'y'), bad, 'beside --label-column');
    await expectError(compare('absent.csv', '--dataset', 'auto'), bad, 'Expected no --dataset');
    await expectError(compare('absent.csv', '--data', 'folder'), bad, 'Expected no --data');
    await expectError(compare('absent.csv', '--split-seed', '4294967296'), bad, '--split-seed');
    for (const share of ['0', '1', '20 %', '-0.5']) {
      await expect(compare('absent.csv', `--test-share=${share}`)).rejects.toThrow('above 0 and below 1');
    }
    await expect(compare('absent.csv', '--labels', 'y.csv')).rejects.toThrow('--labels-file');
    expect(output).toBe('');
  });

  it('refuses data without labels, and budgets beyond the rows to learn from', async () => {
    const bad = 'ERR_INVALID_ARGUMENT';
    await expectError(compare(at('rows.npy'), ...small), bad, 'Expected --labels-file FILE');
    const many = ['--labels', '97', '--seeds', '0', '--no-cache'];
    await expectError(compare(at('rows.npy'), '--labels-file', at('labels.csv'), ...many), bad, '96');
  });

  it.for(['wine-white', 'yeast'])(
    'compares FewLabels with labelling at random on %s',
    { timeout: 60_000 },
    async (name, { skip }) => {
      const { path, isAbsent } = realData(name);
      if (isAbsent) skip(`${name} is absent (set HANDFUL_REAL_DATA to its folder)`);
      const choice = ['--strategies', 'few-labels', '--labels', '30', '--seeds', '0-1', '--no-cache'];
      await compare(path, '--test-share', '0.2', ...choice, '--json', at('real.json'));
      const { rows } = JSON.parse(await readFile(at('real.json'), 'utf8'));
      expect(rows.map(({ strategy }: { strategy: string }) => strategy)).toEqual(['random', 'few-labels']);
      for (const { mean } of rows) expect(mean).toBeGreaterThan(0.2);
    },
  );
});
