import { beforeAll, describe, expect, it } from 'vitest';
import * as handful from '../lib/index.ts';
import { blobs } from './support/blobs.ts';
import { expectError } from './support/errors.ts';

const { X, blob } = blobs(2, 6, 2);
const labelled = { rows: Int32Array.of(0, 1), labels: [0, 1] };
const annotate = (rows: Int32Array): number[] => Array.from(rows, (row) => blob[row]!);

const estimators = {
  KMeans: new handful.KMeans({ nClusters: 2, randomState: 0 }),
  MiniBatchKMeans: new handful.MiniBatchKMeans({ nClusters: 2, randomState: 0 }),
  NearestNeighbors: new handful.NearestNeighbors(),
  StandardScaler: new handful.StandardScaler(),
  Normalizer: new handful.Normalizer(),
  PCA: new handful.PCA(),
  PatchFeatures: new handful.PatchFeatures({ patchSize: 1, gridSize: 1, nClusters: 1, channels: 2 }),
  LogisticRegression: new handful.LogisticRegression<number>(),
  NeighborGraph: new handful.NeighborGraph({ nNeighbors: 3 }),
  LabelSpreading: new handful.LabelSpreading<number>({ nNeighbors: 3 }),
  SelfTraining: new handful.SelfTraining<number>(),
  Representation: new handful.Representation(),
  ClusterThenLabel: new handful.ClusterThenLabel<number>({ budget: 2 }),
  FewLabels: new handful.FewLabels<number>({ budget: 2 }),
};
let model: handful.TrainedModel;

beforeAll(async () => {
  const { LogisticRegression, LabelSpreading, SelfTraining, ClusterThenLabel, FewLabels, ...others } =
    estimators;
  for (const estimator of Object.values(others)) if ('fit' in estimator) await estimator.fit(X);
  await LogisticRegression.fit(X, blob);
  await LabelSpreading.fit(X, labelled);
  await SelfTraining.fit(X, labelled);
  await ClusterThenLabel.fit(X, annotate);
  await FewLabels.fit(X, labelled);
  model = await handful.modelFromBytes(await handful.modelToBytes(LogisticRegression));
});

/** What stands before the options, if it is not the rows alone. */
const ARGUMENTS: Record<string, () => readonly unknown[]> = {
  'LogisticRegression.fit': () => [X, blob],
  'LabelSpreading.fit': () => [X, labelled],
  'SelfTraining.fit': () => [X, labelled],
  'ClusterThenLabel.fit': () => [X, annotate],
  'FewLabels.fit': () => [X, labelled],
  'NearestNeighbors.kneighbors': () => [X, 1],
  'NeighborGraph.kneighbors': () => [X, 1],
  'NeighborGraph.smooth': () => [],
  'Representation.takeRows': () => [[0, 1]],
  'PCA.inverseTransform': () => [X],
  kmeansPlusPlus: () => [X, 2],
  pairwiseDistances: () => [X, X],
  pairwiseDistancesArgminMin: () => [X, X],
  representatives: () => [X, X],
  propagateToNearest: () => [X, [0], [1]],
  auditClusters: () => [blob, labelled, annotate],
  confusionMatrix: () => [blob, blob],
  classificationReport: () => [blob, blob],
  calibrationCurve: () => [
    blob,
    { data: new Float32Array(2 * blob.length).fill(0.5), shape: [blob.length, 2] },
    [0, 1],
  ],
  loadData: () => ['rows.npy'],
  loadLabels: () => ['labels.csv', ['a']],
  loadDataset: () => [],
  loadFashionMnist: () => [],
  loadSyntheticGarments: () => [],
};

/** Methods whose text, before their body, names a last parameter of options. */
const takesOptions = (method: unknown): boolean =>
  typeof method === 'function' && /^[^{]*\b(?:options|control|given)\b/.test(String(method));

/** Each method of each class, its own or inherited, that takes options. */
const methods = [...Object.values(estimators).map((each) => each.constructor), handful.TrainedModel].flatMap(
  (Class) => {
    const names = new Set<string>();
    for (let of: object = Class.prototype; of !== Object.prototype; of = Object.getPrototypeOf(of)) {
      for (const [method, { value }] of Object.entries(Object.getOwnPropertyDescriptors(of))) {
        if (method !== 'constructor' && takesOptions(value)) names.add(method);
      }
    }
    return Array.from(names, (method) => ({ name: Class.name, method, owner: `${Class.name}.${method}` }));
  },
);

const functions = Object.entries(handful).filter(
  ([name, value]) => /^[a-z]/.test(name) && name !== 'loadDataChunks' && takesOptions(value),
);

describe('a misspelled option is refused by the name of what was called', () => {
  it.each(methods)('$owner', async ({ name, method, owner }) => {
    const object = (name === 'TrainedModel'
      ? model
      : estimators[name as keyof typeof estimators]) as unknown as Record<
      string,
      (...all: unknown[]) => unknown
    >;
    const before =
      ARGUMENTS[owner]?.() ??
      (method === 'score' && name !== 'KMeans' && name !== 'MiniBatchKMeans' ? [X, blob] : [X]);
    await expectError(
      async () => object[method]!(...before, { singal: undefined }),
      'ERR_INVALID_ARGUMENT',
      new RegExp(`^${owner.replace('.', '\\.')} has no option 'singal'; it takes `),
    );
  });

  it.each(functions)('%s', async (name, call) => {
    const before = ARGUMENTS[name]?.() ?? [X];
    await expectError(
      async () => (call as (...all: unknown[]) => unknown)(...before, { singal: undefined }),
      'ERR_INVALID_ARGUMENT',
      new RegExp(`^${name} has no option 'singal'; it takes `),
    );
  });

  it.each(Object.entries(estimators))('new %s', async (name, estimator) => {
    const Class = estimator.constructor as new (options: object) => unknown;
    await expectError(
      () => new Class({ singal: undefined }),
      'ERR_INVALID_ARGUMENT',
      new RegExp(`^${name} has no option 'singal'; it takes `),
    );
  });

  it('finds what takes options, inherited methods too', () => {
    const owners = methods.map(({ owner }) => owner);
    for (const owner of ['KMeans.predict', 'FewLabels.pick', 'TrainedModel.score', 'NeighborGraph.smooth']) {
      expect(owners).toContain(owner);
    }
    for (const name of Object.keys(ARGUMENTS)) {
      expect([...owners, ...functions.map(([each]) => each)]).toContain(name);
    }
  });
});
