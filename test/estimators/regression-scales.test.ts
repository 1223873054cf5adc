import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomState } from '../../lib/core/random-state.ts';
import {
  LogisticRegression,
  type LogisticRegressionOptions,
} from '../../lib/estimators/logistic-regression.ts';
import { describeOnBackends } from '../support/backends.ts';
import { expectError } from '../support/errors.ts';
import { exactRegression, lossAt, type RegressionProblem } from '../support/exact-regression.ts';

const SOLVERS = ['preconditioned-lbfgs', 'lbfgs', 'gradient-descent'] as const;

/** Rows whose classes overlap: uniform values, some columns of which are moved by the class. */
function problem(rows: number, columns: number, nClasses: number, C = 1, seed = 1): RegressionProblem {
  const random = new RandomState(seed);
  const y = Array.from({ length: rows }, (_, row) => row % nClasses);
  const data = Float32Array.from(
    random.uniform(rows * columns, -1, 1),
    (value, at) => value + ((at % columns) % nClasses === y[Math.floor(at / columns)] ? 0.5 : 0),
  );
  return { X: { data, shape: [rows, columns] }, y, nClasses, C };
}

/** The same with other values: `change` takes a value, its row and its column. */
function changed(
  { X, ...rest }: RegressionProblem,
  change: (value: number, row: number, column: number) => number,
): RegressionProblem {
  const columns = X.shape[1];
  const data = Float32Array.from(X.data, (value, at) =>
    change(value, Math.floor(at / columns), at % columns),
  );
  return { ...rest, X: { data, shape: X.shape } };
}

const train = ({ X, y, C, sampleWeight }: RegressionProblem, options: LogisticRegressionOptions = {}) =>
  new LogisticRegression<number>({ C, ...options }).fit(X, Array.from(y), sampleWeight && { sampleWeight });

/**
 * That a fit says it converged, is at the exact minimum, and gives out coefficients that are. Gradient descent may run
 * out of iterations there, if it says so.
 */
async function expectMinimum(of: RegressionProblem, options: LogisticRegressionOptions = {}) {
  const regression = await train(of, options);
  const { loss, classes } = exactRegression(of);
  if (regression.converged || options.solver !== 'gradient-descent') {
    expect(regression.stopReason).toMatch(/within tol/);
    expect(regression.converged).toBe(true);
  } else {
    expect(regression.stopReason).toMatch(/maxIter.*; .*(StandardScaler|may help)/);
  }
  expect(regression.loss / loss).toBeLessThan(1 + 1e-5);
  const given = lossAt(of, regression.coef.data, regression.intercept);
  expect(Math.abs(given / regression.loss - 1)).toBeLessThan(1e-4);
  return { regression, classes };
}

describeOnBackends('LogisticRegression on wide rows', () => {
  it('tells two rows apart beside a constant column of 1e8', async () => {
    const X = { data: Float32Array.of(0, 0, 1, 0, 1e8, 1, 0, 0, 0, 1e8), shape: [2, 5] as [number, number] };
    const { regression } = await expectMinimum({ X, y: [0, 1], nClasses: 2, C: 100 });
    expect(regression.loss).toBeCloseTo(0.116, 3);
    expect(await regression.predict(X)).toEqual([0, 1]);
  });

  it.each([1e6, 3e7, 1e8, 1e12, 1e20])('finds the minimum beside a constant column of %f', async (value) => {
    const wide = changed(problem(16, 40, 4), (x, _row, column) => (column === 39 ? value : x));
    const { regression } = await expectMinimum(wide);
    const without = await train(changed(wide, (x, _row, column) => (column === 39 ? 0 : x)));
    expect(regression.loss / without.loss).toBeCloseTo(1, 6);
    expect(await regression.score(wide.X, Array.from(wide.y))).toBe(1);
  });

  it.each([1e4, 1e7, 1e8, 1e9, 1e20])('finds the minimum with a column of the scale %f', async (scale) => {
    const wide = changed(problem(12, 36, 3), (x, _row, column) => (column === 7 ? x * scale : x));
    const { regression, classes } = await expectMinimum(wide);
    expect(await regression.predict(wide.X)).toEqual(classes);
  });

  it('finds the minimum beside a time in seconds, and beside bytes in tens of millions', async () => {
    for (const [from, spread] of [
      [1.7e9, 1e6],
      [1e7, 1e6],
    ] as const) {
      const wide = changed(problem(16, 40, 4), (x, _row, column) => (column === 20 ? from + spread * x : x));
      const { regression } = await expectMinimum(wide);
      expect(await regression.score(wide.X, Array.from(wide.y))).toBe(1);
    }
  });

  it('finds the minimum beside a single element of 1e8', async () => {
    const wide = changed(problem(16, 40, 4), (x, row, column) => (row === 7 && column === 9 ? 1e8 : x));
    const { regression } = await expectMinimum(wide, { tol: 1e-7 });
    expect(await regression.score(wide.X, Array.from(wide.y))).toBe(1);
  });

  it('tells rows apart that differ in their sixth digit, where the penalty lets it', async () => {
    const alike = problem(12, 40, 2, 1e10);
    const pairs = changed(alike, (_x, row, column) => {
      const common = alike.X.data[(row - (row % 2)) * 40 + column]!;
      return row % 2 === 1 && column === row ? common + 1e-5 : common;
    });
    const { regression } = await expectMinimum(pairs, { tol: 1e-9 });
    expect(await regression.score(pairs.X, Array.from(pairs.y))).toBe(1);
  });
});

