import { expect, it } from 'vitest';
import { RandomState } from '../../lib/core/random-state.ts';
import {
  KMeans,
  LogisticRegression,
  type Matrix,
  MiniBatchKMeans,
  pairwiseDistances,
} from '../../lib/index.ts';
import { describeOnBackends } from '../support/backends.ts';

const random = new RandomState(0);

/** Rows of as many columns as there are scales, uniform within each, and classes that a plane tells apart roughly. */
function rowsOfScales(rows: number, scales: readonly number[]): { X: Matrix; y: number[] } {
  const values = random.randomSample(rows * scales.length);
  const data = Float32Array.from(values, (value, i) => (value - 0.5) * scales[i % scales.length]!);
  const y = Array.from({ length: rows }, (_, row) => {
    let sum = 0.5 * (random.randomSample() - 0.5);
    scales.forEach((_scale, column) => {
      sum += (values[row * scales.length + column]! - 0.5) * (column + 1);
    });
    return sum > 0 ? 1 : 0;
  });
  return { X: { data, shape: [rows, scales.length] }, y };
}

const UNEVEN = rowsOfScales(600, [1e-6, 1e-3, 1, 10, 1e3, 1e6]);
const SOLVERS = ['preconditioned-lbfgs', 'lbfgs'] as const;

describeOnBackends('LogisticRegression on hard rows', () => {
  it.each(SOLVERS)('converges where columns reach from 1e-6 to 1e6, by %s', async (solver) => {
    const regression = await new LogisticRegression<number>({ solver, maxIter: 2000 }).fit(
      UNEVEN.X,
      UNEVEN.y,
    );
    expect(regression.converged).toBe(true);
    expect(regression.maxGradient).toBeLessThanOrEqual(1e-6);
    expect(await regression.score(UNEVEN.X, UNEVEN.y)).toBeGreaterThan(0.9);
  });

  it('says that it did not converge, why, and what may help', async () => {
    const regression = new LogisticRegression<number>({ solver: 'gradient-descent', maxIter: 20 });
    await regression.fit(UNEVEN.X, UNEVEN.y);
    expect(regression.converged).toBe(false);
    expect(regression.maxGradient).toBeGreaterThan(1e-6);
    expect(regression.stopReason).toMatch(
      /maxIter.*; the columns' .* differ by a factor of \de\+1[12]: StandardScaler/,
    );
  });

  it.each([...SOLVERS, 'gradient-descent'] as const)(
    'ends within tol where classes can be told apart and nothing holds the coefficients, by %s',
    async (solver) => {
      const { X, y } = rowsOfScales(200, [1, 1]);
      const apart = {
        ...X,
        data: X.data.map((value, i) => value + (i % 2 === 0 ? 4 * y[Math.floor(i / 2)]! : 0)),
      };
      const regression = new LogisticRegression<number>({ solver, C: 1e12, maxIter: 5000, tol: 1e-5 });
      await regression.fit(apart, y);
      expect(regression.converged).toBe(true);
      expect(regression.coef.data.every(Number.isFinite)).toBe(true);
      expect(await regression.score(apart, y)).toBe(1);
    },
  );

  it.each(SOLVERS)('converges where rows repeat under other labels, by %s', async (solver) => {
    const { X } = rowsOfScales(10, [1e-6, 1, 1e6]);
    const data = Float32Array.from({ length: 300 * 3 }, (_, i) => X.data[i % 30]!);
    const y = Array.from({ length: 300 }, (_, row) => (row % 3 === 0 ? 1 : 0));
    const regression = await new LogisticRegression<number>({ solver, maxIter: 2000 }).fit(
      { data, shape: [300, 3] },
      y,
    );
    expect(regression.converged).toBe(true);
  });

  it.each(SOLVERS)('converges where columns are nearly the same, by %s', async (solver) => {
    const columns = 30;
    const common = random.randomSample(500);
    const data = Float32Array.from(
      random.randomSample(500 * columns),
      (value, i) => common[Math.floor(i / columns)]! + 1e-4 * value,
    );
    const y = Array.from(common, (value) => (value + 0.1 * random.randomSample() > 0.5 ? 1 : 0));
    const X: Matrix = { data, shape: [500, columns] };
    const regression = await new LogisticRegression<number>({ solver, C: 1e6, maxIter: 2000 }).fit(X, y);
    expect(regression.converged).toBe(true);
  });
});

describeOnBackends('k-means on hard rows', () => {
  for (const Estimator of [KMeans, MiniBatchKMeans]) {
    it.each([
      ['all rows equal', () => Float32Array.from({ length: 24 }, () => 3)],
      ['two different rows', () => Float32Array.from({ length: 24 }, (_, i) => Math.floor(i / 2) % 2)],
      ['huge rows', () => Float32Array.from({ length: 24 }, (_, i) => (i % 5) * 1e30)],
      ['tiny rows', () => Float32Array.from({ length: 24 }, (_, i) => (i % 5) * 1e-40)],
    ])(
      `${Estimator.name} finds numbers among %s, and names the clusters without rows`,
      async (_what, make) => {
        const X: Matrix = { data: make(), shape: [12, 2] };
        for (const init of ['k-means++', 'random'] as const) {
          const kmeans = await new Estimator({ nClusters: 6, init, randomState: 0 }).fit(X);
          expect(kmeans.clusterCenters.data.every(Number.isFinite)).toBe(true);
          expect(kmeans.inertia).toBeGreaterThanOrEqual(0);
          const named = new Set([...kmeans.labels, ...kmeans.emptyClusters]);
          expect(named.size).toBe(6);
          expect(new Set(kmeans.labels).size + kmeans.emptyClusters.length).toBe(6);
        }
      },
    );

    it(`${Estimator.name} leaves no cluster empty where there are rows enough`, async () => {
      const { X } = rowsOfScales(400, [1, 1]);
      expect((await new Estimator({ nClusters: 20, randomState: 0 }).fit(X)).emptyClusters).toHaveLength(0);
    });
  }
});

describeOnBackends('distances of nearly equal rows', () => {
  it.each(['euclidean', 'sqeuclidean', 'cosine'] as const)('keep their digits: %s', async (metric) => {
    const columns = 64;
    const middle = random.randomSample(columns);
    const data = Float32Array.from(
      random.randomSample(40 * columns),
      (value, i) => (1 + middle[i % columns]!) * (1 + 1e-5 * value),
    );
    const { data: found } = await pairwiseDistances({ data, shape: [40, columns] }, undefined, { metric });
    const row = (at: number) => data.subarray(at * columns, (at + 1) * columns);
    const length = (x: Float32Array) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
    for (let i = 0; i < 40; i++) {
      for (let j = 0; j < 40; j++) {
        const [xUnit, yUnit] = metric === 'cosine' ? [length(row(i)), length(row(j))] : [1, 1];
        const sum = row(i).reduce((total, x, c) => total + (x / xUnit - row(j)[c]! / yUnit) ** 2, 0);
        const expected = metric === 'euclidean' ? Math.sqrt(sum) : metric === 'cosine' ? sum / 2 : sum;
        // Two directions that are one differ by the rounding of their lengths.
        expect(Math.abs(found[i * 40 + j]! - expected)).toBeLessThanOrEqual(1e-6 * expected + 1e-30);
      }
    }
  });
});
