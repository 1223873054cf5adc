import { describe, expect, it } from 'vitest';
import type {
  LogisticRegressionOptions,
  LogisticRegressionResult,
  LogisticRegressionSolver,
} from '../../binding.d.ts';
import type { Matrix } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { exactRegression } from '../support/exact-regression.ts';
import { describeOperations } from '../support/operations.ts';
import { itMatchesTheOracle, type OracleData, oracleRows, rowsOf } from '../support/oracle.ts';
import { bytes, floats, type PlainRows, prepare, valueAt } from '../support/plain.ts';

interface Case {
  data: OracleData;
  C: number;
  loss: number;
  intercept: number[];
}

const solvers: LogisticRegressionSolver[] = ['preconditioned-lbfgs', 'lbfgs', 'gradient-descent'];

type Problem = { x: PlainRows; labels: Int32Array; sampleWeight?: Float64Array };

/** The objective and its gradient by plain loops: coefficients first in each class's part, the intercept last. */
function plainObjective({ x, labels, sampleWeight }: Problem, C: number, found: LogisticRegressionResult) {
  const { coef, intercept } = found;
  const classes = intercept.length;
  const gradient = Array.from({ length: classes }, () => new Float64Array(x.columns + 1));
  let loss = 0;
  for (let row = 0; row < x.rows; row++) {
    const weight = sampleWeight?.[row] ?? 1;
    const scores = Array.from(intercept, (start, k) => {
      let score = start;
      for (let f = 0; f < x.columns; f++) score += valueAt(x, row, f) * coef[k * x.columns + f];
      return score;
    });
    const most = Math.max(...scores);
    const sum = scores.reduce((total, score) => total + Math.exp(score - most), 0);
    loss += weight * (most + Math.log(sum) - scores[labels[row]]);
    for (const [k, part] of gradient.entries()) {
      const residual = weight * (Math.exp(scores[k] - most) / sum - (labels[row] === k ? 1 : 0));
      for (let f = 0; f < x.columns; f++) part[f] += residual * valueAt(x, row, f);
      part[x.columns] += residual;
    }
  }
  for (const [k, part] of gradient.entries()) {
    for (let f = 0; f < x.columns; f++) {
      const weight = coef[k * x.columns + f];
      loss += (weight * weight) / (2 * C);
      part[f] += weight / C;
    }
  }
  return { loss, gradient };
}

