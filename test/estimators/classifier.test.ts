import { expect, it } from 'vitest';
import {
  ClusterThenLabel,
  FewLabels,
  LabelSpreading,
  LogisticRegression,
  modelFromBytes,
  modelToBytes,
  SelfTraining,
} from '../../lib/index.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

const { X, blob } = blobs(3, 20, 4);
const NAMES = ['boot', 'coat', 'dress'];
const y = Array.from(blob, (b) => NAMES[b]!);
const some = { rows: Int32Array.from({ length: 12 }, (_, row) => row), labels: y.slice(0, 12) };
const annotator = (rows: Int32Array) => Array.from(rows, (row) => y[row]!);

const fitFewLabels = () => new FewLabels<string>({ budget: 6, randomState: 0 }).fit(X, some);

/** Every classifier, fitted on the same rows. */
const CLASSIFIERS = {
  LogisticRegression: () => new LogisticRegression<string>().fit(X, y),
  LabelSpreading: () => new LabelSpreading<string>({ nNeighbors: 5 }).fit(X, some),
  SelfTraining: () => new SelfTraining<string>().fit(X, some),
  ClusterThenLabel: () => new ClusterThenLabel<string>({ budget: 6, randomState: 0 }).fit(X, annotator),
  FewLabels: fitFewLabels,
  TrainedModel: async () => modelFromBytes<string>(await modelToBytes(await fitFewLabels())),
};

describeOnBackends('every classifier', () => {
  it.each(Object.entries(CLASSIFIERS))('predicts classes, and scores by them: %s', async (name, fitted) => {
    const classifier = await fitted();
    expect(classifier.classes).toEqual(NAMES);
    const { shape } = await classifier.predictProba(X);
    expect(shape).toEqual([60, 3]);
    const predicted: (string | null)[] = await classifier.predict(X);
    expect(predicted).toEqual(y);
    const shifted = y.map((label, row) => (row % 4 === 0 ? `not ${label}` : label));
    expect(await classifier.score(X, shifted)).toBe(0.75);
    const misspelled = { signals: undefined } as never;
    for (const [method, call] of Object.entries({
      predict: () => classifier.predict(X, misspelled),
      score: () => classifier.score(X, y, misspelled),
    })) {
      await expectError(call(), 'ERR_INVALID_ARGUMENT', `${name}.${method}`);
    }
    await expectError(classifier.score(X, y.slice(1)), 'ERR_INVALID_ARGUMENT', '60 elements');
  });
});
