import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MatrixInput } from '../../lib/backend/prepared-matrix.ts';
import { AbortError, HandfulError } from '../../lib/core/errors.ts';
import { KMeans } from '../../lib/estimators/k-means.ts';
import { kmeansPlusPlus } from '../../lib/estimators/k-means-plus-plus.ts';
import { LogisticRegression } from '../../lib/estimators/logistic-regression.ts';
import { MiniBatchKMeans } from '../../lib/estimators/mini-batch-k-means.ts';
import { NearestNeighbors } from '../../lib/estimators/nearest-neighbors.ts';
import { pairwiseDistances, pairwiseDistancesArgminMin } from '../../lib/estimators/pairwise-distances.ts';
import { Normalizer } from '../../lib/features/normalizer.ts';
import { PatchFeatures } from '../../lib/features/patch-features.ts';
import { PCA } from '../../lib/features/pca.ts';
import { StandardScaler } from '../../lib/features/standard-scaler.ts';
import { representatives } from '../../lib/selection/representatives.ts';
import { selectRows } from '../../lib/selection/select-rows.ts';
import { ClusterThenLabel } from '../../lib/semi-supervised/cluster-then-label.ts';
import { FewLabels } from '../../lib/semi-supervised/few-labels.ts';
import { LabelSpreading } from '../../lib/semi-supervised/label-spreading.ts';
import { NeighborGraph } from '../../lib/semi-supervised/neighbor-graph.ts';
import { propagateToNearest } from '../../lib/semi-supervised/propagation.ts';
import { Representation } from '../../lib/semi-supervised/representation.ts';
import { SelfTraining } from '../../lib/semi-supervised/self-training.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

const { X, blob } = blobs(2, 5, 2);

/** Everything that takes a matrix, with all else in order. */
const OPERATIONS: Record<string, (X: MatrixInput, control?: object) => Promise<unknown>> = {
  'KMeans.fit': (X, control) => new KMeans({ nClusters: 2 }).fit(X, control),
  'MiniBatchKMeans.fit': (X, control) => new MiniBatchKMeans({ nClusters: 2 }).fit(X, control),
  'MiniBatchKMeans.partialFit': (X, control) => new MiniBatchKMeans({ nClusters: 2 }).partialFit(X, control),
  'LogisticRegression.fit': (X, control) => new LogisticRegression<number>().fit(X, blob, control),
  'NearestNeighbors.fit': (X) => new NearestNeighbors().fit(X),
  'PatchFeatures.fit': (X, control) =>
    new PatchFeatures({ patchSize: 1, gridSize: 1, nClusters: 1, width: 1 }).fit(X, control),
  'StandardScaler.fit': (X, control) => new StandardScaler().fit(X, control),
  'Normalizer.transform': (X, control) => new Normalizer().transform(X, control),
  'PCA.fit': (X, control) => new PCA().fit(X, control),
  kmeansPlusPlus: (X, control) => kmeansPlusPlus(X, 2, control),
  pairwiseDistances: (X, control) => pairwiseDistances(X, undefined, control),
  pairwiseDistancesArgminMin: (X, control) => pairwiseDistancesArgminMin(X, X, control),
  representatives: (X, control) => representatives(X, X, control),
  selectRows: (X, control) => selectRows(X, { budget: 2, ...control }),
  propagateToNearest: (X, control) => propagateToNearest(X, [0], [1], { count: 1, ...control }),
  'NeighborGraph.fit': (X, control) => new NeighborGraph({ nNeighbors: 3 }).fit(X, control),
  'LabelSpreading.fit': (X, control) =>
    new LabelSpreading<number>({ nNeighbors: 3 }).fit(X, { rows: [0, 1], labels: [0, 1] }, control),
  'SelfTraining.fit': (X, control) =>
    new SelfTraining<number>().fit(X, { rows: [0, 1], labels: [0, 1] }, control),
  'Representation.fit': (X, control) => new Representation().fit(X, control),
  'FewLabels.pick': (X, control) => new FewLabels({ budget: 2 }).pick(X, control),
  'FewLabels.fit': (X, control) =>
    new FewLabels<number>().fit(X, { rows: Int32Array.of(0, 1), labels: [0, 1] }, control),
  'ClusterThenLabel.fit': (X, control) =>
    new ClusterThenLabel<number>({ budget: 2 }).fit(
      X,
      (rows) => Array.from(rows, (row) => blob[row]!),
      control,
    ),
};

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error) => error,
  );

