import { expect, it } from 'vitest';
import type { MiniBatchKMeansOptions } from '../../binding.d.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { describeOperations } from '../support/operations.ts';
import { itMatchesTheOracle, type OracleData, oracleRows } from '../support/oracle.ts';
import { bytes, floats, type PlainRows, prepare } from '../support/plain.ts';

interface Case {
  data: OracleData;
  k: number;
  seed: number;
  nInit: number;
  nSteps: number;
  nIter: number;
  inertia: number;
  nearestRows: number[];
}

describeOperations('miniBatchKMeans', (operations) => {
  function options(nClusters: number, changes: Partial<MiniBatchKMeansOptions> = {}): MiniBatchKMeansOptions {
    return {
      nClusters,
      init: 'k-means++',
      nInit: 3,
      initSize: 60,
      batchSize: 20,
      maxIter: 100,
      tol: 0,
      maxNoImprovement: 10,
      reassignmentRatio: 0.01,
      randomState: new RandomState(0).words(),
      ...changes,
    };
  }
  const cluster = (x: PlainRows, ...given: Parameters<typeof options>) =>
    operations.miniBatchKMeans(operations.createJob(), prepare(operations, x), options(...given));

  itMatchesTheOracle<Case>(
    'mini-batch-k-means',
    ({ k, seed }) => `steps as scikit-learn does: ${k} clusters with seed ${seed}`,
    async ({ data, k, seed, nInit, nSteps, nIter, inertia, nearestRows }) => {
      const { x } = await oracleRows(operations, data);
      const batchSize = Math.min(1024, x.rows);
      const randomState = new RandomState(seed).words();
      const initSize = Math.min(x.rows, 3 * batchSize);
      const found = await operations.miniBatchKMeans(
        operations.createJob(),
        x,
        options(k, { nInit, initSize, batchSize, randomState }),
      );
      expect(found).toMatchObject({ nSteps, nIter });
      expect(Math.abs(found.inertia / inertia - 1)).toBeLessThan(1e-4);
      const centers = operations.prepare(found.centers, k, x.columns, 1);
      const { indices } = await operations.nearest(operations.createJob(), x, centers, 1);
      const same = nearestRows.filter((row, i) => indices[i] === row).length;
      expect(same).toBeGreaterThanOrEqual(0.98 * k);
    },
  );

  const blobs = floats(
    2,
    Array.from({ length: 800 }, (_, i) => 50 * ((i >> 1) % 4) * (i % 2) + Math.fround(Math.sin(i * i))),
  );

  it('labels all rows by the centres that it ends with', async () => {
    const { centers, labels, inertia } = await cluster(blobs, 4);
    const assigned = await operations.assign(operations.createJob(), prepare(operations, blobs), centers);
    expect({ labels, inertia }).toEqual(assigned);
    expect(new Set(labels).size).toBe(4);
  });

  it('counts the rows that each centre has seen', async () => {
    const { counts, nSteps, nIter } = await cluster(blobs, 4, { reassignmentRatio: 0 });
    expect(counts.reduce((a, b) => a + b)).toBe(20 * nSteps);
    expect(nIter).toBe(Math.ceil((20 * nSteps) / 400));
  });

  it('ends after maxIter passes where nothing else ends it', async () => {
    const { nSteps, nIter } = await cluster(blobs, 4, { maxIter: 2, maxNoImprovement: Infinity });
    expect({ nSteps, nIter }).toEqual({ nSteps: 40, nIter: 2 });
  });

  it('ends once the centres move by tol or less, the first step aside', async () => {
    expect((await cluster(blobs, 4, { tol: 1e9 })).nSteps).toBe(2);
  });

  it('draws the validation rows, a sample and a start for each start, then the batches', async () => {
    const random = new RandomState(0);
    random.randint(0, 400, 60);
    for (let start = 0; start < 2; start++) {
      random.randint(0, 400, 60);
      random.permutation(60);
    }
    for (let step = 0; step < 20; step++) random.randint(0, 400, 20);
    const { randomState } = await cluster(blobs, 4, {
      init: 'random',
      nInit: 2,
      maxIter: 1,
      maxNoImprovement: Infinity,
      reassignmentRatio: 0,
    });
    expect(randomState).toEqual(random.words());
  });

  it('draws no sample where it would be all rows', async () => {
    const random = new RandomState(0);
    random.randint(0, 400, 400);
    random.permutation(400);
    random.randint(0, 400, 400);
    const { randomState } = await cluster(blobs, 4, {
      init: 'random',
      nInit: 1,
      initSize: 400,
      batchSize: 400,
      maxIter: 1,
      reassignmentRatio: 0,
    });
    expect(randomState).toEqual(random.words());
  });

  it('gives the same bits again for the same seed', async () => {
    expect(await cluster(blobs, 9)).toEqual(await cluster(blobs, 9));
  });

  it('leaves no error where there are as many clusters as rows', async () => {
    const x = bytes(2, [0, 1, 50, 51, 100, 101], 0.1);
    const { inertia, labels } = await cluster(x, 3, { initSize: 3, batchSize: 3, reassignmentRatio: 0 });
    expect(inertia).toBeCloseTo(0, 6);
    expect(new Set(labels).size).toBe(3);
  });
});

