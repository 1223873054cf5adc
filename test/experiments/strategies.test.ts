import { expect, it } from 'vitest';
import { planCompare, plannedRuns } from '../../lib/experiments/compare.ts';
import type { ExperimentRows } from '../../lib/experiments/data.ts';
import { NOTEBOOK_NAMES } from '../../lib/experiments/notebook.ts';
import type { Run } from '../../lib/experiments/run.ts';
import { runNotebook } from '../../lib/experiments/run-notebook.ts';
import { runStrategies } from '../../lib/experiments/run-strategies.ts';
import { STRATEGIES } from '../../lib/experiments/strategies/catalogue.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { smallGarments } from '../support/small-garments.ts';
import { blobData } from './fake-strategies.ts';

/** Two blobs to a class that lie closer than the budget has clusters, so that labels go astray. */
function mixedData(): ExperimentRows {
  const part = (seed: number) => {
    const { X, blob } = blobs(6, 40, 4, seed);
    return { X, y: Uint8Array.from(blob, (each, row) => (row % 9 === 0 ? 2 : each % 3)) };
  };
  return { train: part(1), test: part(1), image: { height: 2, width: 2, channels: 1 } };
}

async function runsOf(data: ExperimentRows, strategies: string[], budgets: number[], seed = 7) {
  const plan = planCompare({ strategies, budgets, seeds: { from: seed, to: seed } });
  const runs = new Map<string, Run>();
  for await (const { run } of runStrategies(data, plannedRuns(plan))) {
    runs.set(`${run.strategy} ${run.budget}`, run);
  }
  return runs;
}

describeOnBackends('the strategies', () => {
  it('each learn classes that lie far apart, with at most the labels they may use', async () => {
    const data = blobData();
    const names = [...STRATEGIES.keys()].filter((name) => !name.startsWith('few-labels'));
    const runs = await runsOf(data, names, [24]);
    expect(runs.size).toBe(names.length);
    for (const { strategy, accuracy, trainedRows, labelAccuracy, seconds } of runs.values()) {
      expect([strategy, accuracy, labelAccuracy]).toEqual([strategy, 1, 1]);
      expect(trainedRows).toBeGreaterThanOrEqual(24);
      expect(seconds).toBeGreaterThan(0);
    }
  });

  // The JavaScript backend takes seconds for patches, more on a machine with other work.
  const patient = { timeout: 60_000 };
  it(
    'learn images by their patches, of which runs of a seed share what needs no label',
    patient,
    async () => {
      const [train, test] = [await smallGarments(180), await smallGarments(50, 2)];
      const part = ({ images, labels }: typeof train) => ({ X: images, y: labels });
      const data = { image: train.image, train: part(train), test: part(test) };
      const runs = await runsOf(data, ['few-labels-random', 'few-labels'], [40], 1);
      const seconds = new Set<number>();
      for (const name of ['few-labels-random 40', 'few-labels 40']) {
        const { accuracy, labelAccuracy, nLabels, trainedRows, shared } = runs.get(name)!;
        expect([nLabels, trainedRows]).toEqual([40, 180]);
        expect(labelAccuracy).toBeGreaterThan(0.5);
        expect(accuracy).toBeGreaterThan(0.4);
        seconds.add(shared.representation!);
      }
      expect(seconds.size).toBe(1);
    },
  );

  it('do what the notebook does with the same seed', async () => {
    const data = mixedData();
    const runs = await runsOf(data, ['representatives', 'propagated', 'partial'], [12], 7);
    const options = {
      clusters: 12,
      neighbors: 4,
      seed: 7,
      seeds: 8,
      protocol: 'corrected',
      only: NOTEBOOK_NAMES,
    } as const;
    for await (const { name, accuracy, rows, labelAccuracy, draws } of runNotebook(data, options)) {
      const run = runs.get(`${name} 12`);
      if (name === 'full') continue;
      expect([name, run!.accuracy]).toEqual([name, draws ? draws[7]!.accuracy : accuracy]);
      expect(run!.labelAccuracy).toBeCloseTo(labelAccuracy, 12);
      expect(run!.trainedRows).toBe(name === 'partial' ? 48 : rows);
    }
  });

  it('propagate to as much of each cluster as they say, all of it being the whole', async () => {
    const data = mixedData();
    const runs = await runsOf(data, ['closest-5', 'closest-50', 'closest-100', 'propagated'], [12]);
    const trained = (name: string) => runs.get(`${name} 12`)!.trainedRows;
    expect(trained('closest-5')).toBeLessThan(30);
    expect(Math.abs(trained('closest-50') - 120)).toBeLessThanOrEqual(6);
    expect(trained('closest-100')).toBe(240);
    expect(runs.get('closest-100 12')!.labelAccuracy).toBe(runs.get('propagated 12')!.labelAccuracy);
  });

  it('audit clusters within the budget, and propagate fewer wrong labels for it', async () => {
    const { audit, budget } = (await runsOf(mixedData(), ['audited'], [24])).get('audited 24')!;
    expect(audit!.clusters).toBe(12);
    expect(audit!.clusters + audit!.nLabels).toBeLessThanOrEqual(budget);
    expect(audit!.coverage).toBeLessThan(1);
    expect(audit!.abstained).toBeGreaterThan(0);
    expect(audit!.after).toBeGreaterThan(audit!.before);
  });

  it('answer with the only class they know where a few rows happen to be of one', async () => {
    const data = mixedData();
    data.train.y.fill(1);
    const { accuracy } = (await runsOf(data, ['random'], [3])).get('random 3')!;
    expect(accuracy).toBe(data.test.y.filter((label) => label === 1).length / 240);
  });
});
