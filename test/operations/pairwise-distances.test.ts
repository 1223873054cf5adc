import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Metric } from '../../binding.d.ts';
import { describeOperations } from '../support/operations.ts';
import { anyPair, floats, type PlainRows, prepare, squaredDistance, valueAt } from '../support/plain.ts';

describeOperations('pairwiseDistances', (operations) => {
  const distances = (x: PlainRows, y: PlainRows, metric: Metric) =>
    operations.pairwiseDistances(
      operations.createJob(),
      prepare(operations, x),
      prepare(operations, y),
      metric,
    );

  function plainly(x: PlainRows, y: PlainRows, distance: (i: number, j: number) => number): number[] {
    return Array.from({ length: x.rows * y.rows }, (_, at) => distance(Math.floor(at / y.rows), at % y.rows));
  }

  function cosineDistance(x: PlainRows, i: number, y: PlainRows, j: number): number {
    let [product, xs, ys] = [0, 0, 0];
    for (let column = 0; column < x.columns; column++) {
      const [a, b] = [valueAt(x, i, column), valueAt(y, j, column)];
      product += a * b;
      xs += a * a;
      ys += b * b;
    }
    return xs > 0 && ys > 0 ? 1 - product / Math.sqrt(xs * ys) : 1;
  }

  it.each(['euclidean', 'sqeuclidean'] as const)('gives %s distances to float precision', async (metric) => {
    await fc.assert(
      fc.asyncProperty(anyPair(20), async ([x, y]) => {
        const found = await distances(x, y, metric);
        const squared = plainly(x, y, (i, j) => squaredDistance(x, i, y, j));
        // Floats end where they end; below the smallest normal one digits may be lost.
        const expected = squared.map((value) =>
          Math.fround(metric === 'euclidean' ? Math.sqrt(value) : value),
        );
        for (const [at, value] of expected.entries()) {
          if (!Number.isFinite(value)) expect(found[at]).toBe(value);
          else expect(Math.abs(found[at] - value)).toBeLessThanOrEqual(2e-6 * value + 2 ** -126);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('gives cosine distances, 1 to a row of zeros', async () => {
    await fc.assert(
      fc.asyncProperty(anyPair(20), async ([x, y]) => {
        const found = await distances(x, y, 'cosine');
        const expected = plainly(x, y, (i, j) => cosineDistance(x, i, y, j));
        for (const [at, value] of expected.entries()) expect(Math.abs(found[at] - value)).toBeLessThan(2e-6);
      }),
      { numRuns: 100 },
    );
  });

  it.each(['euclidean', 'sqeuclidean', 'cosine'] as const)(
    'finds %s distance 0 between equal rows',
    async (metric) => {
      const x = floats(3, [1e18, 3, -7, 1, 1e-30, 2]);
      const found = await distances(x, x, metric);
      expect(found[0]).toBeCloseTo(0, 6);
      expect(found[3]).toBeCloseTo(0, 6);
    },
  );

  it('keeps its digits where rows lie close together far from the origin', async () => {
    const found = await distances(
      floats(2, [100000, 100000]),
      floats(2, [100000.0078125, 100000]),
      'euclidean',
    );
    expect(found[0]).toBe(0.0078125);
  });

  it('lays the answers out as rows of x times rows of y', async () => {
    const found = await distances(floats(1, [0, 10]), floats(1, [1, 2, 3]), 'euclidean');
    expect([...found]).toEqual([1, 2, 3, 9, 8, 7]);
  });
});
