import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  ClusterThenLabel,
  FewLabels,
  KMeans,
  LabelSpreading,
  LogisticRegression,
  MiniBatchKMeans,
  NearestNeighbors,
  NeighborGraph,
  PCA,
  type PreparedMatrix,
  pairwiseDistances,
  prepare,
  Representation,
  SelfTraining,
  selectRows,
} from '../../lib/index.ts';
import { describeOnBackends } from '../support/backends.ts';
import { expectError } from '../support/errors.ts';

const ROWS = 60;
const matrix = (rows = ROWS, columns = 6) => ({
  data: Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * 12.9898) + (i % (2 * columns))),
  shape: [rows, columns] as const,
});
const y = Array.from({ length: ROWS }, (_, row) => row % 2);
const some = { rows: Int32Array.of(0, 1, 2, 3, 4, 5), labels: [0, 1, 0, 1, 0, 1] };

/** What takes rows, each with a figure of what it finds. */
const USES: Record<string, (X: PreparedMatrix) => Promise<unknown>> = {
  pairwiseDistances: async (X) => (await pairwiseDistances(X)).data,
  'LogisticRegression.fit': async (X) => (await new LogisticRegression<number>().fit(X, y)).coef.data,
  'KMeans.fit': async (X) => (await new KMeans({ nClusters: 3, randomState: 0 }).fit(X)).labels,
  'MiniBatchKMeans.partialFit': async (X) =>
    (await new MiniBatchKMeans({ nClusters: 3, init: 'random', randomState: 0 }).partialFit(X)).labels,
  'NearestNeighbors.kneighbors': async (X) => (await new NearestNeighbors().fit(X)).kneighbors(X, 2),
  'NeighborGraph.fit': async (X) => (await new NeighborGraph({ nNeighbors: 3 }).fit(X)).indices,
  'PCA.transform': async (X) => (await (await new PCA({ nComponents: 2 }).fit(X)).transform(X)).data,
  'LabelSpreading.fit': async (X) =>
    (await new LabelSpreading<number>({ nNeighbors: 4 }).fit(X, some)).labelDistributions.data,
  'SelfTraining.fit': async (X) => (await new SelfTraining<number>().fit(X, some)).transduction,
  'ClusterThenLabel.fit': async (X) =>
    (
      await new ClusterThenLabel<number>({ budget: 6, propagation: { share: 0.5 }, randomState: 0 }).fit(
        X,
        (rows) => Array.from(rows, (row) => row % 2),
      )
    ).predict(X),
  'Representation.fit': async (X) => (await new Representation({ randomState: 0 }).fit(X)).graph.indices,
  'FewLabels.fit': async (X) =>
    (await new FewLabels<number>({ budget: 6, randomState: 0 }).fit(X, some)).transduction,
  'FewLabels.pick': async (X) => new FewLabels<number>({ budget: 6, candidates: 20, randomState: 0 }).pick(X),
  'selectRows, representatives': async (X) => (await selectRows(X, { budget: 6, randomState: 0 })).rows,
  'selectRows, farthest-first': async (X) =>
    (await selectRows(X, { budget: 6, strategy: 'farthest-first', randomState: 0 })).rows,
  takeRows: async (X) => X.takeRows([1, 2]).shape,
  toMatrix: async (X) => X.toMatrix().data,
};

