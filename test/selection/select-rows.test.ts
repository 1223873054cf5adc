import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Matrix, takeRows } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { KMeans } from '../../lib/estimators/k-means.ts';
import { MiniBatchKMeans } from '../../lib/estimators/mini-batch-k-means.ts';
import { representatives } from '../../lib/selection/representatives.ts';
import {
  SELECTION_STRATEGIES,
  type SelectionStrategyName,
  type SelectRowsOptions,
  selectRows,
} from '../../lib/selection/select-rows.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs, squaredDistance } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

const BLOBS = 6;
const { X, blob } = blobs(BLOBS, 30, 6);
const rows = X.shape[0];

/** Probabilities of a model that is sure of every row but those of two blobs. */
const UNSURE = [1, 4];
const probabilities = {
  data: Float32Array.from({ length: 3 * rows }, (_, i) => {
    const unsure = UNSURE.includes(blob[Math.floor(i / 3)]!);
    return unsure ? [0.4, 0.35, 0.25][i % 3]! : [0.98, 0.01, 0.01][i % 3]!;
  }),
  shape: [rows, 3] as const,
};

const select = (options: SelectRowsOptions, matrix: Matrix = X) =>
  selectRows(matrix, { randomState: 0, probabilities, ...options });
const blobsOf = (chosen: Int32Array) => Array.from(chosen, (row) => blob[row]!);

/** Strategies that want to see all parts of the data. */
const COVERING = [
  'stratified',
  'representatives',
  'mini-batch-representatives',
  'farthest-first',
  'density',
] as const;
const ONE_FOR_EACH_CLUSTER = COVERING.filter((strategy) => strategy !== 'farthest-first');
const DOUBTING = ['margin', 'entropy'] as const;