describeOperations('logisticRegression', (operations) => {
  describe.each(solvers)('by %s', (solver) => {
    function options(nClasses: number, labels: Int32Array, changes: Partial<LogisticRegressionOptions> = {}) {
      const defaults = { C: 1, fitIntercept: true, solver, maxIter: 20_000, tol: 1e-6 };
      return { nClasses, labels, ...defaults, ...changes };
    }
    const train = (x: PlainRows, ...given: Parameters<typeof options>) =>
      operations.logisticRegression(operations.createJob(), prepare(operations, x), options(...given));

    // On the larger cases only the preconditioner is fast enough to spend a test's time on.
    const mostRows = { 'preconditioned-lbfgs': 2000, lbfgs: 100, 'gradient-descent': 30 }[solver];
    itMatchesTheOracle<Case>(
      'logistic-regression',
      ({ C }) => `reaches the minimum that scikit-learn finds with C = ${C}`,
      async ({ data, C, loss, intercept }) => {
        const { x, labels } = await oracleRows(operations, data);
        const found = await operations.logisticRegression(
          operations.createJob(),
          x,
          options(intercept.length, labels, { C, tol: 1e-6 }),
        );
        expect(Math.abs(found.loss / loss - 1)).toBeLessThan(1e-6);
        intercept.forEach((value, k) => {
          expect(Math.abs(found.intercept[k] - value)).toBeLessThan(0.05);
        });
      },
      ({ data }) => rowsOf(data) <= mostRows,
    );

    const random = new RandomState(3);
    const x = floats(4, Array.from(random.uniform(240, -1, 1), Math.fround), 1.5);
    const labels = random.randint(0, 3, 60);

    it('states the loss that it reached, and the gradient there', async () => {
      const found = await train(x, 3, labels, { tol: 1e-4 });
      const { loss, gradient } = plainObjective({ x, labels }, 1, found);
      expect(found.converged).toBe(true);
      expect(found.loss).toBeCloseTo(loss, 5);
      const maxGradient = Math.max(...gradient.flatMap((part) => [...part].map(Math.abs))) / 60;
      expect(found.maxGradient).toBeLessThanOrEqual(1e-4);
      expect(Math.abs(found.maxGradient - maxGradient)).toBeLessThan(2e-6);
      expect(found.nPasses).toBeGreaterThanOrEqual(found.nIter);
    });

    it('ends where the gradient is zero', async () => {
      for (const changes of [{}, { C: 0.01 }, { C: 100 }, { fitIntercept: false }]) {
        const found = await train(x, 3, labels, changes);
        const { gradient } = plainObjective({ x, labels }, changes.C ?? 1, found);
        expect(found.converged).toBe(true);
        for (const part of gradient) {
          for (const [f, component] of part.entries()) {
            if (f < 4 || changes.fitIntercept !== false) expect(Math.abs(component) / 60).toBeLessThan(2e-6);
          }
        }
        if (changes.fitIntercept === false) expect([...found.intercept]).toEqual([0, 0, 0]);
      }
    });

    it('weighs rows as if they were repeated, and zero weights as if they were absent', async () => {
      const weights = Float64Array.from({ length: 60 }, (_, i) => i % 4);
      const rows = Array.from({ length: 60 }, (_, i) => Array<number>(i % 4).fill(i)).flat();
      const repeated = floats(
        4,
        rows.flatMap((row) => [...x.data.subarray(row * 4, row * 4 + 4)]),
        x.scale,
      );
      const weighted = await train(x, 3, labels, { sampleWeight: weights });
      const plain = await train(
        repeated,
        3,
        Int32Array.from(rows, (row) => labels[row]),
      );
      expect(Math.abs(weighted.loss / plain.loss - 1)).toBeLessThan(1e-6);
      weighted.coef.forEach((value, i) => {
        expect(value).toBeCloseTo(plain.coef[i], 3);
      });
    });

    it('fits two classes by two opposite rows of coefficients', async () => {
      const two = labels.map((label) => label % 2);
      const { coef, converged } = await train(x, 2, two);
      expect(converged).toBe(true);
      for (let f = 0; f < 4; f++) expect(coef[f]).toBeCloseTo(-coef[4 + f], 4);
    });

    it('has nothing to learn from one class', async () => {
      const found = await train(x, 1, new Int32Array(60));
      expect([...found.coef]).toEqual([0, 0, 0, 0]);
      expect(found).toMatchObject({ loss: 0, nIter: 0, converged: true });
    });

    it('gives a class without rows the least chance', async () => {
      const found = await train(x, 4, labels, { C: 0.1, tol: 1e-4 });
      expect(found.converged).toBe(true);
      expect(found.intercept[3]).toBe(Math.min(...found.intercept));
    });

    it('leaves coefficients of empty columns at zero', async () => {
      const data = bytes(3, [1, 0, 9, 2, 0, 8, 3, 0, 1, 4, 0, 2], 0.1);
      const { coef, converged } = await train(data, 2, Int32Array.of(0, 0, 1, 1));
      expect(converged).toBe(true);
      expect(coef[1]).toBe(0);
      expect(coef[4]).toBe(0);
    });

    it('does without a penalty where C is Infinity', async () => {
      const found = await train(x, 3, labels, { C: Infinity, tol: 1e-6 });
      const { gradient } = plainObjective({ x, labels }, Infinity, found);
      expect(found.converged).toBe(true);
      for (const part of gradient)
        for (const component of part) expect(Math.abs(component) / 60).toBeLessThan(1e-5);
    });

    it('fits rows that can be told apart without error until the gradient is within tol', async () => {
      const found = await train(floats(1, [-2, -1, 1, 2]), 2, Int32Array.of(0, 0, 1, 1), {
        C: Infinity,
        tol: 1e-4,
      });
      expect(found.converged).toBe(true);
      expect(found.loss).toBeGreaterThan(0);
      expect(found.loss).toBeLessThan(1e-2);
    });

    it('goes on from a start, the intercepts last in each row', async () => {
      const found = await train(x, 3, labels, { tol: 1e-5 });
      const start = Float64Array.from({ length: 15 }, (_, i) => {
        const [k, f] = [Math.floor(i / 5), i % 5];
        return f < 4 ? found.coef[k * 4 + f] : found.intercept[k];
      });
      const again = await train(x, 3, labels, { tol: 2e-5, start });
      expect(again).toMatchObject({ nIter: 0, converged: true });
      again.coef.forEach((value, i) => {
        expect(value).toBeCloseTo(found.coef[i], 6);
      });
    });

    it('finds the same minimum from any start', async () => {
      const start = Float64Array.from({ length: 15 }, (_, i) => Math.sin(i) * 3);
      const found = await train(x, 3, labels, { start });
      expect(found.converged).toBe(true);
      expect(Math.abs(found.loss / (await train(x, 3, labels)).loss - 1)).toBeLessThan(1e-6);
    });

    it('says so when maxIter ends it', async () => {
      const found = await train(x, 3, labels, { maxIter: 2, tol: 1e-12 });
      expect(found).toMatchObject({ nIter: 2, converged: false, stopReason: 'maxIter' });
    });

    it('gives the same bits again', async () => {
      expect(await train(x, 3, labels)).toEqual(await train(x, 3, labels));
    });

    it('fits more columns than rows', async () => {
      const wide = floats(50, Array.from(new RandomState(5).uniform(600, -1, 1), Math.fround));
      const classes = Int32Array.from({ length: 12 }, (_, i) => i % 3);
      const found = await train(wide, 3, classes);
      const { gradient } = plainObjective({ x: wide, labels: classes }, 1, found);
      expect(found.converged).toBe(true);
      for (const part of gradient)
        for (const component of part) expect(Math.abs(component) / 12).toBeLessThan(2e-6);
    });
  });

  it.each<[string, number, number, (value: number, column: number) => number]>([
    ['wide, one column x 1e8', 12, 30, (value, column) => (column === 3 ? value * 1e8 : value)],
    ['wide, one column of 1e9', 12, 30, (value, column) => (column === 3 ? 1e9 : value)],
    ['small, all columns x 1e-20', 90, 4, (value) => value * 1e-20],
    ['small, one column x 1e20', 90, 4, (value, column) => (column === 0 ? value * 1e20 : value)],
    ['many, 1000 from zero', 3500, 20, (value) => value + 1000],
    ['many, one column x 1e12', 3500, 20, (value, column) => (column === 5 ? value * 1e12 : value)],
  ])('finds the exact minimum of rows that are %s', async (what, rows, columns, change) => {
    const random = new RandomState(11);
    const values = Array.from(random.uniform(rows * columns, -1, 1), (value, i) =>
      change(value, i % columns),
    );
    const x = floats(columns, values);
    const y = random.randint(0, 3, rows);
    const X: Matrix = { data: x.data, shape: [rows, columns] };
    const C = values.every((value) => Math.abs(value) < 1e-10) ? Infinity : 1;
    const found = await operations.logisticRegression(operations.createJob(), prepare(operations, x), {
      nClasses: 3,
      labels: y,
      C,
      fitIntercept: true,
      solver: 'preconditioned-lbfgs',
      maxIter: 1000,
      tol: 1e-6,
    });
    // Beside a column of 1e12 rounding may leave more than tol of the others' gradients.
    if (what !== 'many, one column x 1e12') expect(found.converged).toBe(true);
    expect(found.loss / exactRegression({ X, y, nClasses: 3, C }).loss).toBeLessThan(1 + 1e-5);
  });

  it('estimates how far from the minimum it stopped, where it has a preconditioner', async () => {
    const random = new RandomState(8);
    const x = prepare(operations, floats(6, Array.from(random.uniform(1200, -1, 1), Math.fround)));
    const labels = random.randint(0, 4, 200);
    const train = (solver: LogisticRegressionSolver, tol: number) =>
      operations.logisticRegression(operations.createJob(), x, {
        nClasses: 4,
        labels,
        C: 10,
        fitIntercept: true,
        solver,
        maxIter: 1000,
        tol,
      });
    const best = await train('preconditioned-lbfgs', 1e-9);
    const early = await train('preconditioned-lbfgs', 1e-3);
    const gap = (early.loss - best.loss) / early.loss;
    expect(early.gap).toBeGreaterThan(gap / 10);
    expect(early.gap).toBeLessThan(gap * 10);
    expect((await train('lbfgs', 1e-3)).gap).toBeNaN();
  });
});