describeOnBackends('LogisticRegression at any scale', () => {
  describe.each(SOLVERS)('by %s', (solver) => {
    it.each([1e-20, 1e-12, 1e-6, 1e-5, 1e5, 1e12, 1e18])(
      'finds the minimum of rows x %f, whether C is Infinity or follows the scale',
      async (scale) => {
        const small = problem(90, 4, 3, Infinity);
        const atOne = exactRegression(small).loss;
        for (const C of [Infinity, 1 / scale / scale]) {
          const { regression } = await expectMinimum({ ...changed(small, (x) => x * scale), C }, { solver });
          expect(regression.nIter).toBeGreaterThan(0);
          if (C === Infinity) expect(regression.loss / atOne).toBeCloseTo(1, 4);
        }
      },
    );

    it.each([1e-20, 1e6, 1e12, 1e20])('finds the minimum with one column x %f', async (scale) => {
      const uneven = changed(problem(90, 4, 3), (x, _row, column) => (column === 2 ? x * scale : x));
      const { regression, classes } = await expectMinimum(uneven, { solver });
      expect(await regression.predict(uneven.X)).toEqual(classes);
    });
  });

  it('gives out coefficients of which the column x 1e20 has no part that all classes share', async () => {
    const uneven = changed(problem(90, 4, 3), (x, _row, column) => (column === 0 ? x * 1e20 : x));
    const { coef } = await train(uneven);
    const ofColumn = [0, 4, 8].map((at) => coef.data[at]!);
    const sum = ofColumn.reduce((a, b) => a + b);
    expect(Math.abs(sum)).toBeLessThan(1e-6 * Math.max(...ofColumn.map(Math.abs)));
  });

  it.each([1e3, 1e5])('finds the minimum where all columns lie %f away from zero', async (offset) => {
    const { regression } = await expectMinimum(changed(problem(4000, 20, 3), (x) => x + offset));
    expect(regression.solver).toBe('preconditioned-lbfgs');
  });

  it('finds the minimum beside a constant column of 1e12, in many rows as in few', async () => {
    for (const rows of [90, 4000]) {
      await expectMinimum(changed(problem(rows, 20, 3), (x, _row, column) => (column === 3 ? 1e12 : x)));
    }
  });

  it('reaches the default tol on ordinary rows just above the border between the two precisions', async () => {
    for (let seed = 0; seed < 4; seed++) await expectMinimum(problem(3300 + seed * 100, 20, 3, 1, seed));
  });

  it('goes on from its last result where columns were centered and scaled', async () => {
    const far = changed(problem(200, 4, 3), (x, _row, column) => (column === 1 ? 1e6 + 1e5 * x : x));
    const regression = await train(far, { warmStart: true, tol: 1e-5 });
    const { loss, nIter } = regression;
    await regression.fit(far.X, Array.from(far.y));
    expect(regression.nIter).toBeLessThan(nIter);
    expect(regression.loss / loss).toBeCloseTo(1, 6);
  });

  it('is at the exact minimum if it says that it converged, and else says why and what may help', async () => {
    const size = fc.constantFrom(1e-20, 1e-9, 1e-4, 1, 1, 1, 30, 1e6, 1e20);
    const offset = fc.constantFrom(0, 0, 0, 3, 100, 1e5);
    const shape = fc.oneof(
      fc.record({ rows: fc.integer({ min: 4, max: 15 }), columns: fc.integer({ min: 16, max: 40 }) }),
      fc.record({ rows: fc.integer({ min: 20, max: 80 }), columns: fc.integer({ min: 1, max: 6 }) }),
    );
    const cases = shape.chain((of) =>
      fc.record({
        of: fc.constant(of),
        sizes: fc.array(size, { minLength: of.columns, maxLength: of.columns }),
        offsets: fc.array(offset, { minLength: of.columns, maxLength: of.columns }),
        C: fc.constantFrom(1e-2, 1, 1e2),
        solver: fc.constantFrom(...SOLVERS),
        fitIntercept: fc.boolean(),
        seed: fc.integer({ min: 0, max: 1000 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ of, sizes, offsets, C, solver, fitIntercept, seed }) => {
        const any = {
          ...changed(
            problem(of.rows, of.columns, 3, C, seed),
            (x, _row, column) => (x + offsets[column]!) * sizes[column]!,
          ),
          fitIntercept,
        };
        const regression = await train(any, { solver, fitIntercept, maxIter: 500 });
        if (regression.converged) {
          const { loss } = exactRegression(any);
          expect(regression.loss).toBeLessThan(loss * (1 + 1e-4) + 1e-5);
          expect(lossAt(any, regression.coef.data, regression.intercept)).toBeLessThan(
            loss * (1 + 1e-3) + 1e-4,
          );
        } else {
          expect(solver).not.toBe('preconditioned-lbfgs');
          expect(regression.stopReason).toMatch(/; .*(StandardScaler|may help)/);
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 40) },
    );
  });
});

describeOnBackends('LogisticRegression under extreme weights', () => {
  it.each([5e-324, 1e-300, 1e-30, 1e30, 1e300])('weighs rows by %f as by 1, C to match', async (weight) => {
    const small = problem(90, 4, 3, Infinity);
    const sampleWeight = new Float64Array(90).fill(weight);
    const even = await train(small);
    const weighted = await train({ ...small, sampleWeight });
    expect(weighted.converged).toBe(true);
    for (let k = 0; k < 3; k++) expect(weighted.intercept[k]).toBeCloseTo(even.intercept[k]!, 5);
    for (let i = 0; i < 12; i++) expect(weighted.coef.data[i]).toBeCloseTo(even.coef.data[i]!, 5);
  });

  it('learns the shares of the classes from rows that the penalty outweighs', async () => {
    const X = { data: Float32Array.of(1, 2, 3), shape: [3, 1] as [number, number] };
    const sampleWeight = [5e-324, 5e-324, 5e-324];
    const regression = await new LogisticRegression<number>().fit(X, [0, 1, 1], { sampleWeight });
    expect(regression.intercept[1]! - regression.intercept[0]!).toBeCloseTo(Math.log(2), 4);
  });

  it('refuses weights whose sum is not finite', async () => {
    const X = { data: Float32Array.of(1, 2, 3, 4), shape: [4, 1] as [number, number] };
    for (const weight of [5e307, 1e308]) {
      const sampleWeight = [weight, weight, weight, weight];
      const refused = new LogisticRegression<number>().fit(X, [0, 0, 1, 1], { sampleWeight });
      await expectError(refused, 'ERR_INVALID_ARGUMENT', 'finite sum of sampleWeight');
    }
    const sampleWeight = [1e307, 1e307, 1e307, 1e307];
    const fitted = await new LogisticRegression<number>().fit(X, [0, 0, 1, 1], { sampleWeight });
    expect(await fitted.predict(X)).toEqual([0, 0, 1, 1]);
  });

  it('fits rows of weight 0 as if they were absent, whatever their values', async () => {
    const small = problem(90, 4, 3);
    const sampleWeight = Array.from({ length: 90 }, (_, row) => (row % 4 === 0 ? 0 : 1));
    const loud = changed(small, (x, row) => (row % 4 === 0 ? x * 1e20 : x));
    const quiet = await train({ ...small, sampleWeight });
    expect((await train({ ...loud, sampleWeight })).coef).toEqual(quiet.coef);
  });
});