describeOnBackends('selectRows', () => {
  describe.each(SELECTION_STRATEGIES)('by %s', (strategy) => {
    it('answers as many distinct rows as it may', async () => {
      for (const budget of [1, 7, rows]) {
        const { rows: chosen } = await select({ strategy, budget });
        expect(chosen).toBeInstanceOf(Int32Array);
        expect(new Set(chosen).size).toBe(budget);
        for (const row of chosen) expect(row >= 0 && row < rows).toBe(true);
      }
    });

    it('answers the same for the same seed, and goes on with a stream', async () => {
      const first = await select({ strategy, budget: 9 });
      expect(await select({ strategy, budget: 9 })).toEqual(first);
      const stream = new RandomState(0);
      expect(await select({ strategy, budget: 9, randomState: stream })).toEqual(first);
      expect(stream.words()).not.toEqual(new RandomState(0).words());
    });

    it('never chooses what is labelled, even where only one row is not', async () => {
      const labelled = Array.from({ length: rows - 1 }, (_, i) => (i < 50 ? i : i + 1));
      expect(Array.from((await select({ strategy, budget: 1, labelled })).rows)).toEqual([50]);
      const some = (await select({ strategy, budget: 40, labelled: labelled.slice(0, 100) })).rows;
      expect(some.some((row) => labelled.indexOf(row) >= 0 && labelled.indexOf(row) < 100)).toBe(false);
    });

    it('takes copies of rows only where nothing else is left', async () => {
      const problems = fc
        .array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 12 })
        .chain((values) =>
          fc.uniqueArray(fc.nat(values.length - 1), { maxLength: values.length - 1 }).chain((labelled) =>
            fc.record({
              values: fc.constant(values),
              labelled: fc.constant(labelled),
              budget: fc.integer({ min: 1, max: values.length - labelled.length }),
              seed: fc.nat(100),
            }),
          ),
        );
      await fc.assert(
        fc.asyncProperty(problems, async ({ values, labelled, budget, seed }) => {
          const matrix: Matrix = { data: Uint8Array.from(values), shape: [values.length, 1] };
          const unsure = {
            data: new Float32Array(2 * values.length).fill(0.5),
            shape: [values.length, 2] as const,
          };
          const { rows: chosen } = await selectRows(matrix, {
            strategy,
            budget,
            labelled,
            randomState: seed,
            probabilities: unsure,
          });
          expect(new Set(chosen).size).toBe(budget);
          expect(chosen.some((row) => labelled.includes(row))).toBe(false);
          const known = new Set(labelled.map((row) => values[row]!));
          const others = new Set(values.filter((value) => !known.has(value)));
          const found = new Set(
            Array.from(chosen, (row) => values[row]!).filter((value) => !known.has(value)),
          );
          expect(found.size).toBe(Math.min(budget, others.size));
        }),
        { numRuns: 15 },
      );
    });
  });

  it.each(COVERING)('sees every blob by %s, each once before any twice', async (strategy) => {
    for (const budget of [BLOBS, 2 * BLOBS, 4 * BLOBS]) {
      const { rows: chosen } = await select({ strategy, budget });
      expect(new Set(blobsOf(chosen.subarray(0, BLOBS))).size).toBe(BLOBS);
    }
  });

  it.each(COVERING)('looks by %s where no label is yet', async (strategy) => {
    const labelled = [0, 1, 2, 6, 12, 7];
    const { rows: chosen } = await select({ strategy, budget: 3, labelled });
    expect(blobsOf(chosen).sort()).toEqual([3, 4, 5]);
  });

  it.each(ONE_FOR_EACH_CLUSTER)('tells by %s which row stands for which cluster', async (strategy) => {
    const { rows: chosen, clusters } = await select({ strategy, budget: BLOBS });
    expect(Array.from(clusters!, (place) => blob[chosen[place]!])).toEqual(Array.from(blob));
    const half = await select({ strategy, budget: 4, labelled: [0, 1] });
    for (const [row, place] of half.clusters!.entries()) {
      expect(place < 0 ? blob[row]! : blob[half.rows[place]!]).toBe(blob[row]);
      expect(place < 0).toBe(blob[row]! < 2);
    }
  });

  it('chooses as representatives exactly the rows nearest to the centres of k-means', async () => {
    const { clusterCenters } = await new KMeans({ nClusters: 10, nInit: 1, randomState: 3 }).fit(X);
    const expected = await representatives(X, clusterCenters, { unique: true });
    const { rows: chosen } = await select({ budget: 10, randomState: 3 });
    expect(Array.from(chosen).sort()).toEqual(Array.from(expected).sort());

    const miniBatch = await new MiniBatchKMeans({ nClusters: 10, randomState: 3 }).fit(X);
    const others = await representatives(X, miniBatch.clusterCenters, { unique: true });
    const again = await select({ strategy: 'mini-batch-representatives', budget: 10, randomState: 3 });
    expect(Array.from(again.rows).sort()).toEqual(Array.from(others).sort());
  });

  it('finds tight clusters among more rows than it starts from', async () => {
    const many = blobs(20, 700, 3, 1);
    const { rows: chosen, clusters } = await select({ budget: 20, probabilities: undefined }, many.X);
    expect(new Set(Array.from(chosen, (row) => many.blob[row]!)).size).toBeGreaterThanOrEqual(18);
    expect(clusters).toHaveLength(14_000);
  });

  it('orders representatives so that every beginning covers the rows well', async () => {
    const random = new RandomState(5);
    const flat: Matrix = { data: Float32Array.from(random.randomSample(1200)), shape: [600, 2] };
    const { rows: chosen } = await selectRows(flat, { budget: 40, randomState: 0 });
    const meanDistance = (taken: Int32Array) => {
      let sum = 0;
      for (let row = 0; row < 600; row++) {
        sum += Math.sqrt(Math.min(...Array.from(taken, (other) => squaredDistance(flat, row, flat, other))));
      }
      return sum / 600;
    };
    for (const n of [1, 3, 10, 20]) {
      const anew = (await selectRows(flat, { budget: n, randomState: 0 })).rows;
      expect(meanDistance(chosen.subarray(0, n))).toBeLessThan(1.15 * meanDistance(anew));
    }
  });

  it('takes by density the row in the thick of its cluster, not the one in its middle', async () => {
    // Two crowds in one cluster: its centre lies between them, where there is only one row.
    const line = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 5, 9.7, 9.8, 9.9, 10];
    const matrix: Matrix = { data: Float32Array.from(line), shape: [line.length, 1] };
    const [densest] = (await selectRows(matrix, { strategy: 'density', budget: 1, randomState: 0 })).rows;
    expect(line[densest!]).toBeLessThan(1);
    expect(Array.from((await selectRows(matrix, { budget: 1, randomState: 0 })).rows)).toEqual([7]);
  });

  it.each(DOUBTING)(
    'chooses by %s rows of which the model is unsure, and not all alike',
    async (strategy) => {
      const { rows: chosen } = await select({ strategy, budget: 5 });
      expect(new Set(blobsOf(chosen))).toEqual(new Set(UNSURE));
      expect(new Set(blobsOf(chosen.subarray(0, 2)))).toEqual(new Set(UNSURE));
      const next = await select({ strategy, budget: 5, labelled: chosen });
      expect(next.rows.some((row) => chosen.includes(row))).toBe(false);
      expect(new Set(blobsOf(next.rows))).toEqual(new Set(UNSURE));
    },
  );

  it('is most unsure of rows that the model knows nothing about', async () => {
    const data = probabilities.data.slice().fill(0, 3 * 77, 3 * 78);
    for (const strategy of DOUBTING) {
      const few = { strategy, budget: 1, labelled: [] };
      const zeroed = { data, shape: [rows, 3] as const };
      const ten = takeRows(X, [0, 2, 3, 5, 77, 8, 9, 11, 14, 15]);
      const tenProbabilities = takeRows(zeroed, [0, 2, 3, 5, 77, 8, 9, 11, 14, 15]) as typeof zeroed;
      const { rows: order } = await selectRows(ten, {
        ...few,
        budget: 10,
        probabilities: tenProbabilities,
        randomState: 0,
      });
      expect(order[0]).toBe(4);
    }
  });

  it('refuses what it can not do', async () => {
    const refuses = (options: object, words: string) =>
      expectError(selectRows(X, options), 'ERR_INVALID_ARGUMENT', words);
    await refuses({ strategy: 'best' }, "one of 'random', 'stratified', 'representatives'");
    await refuses({ budget: 0 }, 'budget');
    await refuses({ budget: rows + 1 }, `budget to be at most ${rows}`);
    await refuses({ budget: rows, labelled: [3, 3] }, `budget to be at most ${rows - 1}`);
    await refuses({ labelled: [rows] }, 'labelled[0]');
    await refuses({ budgets: 3 }, "no option 'budgets'");
    await refuses({ strategy: 'margin', budget: 3 }, "'margin' goes by");
    const oneClass = { data: new Float32Array(rows), shape: [rows, 1] };
    await refuses({ strategy: 'margin', budget: 3, probabilities: oneClass }, '2 classes or more');
    const wrongRows = { data: new Float32Array(4), shape: [2, 2] };
    await refuses({ strategy: 'margin', budget: 3, probabilities: wrongRows }, `${rows} rows`);
    const data = probabilities.data.slice();
    data[5] = -1;
    await refuses({ budget: 3, probabilities: { ...probabilities, data } }, 'probabilities.data[5]');
  });
});

const names: readonly SelectionStrategyName[] = [...COVERING, ...DOUBTING, 'random'];
it('specifies every strategy', () => {
  expect([...names].sort()).toEqual([...SELECTION_STRATEGIES].sort());
});