describeOnBackends('a prepared matrix', (backend) => {
  it.each(Object.keys(USES))(
    'is as it was after %s, and once disposed of is one clear error there',
    async (name) => {
      const X = prepare(matrix());
      const first = await USES[name]!(X);
      expect(await USES[name]!(X)).toEqual(first);
      X.dispose();
      await expectError(USES[name]!(X), 'ERR_INVALID_ARGUMENT', 'this one was disposed of');
    },
  );

  it('reads its values back as floats, times its scale', async () => {
    const anyMatrix = fc
      .record({
        rows: fc.integer({ min: 1, max: 6 }),
        columns: fc.integer({ min: 1, max: 40 }),
        scale: fc.constantFrom(1, 1 / 255, 2 ** -20, 3),
        bytes: fc.boolean(),
      })
      .chain(({ rows, columns, scale, bytes }) => {
        const length = { minLength: rows * columns, maxLength: rows * columns };
        const data = bytes
          ? fc.uint8Array(length)
          : fc.float32Array({ ...length, noNaN: true, min: -(2 ** 100), max: 2 ** 100 });
        return data.map((values) => ({ data: values, shape: [rows, columns] as const, scale }));
      });
    await fc.assert(
      fc.property(anyMatrix, (given) => {
        using X = prepare(given);
        expect(X.toMatrix()).toEqual({
          data: Float32Array.from(given.data, (stored) => stored * given.scale),
          shape: given.shape,
        });
      }),
    );
  });

  it('keeps its shape and holds nothing once it is disposed of, however often', () => {
    const X = prepare(matrix());
    expect(X.byteLength).toBeGreaterThan(0);
    X.dispose();
    X.dispose();
    X[Symbol.dispose]();
    expect(X.byteLength).toBe(0);
    expect(X.shape).toEqual([ROWS, 6]);
  });

  it('is disposed of at the end of the block that declares it by using', () => {
    let kept: PreparedMatrix;
    {
      using X = prepare(matrix());
      kept = X;
      expect(kept.byteLength).toBeGreaterThan(0);
    }
    expect(kept.byteLength).toBe(0);
  });

  it('lives on for operations under way', async () => {
    const data = matrix(3000, 20);
    const expected = await new KMeans({ nClusters: 8, randomState: 0 }).fit(data);
    const X = prepare(data);
    const running = new KMeans({ nClusters: 8, randomState: 0 }).fit(X);
    X.dispose();
    expect((await running).labels).toEqual(expected.labels);
  });

  it('is no part of the rows that were taken from it', async () => {
    const X = prepare(matrix());
    const taken = X.takeRows([3, 1]);
    const before = await pairwiseDistances(taken);
    X.dispose();
    expect(await pairwiseDistances(taken)).toEqual(before);
    taken.dispose();
    await expectError(() => taken.takeRows([0]), 'ERR_INVALID_ARGUMENT', 'this one was disposed of');
  });

  it('is an error of the estimator that kept it', async () => {
    const X = prepare(matrix());
    const search = await new NearestNeighbors().fit(X);
    X.dispose();
    await expectError(search.kneighbors(matrix(), 1), 'ERR_INVALID_ARGUMENT', 'this one was disposed of');
  });

  it.skipIf(backend === 'javascript')('gives its memory back at once, not when it is collected', () => {
    const data = { data: new Uint8Array(2 ** 25), shape: [2 ** 15, 2 ** 10] as const };
    const before = process.memoryUsage.rss();
    // Without a turn of the event loop, in which what is garbage would be finalized.
    for (let i = 0; i < 20; i++) prepare(data).dispose();
    expect(process.memoryUsage.rss() - before).toBeLessThan(400 * 2 ** 20);
  });

  it('is used or refused, never misread, in any order of uses and disposals', async () => {
    const step = fc.record({ which: fc.nat(2), does: fc.constantFrom('use', 'take', 'dispose') });
    const expected = (await pairwiseDistances(matrix(6, 2))).data;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const all = [0, 1, 2].map(() => ({ X: prepare(matrix(6, 2)), isDisposed: false }));
        for (const { which, does } of steps) {
          const each = all[which]!;
          if (does === 'dispose') {
            each.X.dispose();
            each.isDisposed = true;
            continue;
          }
          const use =
            does === 'use'
              ? pairwiseDistances(each.X)
              : (async () => pairwiseDistances(each.X.takeRows([0, 1, 2, 3, 4, 5])))();
          if (each.isDisposed) await expectError(use, 'ERR_INVALID_ARGUMENT', 'disposed of');
          else expect((await use).data).toEqual(expected);
        }
      }),
    );
  });
});
