import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile, logGamma, regularizedBeta, studentTQuantile } from '../../lib/core/distributions.ts';

/** Expects a relative error of at most 1e-11. */
function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-11 * Math.abs(expected));
}

describe('logGamma', () => {
  it('is the logarithm of factorials, and of the square root of pi at 1/2', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 11);
      factorial *= n;
    }
    expectClose(logGamma(0.5), Math.log(Math.PI) / 2);
    expectClose(logGamma(1000.5), 5908.674175848678);
  });
});

describe('the regularised incomplete beta function', () => {
  it('is a power where one parameter is 1, and a binomial tail for whole numbers', () => {
    expectClose(regularizedBeta(0.3, 5, 1), 0.3 ** 5);
    expectClose(regularizedBeta(0.3, 1, 5), 1 - 0.7 ** 5);
    const tail = [2, 3, 4, 5, 6].reduce(
      (sum, k) => sum + [15, 20, 15, 6, 1][k - 2]! * 0.3 ** k * 0.7 ** (6 - k),
      0,
    );
    expectClose(regularizedBeta(0.3, 2, 5), tail);
  });

  const parameter = fc.double({ min: 0.1, max: 500, noNaN: true });
  /** Of which 1 - x is exact. */
  const share = fc.integer({ min: 0, max: 1024 }).map((x) => x / 1024);

  it('is the chance of the other side, seen from the other end', () => {
    fc.assert(
      fc.property(share, parameter, parameter, (x, a, b) => {
        expect(regularizedBeta(x, a, b) + regularizedBeta(1 - x, b, a)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('never falls from 0 to 1', () => {
    fc.assert(
      fc.property(share, share, parameter, parameter, (x, y, a, b) => {
        const [low, high] = x < y ? [x, y] : [y, x];
        expect(regularizedBeta(low, a, b)).toBeLessThanOrEqual(regularizedBeta(high, a, b) + 1e-12);
      }),
    );
    expect(regularizedBeta(0, 2, 3)).toBe(0);
    expect(regularizedBeta(1, 2, 3)).toBe(1);
  });
});

describe('the quantile of the beta distribution', () => {
  it('undoes the distribution function', () => {
    expectClose(betaQuantile(0.3 ** 5, 5, 1), 0.3);
    // scipy.stats.beta.ppf
    expectClose(betaQuantile(0.025, 0.5, 2.5), 0.00021690847003096587);
    expectClose(betaQuantile(0.975, 7.5, 3.5), 0.9073054060618468);
  });
});

describe("the quantile of Student's t", () => {
  it('is what tables and scipy have', () => {
    // scipy.stats.t.ppf(0.975, n)
    for (const [degrees, quantile] of [
      [1, 12.706204736174694],
      [2, 4.302652729749462],
      [4, 2.7764451051977934],
      [19, 2.0930240544083087],
      [99, 1.9842169515864174],
      [1000, 1.9623390808264083],
    ] as const) {
      expectClose(studentTQuantile(0.975, degrees), quantile);
    }
    expectClose(studentTQuantile(0.995, 19), 2.8609346064649794);
    expect(studentTQuantile(0.5, 7)).toBe(0);
  });

  it('is known in closed form for one and two degrees of freedom', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.51, max: 0.999, noNaN: true }), (p) => {
        expect(studentTQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5))).toBeCloseTo(1, 9);
        const two = (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
        expect(studentTQuantile(p, 2) / two).toBeCloseTo(1, 9);
        expect(studentTQuantile(1 - p, 2)).toBeCloseTo(-two, 9);
      }),
    );
  });
});
