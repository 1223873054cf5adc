import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { RandomState } from '../../lib/core/random-state.ts';
import {
  FewLabels,
  KMeans,
  kmeansPlusPlus,
  LabelSpreading,
  type Matrix,
  MiniBatchKMeans,
  NearestNeighbors,
  NeighborGraph,
  Normalizer,
  PatchFeatures,
  PCA,
  SELECTION_STRATEGIES,
  StandardScaler,
  selectRows,
} from '../../lib/index.ts';
import { describeOnBackends } from '../support/backends.ts';

const COLUMNS = 9;
const ROWS = 60;
const GROUPS = 4;

/** Rows around a few centres, all values from 1 to 2, in a unit: floats at every power of two from -126 to 126. */
function rowsInUnit(seed: number, unit: number): Matrix {
  const random = new RandomState(seed);
  const centers = random.uniform(GROUPS * COLUMNS, 1.2, 1.8);
  const noise = random.uniform(ROWS * COLUMNS, -0.2, 0.2);
  const data = Float32Array.from(noise, (value, i) => {
    const group = Math.floor(i / COLUMNS) % GROUPS;
    return Math.fround(centers[group * COLUMNS + (i % COLUMNS)]! + value) * unit;
  });
  return { data, shape: [ROWS, COLUMNS] };
}

/** Labels of the first rows, two of each group. */
const someLabels = {
  rows: Int32Array.from({ length: 2 * GROUPS }, (_, row) => row),
  labels: Array.from({ length: 2 * GROUPS }, (_, row) => 'abcd'[row % GROUPS]!),
};
const probabilities = {
  data: Float32Array.from({ length: ROWS * 3 }, (_, i) => (i % 7) + 1),
  shape: [ROWS, 3] as const,
};

/** What must be the same in every unit: rows, clusters, classes, iterations, and numbers without a unit. */
const cases: Record<string, (X: Matrix, seed: number, unit: number) => Promise<unknown>> = {
  kmeansPlusPlus: async (X, randomState) => (await kmeansPlusPlus(X, 7, { randomState })).indices,
  KMeans: async (X, randomState) => {
    const { labels, nIter, converged } = await new KMeans({ nClusters: 5, nInit: 2, randomState }).fit(X);
    return { labels, nIter, converged };
  },
  MiniBatchKMeans: async (X, randomState) => {
    const kmeans = new MiniBatchKMeans({ nClusters: 5, batchSize: 20, maxIter: 5, randomState });
    const { labels, nIter, nSteps } = await kmeans.fit(X);
    return { labels, nIter, nSteps };
  },
  'MiniBatchKMeans.partialFit': async (X, randomState) => {
    const kmeans = new MiniBatchKMeans({ nClusters: 5, randomState });
    for (let step = 0; step < 3; step++) await kmeans.partialFit(X);
    return kmeans.labels;
  },
  ...Object.fromEntries(
    SELECTION_STRATEGIES.map((strategy) => [
      `selectRows, ${strategy}`,
      (X: Matrix, randomState: number) =>
        selectRows(X, { strategy, budget: 7, randomState, labelled: [2, 9], probabilities }),
    ]),
  ),
  NearestNeighbors: async (X) => (await (await new NearestNeighbors().fit(X)).kneighbors(X)).indices,
  NeighborGraph: async (X) => (await new NeighborGraph({ nNeighbors: 5 }).fit(X)).indices,
  LabelSpreading: async (X) => (await new LabelSpreading<string>().fit(X, someLabels)).transduction,
  FewLabels: async (X, randomState) => {
    const model = await new FewLabels<string>({ randomState }).fit(X, someLabels);
    return model.predict(X);
  },
  'StandardScaler, Normalizer and PCA': async (X) => {
    const standard = await new StandardScaler().fitTransform(X);
    const normal = await new Normalizer().transform(X);
    const whitened = await new PCA({ nComponents: 3, whiten: true }).fitTransform(X);
    return [standard, normal, whitened].map(({ data }) => Array.from(data, (value) => value.toFixed(3)));
  },
  PatchFeatures: async (X, randomState, unit) => {
    const contrast = { minContrast: 0.02 * unit, contrastEpsilon: (0.01 * unit) ** 2 };
    const options = { patchSize: 2, nClusters: 4, gridSize: 2, ...contrast, randomState };
    const { data } = await new PatchFeatures(options).fitTransform(X);
    return Array.from(data, (value) => value.toFixed(3));
  },
};

describeOnBackends('at every scale that floats hold', () => {
  it.each(Object.entries(cases))('rows times a power of two give the same: %s', async (_name, find) => {
    const exponents = fc.integer({ min: -126, max: 126 });
    await fc.assert(
      fc.asyncProperty(exponents, fc.nat(1000), async (exponent, seed) => {
        const unit = 2 ** exponent;
        expect(await find(rowsInUnit(seed, unit), seed, unit)).toEqual(
          await find(rowsInUnit(seed, 1), seed, 1),
        );
      }),
      { numRuns: 15 },
    );
  });
});
