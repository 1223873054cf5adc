import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CompareOptions,
  PRESET_NAMES,
  PRESETS,
  planCompare,
  plannedRuns,
} from '../../lib/experiments/compare.ts';
import { auditRows, chartSeries, compareRows, coverageRows } from '../../lib/experiments/compare-rows.ts';
import { STRATEGIES } from '../../lib/experiments/strategies/catalogue.ts';
import { estimateSecondsLeft } from '../../lib/experiments/time-left.ts';
import { expectError } from '../support/errors.ts';
import { fakeRun, fakeStrategy } from './fake-strategies.ts';

const namesOf = (options: CompareOptions) => planCompare(options).strategies.map(({ name }) => name);

describe('the plan of a comparison', () => {
  it('is what its preset says', () => {
    for (const preset of PRESET_NAMES) {
      const { budgets, seeds, strategies, coverage } = planCompare({ preset });
      expect({ budgets, seeds }).toEqual({ budgets: PRESETS[preset].budgets, seeds: PRESETS[preset].seeds });
      expect(strategies.map(({ name }) => name)).toEqual(PRESETS[preset].strategies);
      expect(coverage).toEqual([]);
      expect(seeds.to - seeds.from).toBe(19);
    }
  });

  it("repeats the notebook's strategies at its 100 labels", () => {
    expect(namesOf({ preset: 'notebook' })).toEqual(['random', 'representatives', 'propagated', 'partial']);
    expect(planCompare({ preset: 'notebook' }).budgets).toEqual([100]);
  });

  it('always has labelling at random, first, and nothing twice', () => {
    expect(namesOf({ strategies: ['partial', 'random', 'partial'] })).toEqual(['random', 'partial']);
    expect(planCompare({ budgets: [30, 10, 30] }).budgets).toEqual([10, 30]);
  });

  it('adds an audit and shares of propagation where they are asked for', () => {
    const { strategies, coverage } = planCompare({ audit: true, coverage: true });
    expect(strategies.at(-1)!.name).toBe('audited');
    expect(coverage.map(({ settings }) => settings.share)).toEqual([
      0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
    ]);
    expect(new Set(coverage.map(({ name }) => name)).size).toBe(11);
  });

  it('runs a strategy once that is asked for as a share too', () => {
    const plan = planCompare({ strategies: ['closest-5'], coverage: true, seeds: { from: 0, to: 0 } });
    expect(plannedRuns(plan).map(({ strategy }) => strategy.name)).toHaveLength(12);
  });

  it('refuses what can not be meant', async () => {
    const refuses = (options: object, words: string) =>
      expectError(() => planCompare(options), 'ERR_INVALID_ARGUMENT', words);
    await refuses({ preset: 'worst' }, 'preset');
    await refuses({ strategies: ['rndom'] }, "'representatives'");
    await refuses({ strategies: [] }, 'strategies');
    await refuses({ budgets: [1] }, 'labels');
    await refuses({ budgets: [2.5] }, 'labels');
    await refuses({ seeds: { from: 3, to: 1 } }, 'upward');
    await refuses({ seeds: { from: 0, to: 2 ** 32 } }, 'seeds.to');
    await refuses({ seeds: 3 }, 'seeds.from');
    await refuses({ labels: [3] }, 'labels');
  });

  it('knows every strategy by a name that a command line can hold', () => {
    for (const [name, strategy] of STRATEGIES) {
      expect(strategy.name).toBe(name);
      expect(name).toMatch(/^[a-z0-9-]+$/);
    }
  });
});

/** Runs of some strategies with seeds 1, 2, … whose accuracies are given. */
const runsOf = (accuracies: Record<string, number[]>, budget = 100) =>
  Object.entries(accuracies).flatMap(([strategy, list]) =>
    list.map((accuracy, i) => fakeRun({ strategy, budget, seed: i + 1, accuracy, seconds: i + 1 })),
  );

