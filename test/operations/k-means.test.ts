import { expect, it } from 'vitest';
import type { KMeansOptions } from '../../binding.d.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { describeOperations } from '../support/operations.ts';
import { itMatchesTheOracle, type OracleData, oracleRows } from '../support/oracle.ts';
import { byDistance, floats, type PlainRows, prepare } from '../support/plain.ts';

describeOperations('kmeans', (operations) => {
  function options(nClusters: number, changes: Partial<KMeansOptions> = {}): KMeansOptions {
    const randomState = new RandomState(0).words();
    return { nClusters, init: 'k-means++', nInit: 3, maxIter: 300, tol: 1e-4, randomState, ...changes };
  }
  const cluster = (x: PlainRows, ...given: Parameters<typeof options>) =>
    operations.kmeans(operations.createJob(), prepare(operations, x), options(...given));

  itMatchesTheOracle<{ data: OracleData; k: number; seed: number; nIter: number; inertia: number }>(
    'k-means',
    ({ k, seed }) => `iterates as scikit-learn does: ${k} clusters with seed ${seed}`,
    async ({ data, k, seed, nIter, inertia }) => {
      const { x } = await oracleRows(operations, data);
      const randomState = new RandomState(seed).words();
      const found = await operations.kmeans(operations.createJob(), x, options(k, { nInit: 1, randomState }));
      expect(found.nIter).toBe(nIter);
      expect(Math.abs(found.inertia / inertia - 1)).toBeLessThan(1e-5);
    },
  );

  const blobs = floats(
    2,
    Array.from(
      { length: 200 },
      (_, i) => (i % 2 ? 100 * Math.floor((i >> 1) / 25) : 0) + Math.fround(Math.sin(i)),
    ),
  );

  it('ends at centres that are the means of the rows nearest to them', async () => {
    const { centers, labels, inertia, converged } = await cluster(blobs, 4);
    expect(converged).toBe(true);
    expect(new Set(labels).size).toBe(4);
    const plain = floats(2, [...centers]);
    let expected = 0;
    for (let row = 0; row < blobs.rows; row++) {
      const [nearest] = byDistance(plain, blobs, row);
      expect(labels[row]).toBe(nearest.row);
      expected += nearest.distance;
    }
    expect(Math.abs(inertia / expected - 1)).toBeLessThan(1e-6);
    for (let k = 0; k < 4; k++) {
      const rows = [...labels.keys()].filter((row) => labels[row] === k);
      for (const column of [0, 1]) {
        const mean = rows.reduce((sum, row) => sum + blobs.data[row * 2 + column], 0) / rows.length;
        expect(centers[k * 2 + column]).toBeCloseTo(mean, 4);
      }
    }
  });

  it('goes on from given centres, without a draw', async () => {
    const x = floats(1, [0, 1, 10, 11]);
    const given = options(2, { init: Float32Array.of(5, 6) });
    const found = await operations.kmeans(operations.createJob(), prepare(operations, x), given);
    expect([...found.centers]).toEqual([0.5, 10.5]);
    expect([...found.labels]).toEqual([0, 0, 1, 1]);
    expect(found.inertia).toBeCloseTo(1, 10);
    expect(found.randomState).toEqual(given.randomState);
  });

  it('starts from distinct rows at random: the first of a permutation', async () => {
    const x = floats(1, [1, 2, 4, 8, 16, 32]);
    const given = options(6, { init: 'random', nInit: 1 });
    const found = await operations.kmeans(operations.createJob(), prepare(operations, x), given);
    const order = new RandomState(0).permutation(6);
    expect([...found.centers]).toEqual(Array.from(order, (row) => x.data[row]));
    expect(found.inertia).toBe(0);
  });

  it('says so when maxIter ends it', async () => {
    const x = floats(
      1,
      Array.from({ length: 60 }, (_, i) => i),
    );
    const init = Float32Array.of(0, 1, 2);
    const cut = await cluster(x, 3, { init, maxIter: 2 });
    expect(cut).toMatchObject({ nIter: 2, converged: false });
    const whole = await cluster(x, 3, { init });
    expect(whole.converged).toBe(true);
    expect(whole.nIter).toBeGreaterThan(2);
  });

  it('stops by tol before the labels repeat, tol being relative to the variance', async () => {
    const x = floats(
      1,
      Array.from({ length: 60 }, (_, i) => i * 1000),
    );
    const init = Float32Array.of(0, 1000, 2000);
    const exact = await cluster(x, 3, { init, tol: 0 });
    const loose = await cluster(x, 3, { init, tol: 0.05 });
    expect(loose.converged).toBe(true);
    expect(loose.nIter).toBeLessThan(exact.nIter);
  });

  it('gives a centre without rows the row farthest from its own centre', async () => {
    const x = floats(1, [0, 1, 2, 30]);
    const { centers, labels } = await cluster(x, 2, { init: Float32Array.of(1, -500) });
    expect([...centers]).toEqual([1, 30]);
    expect([...labels]).toEqual([0, 0, 0, 1]);
  });

  it('leaves no error where there are as many clusters as rows, or more than distinct rows', async () => {
    expect((await cluster(floats(2, [1, 2, 3, 4, 5, 6]), 3)).inertia).toBeCloseTo(0, 10);
    const duplicates = await cluster(floats(1, [1, 1, 1, 7, 7]), 4);
    expect(duplicates.inertia).toBeCloseTo(0, 10);
    expect([...duplicates.centers]).toEqual(expect.arrayContaining([1, 7]));
  });

  it('finds the mean for a single cluster', async () => {
    const { centers, labels, inertia } = await cluster(floats(1, [1, 2, 6]), 1);
    expect([...centers]).toEqual([3]);
    expect([...labels]).toEqual([0, 0, 0]);
    expect(inertia).toBeCloseTo(14, 10);
  });

  it('gives the same bits again for the same seed', async () => {
    expect(await cluster(blobs, 7)).toEqual(await cluster(blobs, 7));
  });
});
