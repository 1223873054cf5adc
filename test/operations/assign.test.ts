import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOperations } from '../support/operations.ts';
import {
  anyPair,
  byDistance,
  bytes,
  floats,
  type PlainRows,
  prepare,
  sumOfSquares,
} from '../support/plain.ts';

describeOperations('assign', (operations) => {
  const assign = (x: PlainRows, centers: Float32Array) =>
    operations.assign(operations.createJob(), prepare(operations, x), centers);

  it('gives every row the centre that the plain loop in float64 finds nearest', async () => {
    await fc.assert(
      fc.asyncProperty(anyPair(30), async ([x, others]) => {
        const centers = floats(x.columns, [...others.data]);
        const { labels, inertia } = await assign(x, centers.data as Float32Array);
        const plain = Array.from({ length: x.rows }, (_, row) => byDistance(centers, x, row)[0]);
        expect([...labels]).toEqual(plain.map(({ row }) => row));
        const expected = plain.reduce((sum, { distance }) => sum + distance, 0);
        const rounding = 1e-12 * (sumOfSquares(x) + x.rows * sumOfSquares(centers));
        expect(Math.abs(inertia - expected)).toBeLessThanOrEqual(rounding);
      }),
      { numRuns: 150 },
    );
  });

  it('takes ties to the lowest centre', async () => {
    const { labels } = await assign(floats(1, [2, 4]), Float32Array.of(3, 1, 3, 5));
    expect([...labels]).toEqual([0, 0]);
  });

  it('compares bytes to centres by their values', async () => {
    const { labels, inertia } = await assign(
      bytes(2, [255, 0, 0, 255], 1 / 255),
      Float32Array.of(0, 1, 1, 0),
    );
    expect([...labels]).toEqual([1, 0]);
    expect(inertia).toBeCloseTo(0, 12);
  });

  it('assigns all rows to a single centre', async () => {
    const { labels, inertia } = await assign(floats(1, [1, 2, 4]), Float32Array.of(2));
    expect([...labels]).toEqual([0, 0, 0]);
    expect(inertia).toBe(5);
  });

  it('does not look at the centres any more once it has started', async () => {
    const centers = Float32Array.of(0, 10);
    const assigned = assign(floats(1, [1, 9]), centers);
    centers.fill(5);
    expect([...(await assigned).labels]).toEqual([0, 1]);
  });
});
