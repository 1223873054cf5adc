import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { fashionMnistFolder } from '../support/fashion-mnist.ts';
import { describeOperations } from '../support/operations.ts';
import { anyPair, byDistance, bytes, floats, type PlainRows, prepare } from '../support/plain.ts';
import { trainingImages } from '../support/training-images.ts';

describeOperations('nearest', (operations) => {
  const nearest = (x: PlainRows, queries: PlainRows, k: number) =>
    operations.nearest(operations.createJob(), prepare(operations, x), prepare(operations, queries), k);

  function expected(x: PlainRows, queries: PlainRows, k: number) {
    const sorted = Array.from({ length: queries.rows }, (_, j) =>
      byDistance(x, queries, j).slice(0, k),
    ).flat();
    return {
      indices: Int32Array.from(sorted, ({ row }) => row),
      distances: Float64Array.from(sorted, ({ distance }) => Math.sqrt(distance)),
    };
  }

  it('gives what the plain loop in float64 gives: rows, their order and their distances', async () => {
    await fc.assert(
      fc.asyncProperty(anyPair(40), fc.integer({ min: 1, max: 40 }), async ([x, queries], wanted) => {
        const k = Math.min(wanted, x.rows);
        expect(await nearest(x, queries, k)).toEqual(expected(x, queries, k));
      }),
      { numRuns: 150 },
    );
  });

  it('takes ties to the lowest row', async () => {
    const x = floats(1, [5, 3, 1, 3, 5, 3]);
    expect(await nearest(x, floats(1, [4]), 3)).toEqual({
      indices: Int32Array.of(0, 1, 3),
      distances: Float64Array.of(1, 1, 1),
    });
  });

  it('orders all rows where k is their number', async () => {
    const x = floats(2, [0, 0, 3, 4, 1, 0, 0, 0]);
    expect(await nearest(x, floats(2, [0, 0]), 4)).toEqual({
      indices: Int32Array.of(0, 3, 2, 1),
      distances: Float64Array.of(0, 0, 1, 5),
    });
  });

  it('compares bytes to floats of another scale by their values', async () => {
    const x = bytes(1, [0, 100, 200], 0.01);
    const { indices, distances } = await nearest(x, floats(1, [0.5], 2), 2);
    expect([...indices]).toEqual([1, 0]);
    expect([...distances]).toEqual([0, 1]);
  });

  it('tells rows apart that differ in the last bit, far from the origin', async () => {
    const next = Math.fround(1e18 * (1 + 2 ** -23));
    const x = floats(3, [next, 1e18, 1e18, 1e18, 1e18, 1e18, 1e18, next, 1e18]);
    const { indices, distances } = await nearest(x, floats(3, [1e18, 1e18, 1e18]), 3);
    expect([...indices]).toEqual([1, 0, 2]);
    expect([...distances]).toEqual([0, next - Math.fround(1e18), next - Math.fround(1e18)]);
  });

  it('answers more queries than it takes at once', async () => {
    const x = floats(
      3,
      Array.from({ length: 900 }, (_, i) => Math.fround(Math.sin(i * i))),
    );
    const queries = floats(
      3,
      Array.from({ length: 1500 }, (_, i) => Math.fround(Math.cos(i * i))),
    );
    expect(await nearest(x, queries, 5)).toEqual(expected(x, queries, 5));
  });

  it.skipIf(!fashionMnistFolder)('finds each of a hundred images first among all 60,000', async () => {
    const x = await trainingImages(operations, 60_000);
    const queries = await trainingImages(operations, 12_100, 12_000);
    const { indices, distances } = await operations.nearest(operations.createJob(), x, queries, 3);
    for (let j = 0; j < 100; j++) {
      expect(indices[j * 3]).toBe(12_000 + j);
      expect(distances[j * 3]).toBe(0);
      expect(distances[j * 3 + 1]).toBeGreaterThan(0);
      expect(distances[j * 3 + 2]).toBeGreaterThanOrEqual(distances[j * 3 + 1]);
    }
  });
});