describe('the rows of a comparison', () => {
  const runs = runsOf({ random: [0.7, 0.69, 0.71], better: [0.72, 0.7, 0.74] });

  it('hold mean, spread, time, and the paired difference to random', () => {
    const [random, better] = compareRows(runs, ['random', 'better']);
    expect(random).toMatchObject({ strategy: 'random', budget: 100, seeds: 3, seconds: 2 });
    expect(random!.differenceToRandom).toEqual({ value: 0, low: 0, high: 0 });
    expect(better!.mean).toBeCloseTo(0.72, 12);
    expect(better!.std).toBeCloseTo(0.02, 12);
    expect(better!.differenceToRandom.value).toBeCloseTo(0.02, 12);
    expect(better!.differenceToRandom.low).toBeCloseTo(0.02 - 0.0248413, 6);
  });

  it('pair runs by seed, in whatever order they ended', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(runs, { minLength: runs.length }), (shuffled) => {
        const rows = compareRows(shuffled, ['random', 'better']);
        const expected = compareRows(runs, ['random', 'better']);
        for (const [i, row] of rows.entries()) {
          expect(row.differenceToRandom.low).toBeCloseTo(expected[i]!.differenceToRandom.low!, 12);
        }
      }),
    );
  });

  it('compare at the same budget, the least first', () => {
    const both = [...runsOf({ random: [0.5], better: [0.9] }, 300), ...runs];
    const rows = compareRows(both, ['random', 'better']);
    expect(rows.map(({ budget, strategy }) => `${budget} ${strategy}`)).toEqual([
      ...['100 random', '100 better', '300 random', '300 better'],
    ]);
    expect(rows[3]).toMatchObject({ std: null, differenceToRandom: { value: 0.4, low: null, high: null } });
  });

  it('leave out what has no partner yet', () => {
    const cut = runs.filter(({ strategy, seed }) => strategy === 'better' || seed === 2);
    const rows = compareRows(cut, ['random', 'better']);
    expect(rows.map(({ seeds }) => seeds)).toEqual([1, 1]);
    expect(rows[1]!.mean).toBe(0.7);
  });

  it('make a chart of accuracy against labels, with intervals', () => {
    const series = chartSeries([...runs, ...runsOf({ random: [0.8, 0.9] }, 300)], ['random', 'better']);
    expect(series.map(({ name, points }) => [name, points.map(({ budget }) => budget)])).toEqual([
      ['random', [100, 300]],
      ['better', [100]],
    ]);
    const [point] = series[1]!.points;
    expect(point!.value).toBeCloseTo(0.72, 12);
    expect(point!.high! - point!.value).toBeCloseTo((4.302652729749462 * 0.02) / Math.sqrt(3), 10);
    expect(series[0]!.points[1]!.high).toBe(1);
  });

  it('set coverage against the labels that are right and what is learned from them', () => {
    const shared = [0, 1].flatMap((seed) => [
      fakeRun({ seed }),
      fakeRun({ seed, strategy: 'half', trainedRows: 30, labelAccuracy: 0.8 + seed / 10, accuracy: 0.6 }),
    ]);
    const [row, ...others] = coverageRows(shared, new Map([['half', 0.5]]));
    expect(others).toEqual([]);
    expect(row).toMatchObject({ budget: 4, share: 0.5, seeds: 2, trainedRows: 30 });
    expect(row!.labelAccuracy.value).toBeCloseTo(0.85, 12);
    expect(row!.labelAccuracy.high).toBe(1);
    expect(row!.accuracy).toEqual({ value: 0.6, low: 0.6, high: 0.6 });
  });

  it('tell what audits cost and gained, and how often their interval held', () => {
    const audit = { clusters: 50, nLabels: 49, abstained: 20, coverage: 0.5, after: 0.9 };
    const runs = [0.7, 0.8].flatMap((before, seed) => [
      fakeRun({ seed }),
      fakeRun({
        seed,
        strategy: 'audited',
        audit: { ...audit, before, expected: { value: 0.65, low: 0.6, high: 0.75 } },
      }),
    ]);
    const [row, ...others] = auditRows(runs, ['random', 'audited']);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ strategy: 'audited', budget: 4, nAuditLabels: 49, clusters: 50, seeds: 2 });
    expect(row).toMatchObject({ abstained: 20, coverage: 0.5, expected: 0.65, after: 0.9 });
    expect(row!.before).toBeCloseTo(0.75, 12);
    expect(row!.intervalsRight).toBe(1);
  });
});

describe('the time that is left', () => {
  const strategy = fakeStrategy('a', () => ({}));
  const ahead = (seeds: number[], budgets = [10]) =>
    seeds.flatMap((seed) => budgets.map((budget) => ({ strategy, budget, seed })));
  const done = (budget: number, seconds: number, shared = {}) =>
    fakeRun({ strategy: 'a', budget, seconds, shared });

  it('is what such runs took on average', () => {
    expect(estimateSecondsLeft(ahead([2, 3, 4]), [done(10, 2), done(10, 4)])).toBeCloseTo(9, 12);
    expect(estimateSecondsLeft([], [])).toBe(0);
  });

  it('is unknown where a strategy has not run at all', () => {
    expect(estimateSecondsLeft(ahead([2]), [fakeRun({ strategy: 'b' })])).toBeUndefined();
  });

  it('takes a budget that has not run for the nearest one that has', () => {
    const known = [done(10, 1), done(1000, 50)];
    expect(estimateSecondsLeft(ahead([2], [30]), known)).toBe(1);
    expect(estimateSecondsLeft(ahead([2], [300]), known)).toBe(50);
  });

  it('counts shared work once for a seed, and not at all where it is done', () => {
    const known = [done(10, 6, { features: 5 }), done(30, 7, { features: 5 })];
    expect(estimateSecondsLeft(ahead([2, 3], [10, 30]), known)).toBeCloseTo(2 * (5 + 1 + 2), 12);
    expect(estimateSecondsLeft(ahead([2, 3], [10, 30]), known, new Set(['features']))).toBeCloseTo(11, 12);
  });
});
