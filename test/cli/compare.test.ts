import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../lib/version.ts';
import { handful } from '../support/command-line.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('handful compare', () => {
  const choice = ['--strategies', 'representatives', '--labels', '10,12', '--seeds', '4-6'];
  const args = () => ['compare', '--dataset', 'synthetic', ...choice, '--cache', join(folder, 'cache')];
  const file = () => join(folder, 'results.json');

  // The three tests stand on one another: what is interrupted is taken up again, and then repeated.
  it('ends with 130 on Ctrl-C, prints what stood by then and tells how to go on', async () => {
    let interrupted = false;
    const { code, stdout, stderr } = await handful([...args(), '--json', file()], {
      terminal: true,
      onStderr: (text, child) => {
        if (!interrupted && /run 6 of 12, about \d+ s left; random, 12 labels, seed 5/.test(text))
          interrupted = child.kill('SIGINT');
      },
    });
    expect(interrupted).toBe(true);
    expect(code).toBe(130);
    expect(stderr).toMatch(/(\d+) of 12 runs are done and kept in .*cache: the same command goes on/);
    expect(stderr).toContain(`nothing is written to ${file()}`);
    expect(stdout).toMatch(/^ +10 +representatives +1 +0\.\d{4} +[+-].* no conclusion/m);
    expect(await readdir(folder)).toEqual(['cache']);
  });

  it('goes on from there, prints the table and writes everything needed to repeat it', async () => {
    const { code, stdout, stderr } = await handful([...args(), '--json', file()]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ +10 +random +3 +0\.\d{4} ± 0\.\d{4} +the reference /m);
    expect(stdout).toMatch(
      /^ +12 +representatives +3 +0\.\d{4} ± 0\.\d{4} +(no detectable gain|gains|loses)/m,
    );
    expect(stdout.match(/SYNTHETIC DATA/g)!.length).toBe(2);

    const json = JSON.parse(await readFile(file(), 'utf8'));
    expect(json.rows.map((row: { budget: number; strategy: string }) => [row.budget, row.strategy])).toEqual([
      [10, 'random'],
      [10, 'representatives'],
      [12, 'random'],
      [12, 'representatives'],
    ]);
    expect(Object.keys(json.rows[1])).toEqual([
      ...['strategy', 'budget', 'seeds', 'mean', 'std', 'differenceToRandom', 'seconds'],
    ]);
    expect(Object.keys(json.rows[1].differenceToRandom)).toEqual(['value', 'low', 'high']);
    expect(json.rows[0]).toMatchObject({ seeds: 3, differenceToRandom: { value: 0, low: 0, high: 0 } });
    expect(json.chart.series.map(({ name }: { name: string }) => name)).toEqual([
      'random',
      'representatives',
    ]);
    expect(json.runs.length).toBe(12);
    expect(json.manifest).toMatchObject({
      versions: { handful: version, node: process.versions.node },
      data: { kind: 'generator', seed: 0 },
      options: {
        ...{ preset: 'notebook', strategies: ['random', 'representatives'], budgets: [10, 12] },
        ...{ seeds: { from: 4, to: 6 }, coverage: false },
      },
    });
    expect(json.manifest.cachedRuns).toBeGreaterThan(3);
    expect(json.manifest.cachedRuns).toBeLessThan(12);
    expect(json.manifest.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect((await readdir(join(folder, 'cache'))).length).toBe(12);
  });

  it('repeats any row, and fails where something else comes out', async () => {
    const json = JSON.parse(await readFile(file(), 'utf8'));
    const run = json.runs.find(
      (each: { strategy: string; budget: number; seed: number }) =>
        each.strategy === 'random' && each.budget === 12 && each.seed === 5,
    );
    run.accuracy += 0.01;
    await writeFile(file(), JSON.stringify(json));
    const { code, stdout, stderr } = await handful([
      ...['compare', '--dataset', 'synthetic', '--repeat', file()],
      ...['--strategies', 'random', '--labels', '12'],
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ +12 +random +3 +2 +0\.0100$/m);
    expect(stderr).toContain('Not every run gives what');
  });

  it('ends with 2 on bad usage, saying what it expected', async () => {
    for (const [args, words] of [
      [['--strategies', 'random,partal'], "'partial'"],
      [['--labels', '10;30'], 'integers separated by commas'],
      [['--seeds', '3..4'], 'FROM-TO'],
      [['--repeat', 'results.json', '--coverage'], "cannot be used with option '--coverage'"],
    ] as const) {
      const { code, stdout, stderr } = await handful(['compare', ...args]);
      expect([args.join(' '), code, stdout]).toEqual([args.join(' '), 2, '']);
      expect(stderr).toContain(words);
      expect(stderr).not.toMatch(/\n {4}at /);
    }
  });

  it('tells its presets and strategies', async () => {
    const { code, stdout } = await handful(['compare', '--help']);
    expect(code).toBe(0);
    for (const words of ['notebook:', 'closest-5', 'audited', '--seeds <from-to>', 'seeds 0-19', '130']) {
      expect(stdout).toContain(words);
    }
  });
});