describeOnBackends('whatever takes a matrix', () => {
  it.each(Object.entries(OPERATIONS))('%s refuses what is none', async (_, operation) => {
    const shapeless = fc.anything();
    const misshapen = fc.record({
      data: fc.oneof(fc.float32Array({ noNaN: true, maxLength: 8 }), fc.anything()),
      shape: fc.oneof(fc.array(fc.oneof(fc.integer(), fc.double()), { maxLength: 3 }), fc.anything()),
      scale: fc.oneof(fc.double(), fc.anything()),
    });
    const notMatrices = fc.oneof(shapeless, misshapen).filter((value) => {
      const { data, shape } = (value ?? {}) as { data?: Float32Array; shape?: number[] };
      const isShape = Array.isArray(shape) && shape.length === 2 && shape.every(Number.isSafeInteger);
      return !(ArrayBuffer.isView(data) && isShape && data.length === shape[0]! * shape[1]!);
    });
    await fc.assert(
      fc.asyncProperty(notMatrices, async (value) => {
        const error = await failure(operation(value as MatrixInput));
        expect(error).toBeInstanceOf(HandfulError);
        expect((error as HandfulError).code).toBe('ERR_INVALID_ARGUMENT');
      }),
      { numRuns: 50 },
    );
  });

  it.each(Object.entries(OPERATIONS))('%s tells where a value is not finite', async (_, operation) => {
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      const data = Float32Array.from(X.data);
      data[7] = value;
      const error = (await failure(operation({ ...X, data }))) as HandfulError;
      expect(error).toBeInstanceOf(HandfulError);
      expect(error.code).toBe('ERR_NOT_FINITE');
      expect(error.message).toMatch(/row 3\D+column 1\b/);
    }
  });

  it.each(Object.entries(OPERATIONS))('%s passes on what a getter throws', async (_, operation) => {
    const thrown = new Error('from a getter');
    const trap = {
      get data(): Float32Array {
        throw thrown;
      },
      shape: X.shape,
    };
    expect(await failure(operation(trap))).toBe(thrown);
  });

  it.each(Object.entries(OPERATIONS).filter(([name]) => name !== 'NearestNeighbors.fit'))(
    '%s refuses unknown options and stops where it is aborted',
    async (_, operation) => {
      const misspelled = (await failure(operation(X, { singal: undefined, sgnal: 1 }))) as HandfulError;
      expect([misspelled.code, misspelled.message]).toEqual([
        'ERR_INVALID_ARGUMENT',
        expect.stringMatching(/has no option 'singal'; it takes .*signal/),
      ]);
      const reason = new Error('enough');
      const aborted = (await failure(operation(X, { signal: AbortSignal.abort(reason) }))) as AbortError;
      expect(aborted).toBeInstanceOf(AbortError);
      expect(aborted.cause).toBe(reason);
    },
  );
});

describeOnBackends('a matrix whose scale', () => {
  it.each([0, 1e-37, 1e37, Number.NaN])('is %d is refused', async (scale) => {
    await expectError(pairwiseDistances({ ...X, scale }), 'ERR_INVALID_ARGUMENT', 'X.scale');
  });

  it('takes a value beyond single precision is refused, naming the place', async () => {
    const far = { data: Float32Array.of(1, 2, 3, 1e30), shape: [2, 2] as const, scale: 1e10 };
    await expectError(pairwiseDistances(far), 'ERR_NOT_FINITE', /row 1, column 1 .* times its scale/);
  });
});

describe('an option that every object has', () => {
  it.each(['toString', 'constructor', 'hasOwnProperty'])('is unknown all the same: %s', async (name) => {
    await expectError(() => new KMeans({ [name]: 1 }), 'ERR_INVALID_ARGUMENT', `has no option '${name}'`);
  });
});
