import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkSameData,
  planRepeat,
  type RecordedComparison,
  readComparison,
  repeatedRows,
} from '../../lib/experiments/repeat-compare.ts';
import { expectError } from '../support/errors.ts';
import { environment, fakeRun } from './fake-strategies.ts';

const recorded = {
  backend: environment.backend,
  runs: [1, 2].flatMap((seed) => [
    fakeRun({ seed, accuracy: 0.5 }),
    fakeRun({ seed, strategy: 'partial', accuracy: 0.6 }),
  ]),
  manifest: {
    fingerprint: 'ab12',
    options: {
      ...{ preset: 'notebook', strategies: ['random', 'partial'], budgets: [4, 8] },
      ...{ seeds: { from: 1, to: 2 }, coverage: true },
    },
  },
} as unknown as RecordedComparison;

describe('repeating a comparison', () => {
  it('plans the whole of what is recorded', () => {
    const plan = planRepeat(recorded, {});
    expect(plan.strategies.map(({ name }) => name)).toEqual(['random', 'partial']);
    expect(plan.coverage.length).toBe(11);
    expect(plan).toMatchObject({ budgets: [4, 8], seeds: { from: 1, to: 2 } });
  });

  it('plans the part of it that is chosen, and nothing else', () => {
    const plan = planRepeat(recorded, {
      strategies: ['partial', 'closest-5'],
      budgets: [8],
      seeds: { from: 2, to: 2 },
    });
    expect([...plan.strategies, ...plan.coverage].map(({ name }) => name)).toEqual(['partial', 'closest-5']);
    expect(plan).toMatchObject({ budgets: [8], seeds: { from: 2, to: 2 } });
  });

  it('refuses what is not recorded', async () => {
    const bad = 'ERR_INVALID_ARGUMENT';
    await expectError(() => planRepeat(recorded, { strategies: ['audited'] }), bad, 'audited');
    await expectError(() => planRepeat(recorded, { budgets: [5] }), bad, '4, 8, but received 5');
    await expectError(() => planRepeat(recorded, { seeds: { from: 2, to: 3 } }), bad, '1-2');
  });

  it('refuses other data', async () => {
    checkSameData(recorded, environment);
    await expectError(
      () => checkSameData(recorded, { ...environment, data: 'cd34' }),
      'ERR_NOT_REPEATED',
      'cd34',
    );
  });

  it('holds every run against its own record', () => {
    const again = recorded.runs.map((run) =>
      run.strategy === 'partial' && run.seed === 2 ? { ...run, accuracy: 0.5999, seconds: 9 } : run,
    );
    const rows = repeatedRows(again, recorded);
    expect(rows).toMatchObject([
      { strategy: 'random', budget: 4, runs: 2, same: 2, largestDifference: 0 },
      { strategy: 'partial', budget: 4, runs: 2, same: 1 },
    ]);
    expect(rows[1]!.largestDifference).toBeCloseTo(0.0001, 12);
  });
});

describe('the file of a comparison', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'handful-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is read as it was written', async () => {
    const path = join(folder, 'results.json');
    await writeFile(path, JSON.stringify(recorded));
    expect(await readComparison(path)).toEqual(recorded);
  });

  it.each([
    ['none', '{"experiments": []}', 'handful compare --json'],
    ['no object', 'null', 'handful compare --json'],
    ['no JSON', '{"runs": [', 'no JSON'],
  ])('is refused where it is %s', async (_, text, words) => {
    const path = join(folder, 'other.json');
    await writeFile(path, text);
    await expectError(readComparison(path), 'ERR_FILE_FORMAT', words);
  });

  it('is missed by name', async () => {
    await expectError(readComparison(join(folder, 'absent.json')), 'ERR_FILE', 'absent.json');
  });
});
