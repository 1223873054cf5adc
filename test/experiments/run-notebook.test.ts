import { describe, expect, it } from 'vitest';
import { setBackend } from '../../lib/backend/select.ts';
import { takeRows } from '../../lib/core/matrix.ts';
import { loadFashionMnist } from '../../lib/datasets/fashion-mnist.ts';
import { LogisticRegression } from '../../lib/estimators/logistic-regression.ts';
import { experimentData } from '../../lib/experiments/data.ts';
import type { NotebookOptions } from '../../lib/experiments/notebook.ts';
import type { ExperimentResult } from '../../lib/experiments/notebook-record.ts';
import { type NotebookControl, runNotebook } from '../../lib/experiments/run-notebook.ts';
import { backends, describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';
import { fashionMnistFolder } from '../support/fashion-mnist.ts';
import { scikitLearn } from './scikit-learn.ts';

const train = blobs(6, 40, 4, 1);
const dataset = {
  train: { X: train.X, y: Uint8Array.from(train.blob, (b) => b % 3) },
  test: {
    X: takeRows(
      train.X,
      Array.from({ length: 60 }, (_, i) => 2 * i + 1),
    ),
    y: new Uint8Array(),
  },
};
dataset.test.y = Uint8Array.from({ length: 60 }, (_, i) => dataset.train.y[2 * i + 1]!);

const small: NotebookOptions = { clusters: 12, neighbors: 5, seeds: 3, seed: 7 };

async function runAll(
  options: NotebookOptions,
  control?: NotebookControl,
  data: Parameters<typeof runNotebook>[0] = dataset,
): Promise<ExperimentResult[]> {
  const results: ExperimentResult[] = [];
  for await (const result of runNotebook(data, options, control)) results.push(result);
  return results;
}

/** A result without what differs from run to run. */
function timeless({ seconds: _, phases: __, draws, ...rest }: ExperimentResult): object {
  return { ...rest, draws: draws?.map(({ seconds: ___, ...draw }) => draw) };
}

describeOnBackends('runNotebook', () => {
  it('states for each experiment what it was trained on', async () => {
    const results = await runAll(small);
    expect(results.map(({ name, protocol, nLabels, rows }) => [name, protocol, nLabels, rows])).toEqual([
      ['full', 'notebook', 240, 240],
      ['random', 'notebook', 12, 12],
      ['representatives', 'notebook', 12, 12],
      ['propagated', 'notebook', 12, 240],
      ['propagated', 'corrected', 12, 240],
      ['partial', 'notebook', 12, 60],
      ['few-labels', 'notebook', 12, 240],
    ]);
    expect(results[0]!.accuracy).toBe(1);
    for (const { name, accuracy, seconds, phases } of results) {
      expect(accuracy).toBeGreaterThan(0);
      expect(accuracy).toBeLessThanOrEqual(1);
      expect(seconds).toBeGreaterThan(0);
      expect(phases[name === 'few-labels' ? 'graph' : 'fit']).toBeGreaterThan(0);
    }
  });

  it('gives the mean and the spread of its random draws, which can be drawn again', async () => {
    const [random] = await runAll({ ...small, only: ['random'] });
    const accuracies = random!.draws!.map(({ accuracy }) => accuracy);
    const mean = accuracies.reduce((a, b) => a + b) / 3;
    expect(random!.accuracy).toBeCloseTo(mean, 12);
    const spread = Math.sqrt(accuracies.reduce((sum, a) => sum + (a - mean) ** 2, 0) / 2);
    expect(random!.accuracyStd).toBeCloseTo(spread, 12);
    expect(random!.draws!.map(({ seed }) => seed)).toEqual([0, 1, 2]);
    for (const { labelledRows, accuracy } of random!.draws!) {
      expect(new Set(labelledRows).size).toBe(12);
      const labels = Array.from(labelledRows, (row) => dataset.train.y[row]!);
      const again = await new LogisticRegression<number>().fit(takeRows(train.X, labelledRows), labels);
      expect(await again.score(dataset.test.X, dataset.test.y)).toBe(accuracy);
    }
  });

  it('gives no spread of a single draw', async () => {
    const [random] = await runAll({ ...small, only: ['random'], seeds: 1 });
    expect(random!.accuracyStd).toBeUndefined();
  });

  it('charges the shared clustering once, to the first experiment that needs it', async () => {
    const phasesOf = async (options: NotebookOptions) =>
      (await runAll({ ...small, ...options })).map(({ phases }) => Object.keys(phases));
    expect(
      await phasesOf({ only: ['representatives', 'propagated', 'partial'], protocol: 'corrected' }),
    ).toEqual([
      ['clustering', 'representatives', 'fit', 'score'],
      ['propagation', 'fit', 'score'],
      ['neighbors', 'fit', 'score'],
    ]);
    expect(await phasesOf({ only: ['partial'] })).toEqual([
      ['clustering', 'representatives', 'neighbors', 'fit', 'score'],
    ]);
  });

  it('finds the same again, in other company too', async () => {
    const all = (await runAll(small)).map(timeless);
    expect((await runAll(small)).map(timeless)).toEqual(all);
    expect((await runAll({ ...small, only: ['partial'] })).map(timeless)).toEqual(all.slice(-2, -1));
  });

  it('names the rows it chose and how right the labels it spread are', async () => {
    const results = await runAll({ ...small, protocol: 'corrected' });
    const [, , representatives, propagated, partial] = results;
    expect(propagated!.labelledRows).toEqual(representatives!.labelledRows);
    expect(propagated!.labelAccuracy).toBe(1);
    expect(partial!.trainingRows!.length).toBe(60);
    expect(partial!.distinctRows).toBe(new Set(partial!.trainingRows).size);
    expect(Array.from(partial!.trainingRows!.filter((_, i) => i % 5 === 0))).toEqual(
      Array.from(representatives!.labelledRows!),
    );
  });

  it('yields what stood before it was aborted', async () => {
    const controller = new AbortController();
    const results: ExperimentResult[] = [];
    const work = async () => {
      for await (const result of runNotebook(dataset, small, { signal: controller.signal })) {
        results.push(result);
        if (results.length === 2) controller.abort();
      }
    };
    await expectError(work(), 'ABORT_ERR');
    expect(results.map(({ name }) => name)).toEqual(['full', 'random']);
  });

  it('refuses more clusters or neighbours than rows', async () => {
    await expectError(runAll({ ...small, clusters: 241 }), 'ERR_INVALID_ARGUMENT', 'clusters');
    await expectError(runAll({ ...small, neighbors: 241 }), 'ERR_INVALID_ARGUMENT', 'neighbors');
  });
});

describe.skipIf(!fashionMnistFolder || !backends.includes('native'))('the notebook on Fashion-MNIST', () => {
  it('finds what scikit-learn finds, by the notebook and corrected', async () => {
    setBackend('native');
    const reported: string[] = [];
    const results = await runAll(
      { seeds: 20 },
      { onProgress: ({ name }) => reported.push(name) },
      experimentData(await loadFashionMnist({ dir: fashionMnistFolder, download: false })),
    );
    const [full, random, representatives, notebook, corrected, partial, handful] = results;
    const near = (result: ExperimentResult, { accuracy }: { accuracy: number }) =>
      expect(Math.abs(result.accuracy - accuracy), result.name).toBeLessThan(0.001);
    near(full!, scikitLearn.full);
    near(representatives!, scikitLearn.representatives);
    near(notebook!, scikitLearn.notebook);
    near(corrected!, scikitLearn.corrected);
    near(partial!, scikitLearn.partial);
    expect(Math.abs(random!.accuracy - 0.6925)).toBeLessThan(random!.accuracyStd!);
    expect(Array.from(representatives!.labelledRows!)).toEqual(scikitLearn.representatives.rows);
    expect(Array.from(notebook!.labelledRows!)).toEqual(scikitLearn.notebook.rowPerCluster);
    expect(notebook!.labelAccuracy).toBeCloseTo(scikitLearn.notebook.labelAccuracy, 4);
    expect(corrected!.labelAccuracy).toBeCloseTo(scikitLearn.corrected.labelAccuracy, 4);
    expect(partial!.labelAccuracy).toBeCloseTo(scikitLearn.partial.labelAccuracy, 4);
    expect(partial!.distinctRows).toBe(scikitLearn.partial.distinctRows);
    // Once measured for all 60,000 labels, and for 100 chosen by FewLabels with 20 other seeds at the least.
    expect(handful!.accuracy).toBeGreaterThan(0.835);
    expect(handful!.labelledRows!.length).toBe(100);
    expect(results.every(({ fit }) => fit === undefined || fit.converged)).toBe(true);
    expect(new Set(reported).has('full')).toBe(true);
  }, 120_000);
});
