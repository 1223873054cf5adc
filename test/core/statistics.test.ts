import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomState } from '../../lib/core/random-state.ts';
import { estimateDifference, estimateMean, estimateMeanShare } from '../../lib/core/statistics.ts';

const value = fc.double({ min: 0, max: 1, noNaN: true });
const pairs = fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 30 });

describe('the interval of a mean', () => {
  it("is Student's", () => {
    // scipy.stats.t.interval(0.95, 4, mean, sem) of these.
    const { value, low, high } = estimateMean([0.69, 0.71, 0.68, 0.73, 0.7]);
    expect(value).toBeCloseTo(0.702, 12);
    expect(low).toBeCloseTo(0.6781159, 6);
    expect(high).toBeCloseTo(0.7258841, 6);
  });

  it('is none for a single value', () => {
    expect(estimateMean([0.7])).toEqual({ value: 0.7, low: null, high: null });
  });

  it('of shares stays among the shares', () => {
    const { value, low, high } = estimateMeanShare([0, 1]);
    expect([value, low, high]).toEqual([0.5, 0, 1]);
  });
});

describe('the interval of a difference', () => {
  it('is that of the differences, pair by pair', () => {
    const { value, low, high } = estimateDifference([0.72, 0.7, 0.74], [0.7, 0.69, 0.71]);
    expect(value).toBeCloseTo(0.02, 12);
    expect(low).toBeCloseTo(0.02 - (4.302652729749462 * 0.01) / Math.sqrt(3), 10);
    expect(high).toBeCloseTo(0.02 + (4.302652729749462 * 0.01) / Math.sqrt(3), 10);
  });

  it('is as if turned over where the two change places, and is moved by what is added to one', () => {
    fc.assert(
      fc.property(pairs, fc.double({ min: -1, max: 1, noNaN: true }), (list, shift) => {
        const [a, b] = [list.map(([x]) => x), list.map(([, y]) => y)];
        const there = estimateDifference(a, b);
        const back = estimateDifference(b, a);
        expect(back.value).toBeCloseTo(-there.value, 10);
        expect(back.low).toBeCloseTo(-there.high!, 10);
        const moved = estimateDifference(
          a.map((x) => x + shift),
          b,
        );
        expect(moved.low).toBeCloseTo(there.low! + shift, 10);
      }),
    );
  });

  it('is free of what both share', () => {
    const common = [0.1, 0.9, 0.4, 0.6];
    const { low, high } = estimateDifference(
      common.map((x) => x + 0.01),
      common,
    );
    expect(low).toBeCloseTo(0.01, 10);
    expect(high).toBeCloseTo(0.01, 10);
  });

  it('holds the true difference 95 times of 100, whether the two go together or not', () => {
    const random = new RandomState(1);
    // The sum of twelve uniform draws is as good as normal.
    const normal = () => random.randomSample(12).reduce((sum, each) => sum + each, -6);
    for (const common of [0, 1]) {
      let held = 0;
      const trials = 4000;
      for (let trial = 0; trial < trials; trial++) {
        const both = Array.from({ length: 8 }, () => common * normal());
        const { low, high } = estimateDifference(
          both.map((x) => x + 0.3 + normal()),
          both.map((x) => x + 2 * normal()),
        );
        held += Number(low! <= 0.3 && high! >= 0.3);
      }
      expect(Math.abs(held / trials - 0.95)).toBeLessThan(0.012);
    }
  });
});