describeOperations('miniBatchKMeansStep', (operations) => {
  const step = (
    x: PlainRows,
    centers: number[],
    counts: number[],
    reassign = false,
    reassignmentRatio = 0.01,
  ) =>
    operations.miniBatchKMeansStep(operations.createJob(), prepare(operations, x), {
      centers: Float32Array.from(centers),
      counts: Float64Array.from(counts),
      reassign,
      reassignmentRatio,
      randomState: new RandomState(0).words(),
    });

  it('moves centres to the running means of all the rows they have seen', async () => {
    const found = await step(floats(1, [1, 3, 20]), [0, 10, 99], [2, 1, 5]);
    expect([...found.centers]).toEqual([1, 15, 99]);
    expect([...found.counts]).toEqual([4, 2, 5]);
  });

  it('reports labels and inertia of the centres as they were', async () => {
    const found = await step(floats(1, [1, 3, 20]), [0, 10, 99], [2, 1, 5]);
    expect([...found.labels]).toEqual([0, 0, 1]);
    expect(found.inertia).toBeCloseTo(1 + 9 + 100, 9);
  });

  it('moves centres of low count to rows of the batch, which then count as the least of the others', async () => {
    const x = floats(1, [1, 2, 3, 4]);
    const rows = new RandomState(0).choice(4, 1);
    const found = await step(x, [2, 900], [1000, 3], true, 0.01);
    expect(found.centers[1]).toBe(x.data[rows[0]]);
    expect([...found.counts]).toEqual([1004, 1004]);
  });

  it('moves at most half as many centres as the batch has rows, those of least count', async () => {
    const x = floats(1, [1, 2, 3, 4]);
    const found = await step(x, [2, 700, 800, 900], [1000, 3, 2, 1], true, 0.01);
    expect(found.centers[1]).toBe(700);
    expect([...found.centers.slice(2)].every((value) => value <= 4)).toBe(true);
    expect([...found.counts]).toEqual([1004, 3, 3, 3]);
  });

  it('moves none where it may not, and draws nothing', async () => {
    const found = await step(floats(1, [1, 2, 3, 4]), [2, 900], [1000, 3], false);
    expect(found.centers[1]).toBe(900);
    expect(found.randomState).toEqual(new RandomState(0).words());
  });

  it('leaves its arguments as they are', async () => {
    const centers = Float32Array.of(0, 10);
    const counts = Float64Array.of(1, 1);
    const options = {
      centers,
      counts,
      reassign: true,
      reassignmentRatio: 2,
      randomState: new RandomState(0).words(),
    };
    await operations.miniBatchKMeansStep(
      operations.createJob(),
      prepare(operations, floats(1, [1, 2])),
      options,
    );
    expect([...centers, ...counts]).toEqual([0, 10, 1, 1]);
    expect(options.randomState).toEqual(new RandomState(0).words());
  });
});
