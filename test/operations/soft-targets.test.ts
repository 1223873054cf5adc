import { describe, expect, it } from 'vitest';
import type { LogisticRegressionOptions, LogisticRegressionSolver } from '../../binding.d.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { describeOperations } from '../support/operations.ts';
import { bytes, floats, type PlainRows, prepare, valuesOf } from '../support/plain.ts';

const solvers: LogisticRegressionSolver[] = ['preconditioned-lbfgs', 'lbfgs', 'gradient-descent'];

const CLASSES = 4;

/** For each row the probabilities of its classes: one of them certain, two alike, or all different. */
function someTargets(rows: number): Float32Array {
  const random = new RandomState(7);
  return Float32Array.from(
    Array.from({ length: rows }, (_, row) => {
      if (row % 3 === 0) return [0, 1, 2, 3].map((k) => Number(k === (row >> 2) % CLASSES));
      if (row % 3 === 1) return [0.5, 0, 0.5, 0];
      const shares = Array.from(random.uniform(CLASSES));
      const sum = shares.reduce((a, b) => a + b);
      return shares.map((share) => share / sum);
    }).flat(),
  );
}

function someRows(rows: number, columns: number): PlainRows {
  return floats(columns, Array.from(new RandomState(9).uniform(rows * columns, -1, 1), Math.fround), 1.5);
}

/** The same problem by labels: every row once for each class, with the weight that its target gives it. */
function byLabels(targets: Float32Array, sampleWeight?: Float64Array) {
  const at = Array.from(targets.keys()).filter((i) => targets[i]! > 0);
  const rows = at.map((i) => Math.floor(i / CLASSES));
  return {
    rows: Int32Array.from(rows),
    labels: Int32Array.from(at, (i) => i % CLASSES),
    sampleWeight: Float64Array.from(at, (i, n) => targets[i]! * (sampleWeight?.[rows[n]!] ?? 1)),
  };
}

describeOperations('logisticRegression with probabilities for targets', (operations) => {
  const train = (x: ReturnType<typeof prepare>, options: Partial<LogisticRegressionOptions>) =>
    operations.logisticRegression(operations.createJob(), x, {
      nClasses: CLASSES,
      C: 2,
      fitIntercept: true,
      solver: 'preconditioned-lbfgs',
      maxIter: 20_000,
      tol: 1e-6,
      ...options,
    });

  describe.each(solvers)('by %s', (solver) => {
    it.each([
      ['a few rows', 60, 5],
      ['more columns than rows', 12, 40],
    ])('finds what rows repeated with every label would, on %s', async (_, rows, columns) => {
      const x = someRows(rows, columns);
      const prepared = prepare(operations, x);
      const targets = someTargets(rows);
      for (const sampleWeight of [undefined, Float64Array.from({ length: rows }, (_, i) => i % 3)]) {
        const repeated = byLabels(targets, sampleWeight);
        const soft = await train(prepared, { solver, targets, sampleWeight });
        const hard = await train(prepared.take(repeated.rows), {
          solver,
          labels: repeated.labels,
          sampleWeight: repeated.sampleWeight,
        });
        expect(soft.converged).toBe(true);
        expect(Math.abs(soft.loss / hard.loss - 1)).toBeLessThan(1e-7);
        soft.coef.forEach((value, i) => {
          expect(Math.abs(value - hard.coef[i]!)).toBeLessThan(2e-4);
        });
      }
    });

    it('takes a certain row as a label', async () => {
      const x = prepare(operations, someRows(50, 6));
      const labels = Int32Array.from({ length: 50 }, (_, i) => (i * i) % CLASSES);
      const targets = new Float32Array(50 * CLASSES);
      labels.forEach((label, row) => {
        targets[row * CLASSES + label] = 1;
      });
      const soft = await train(x, { solver, targets });
      expect(soft).toEqual(await train(x, { solver, labels }));
    });
  });

  it.each([
    ['bytes', bytes(24, Array.from(new RandomState(2).randint(0, 256, 72_000)), 1 / 255)],
    ['floats', someRows(3000, 24)],
  ])('finds the same on many rows of %s', async (_, x) => {
    const prepared = prepare(operations, x);
    const targets = someTargets(3000);
    const repeated = byLabels(targets);
    const soft = await train(prepared, { targets });
    const hard = await train(prepared.take(repeated.rows), repeated);
    expect(soft).toMatchObject({ converged: true, solver: 'preconditioned-lbfgs' });
    expect(Math.abs(soft.loss / hard.loss - 1)).toBeLessThan(1e-6);
    expect(await train(prepared, { targets })).toEqual(soft);
  });

  it('reaches the probabilities themselves where every row has the same', async () => {
    const targets = Float32Array.from({ length: 30 * CLASSES }, (_, i) => [0.1, 0.2, 0.3, 0.4][i % CLASSES]!);
    const x = prepare(operations, someRows(30, 3));
    const found = await train(x, { targets });
    const entropy = -[0.1, 0.2, 0.3, 0.4].reduce((sum, p) => sum + p * Math.log(p), 0);
    expect(found.loss).toBeCloseTo(30 * entropy, 6);
    const probabilities = await valuesOf(operations.linear(operations.createJob(), x, found, 'probability'));
    probabilities.forEach((p, i) => {
      expect(p).toBeCloseTo(targets[i]!, 4);
    });
  });

  it('wants either labels or targets', async () => {
    const x = prepare(operations, someRows(3, 2));
    const labels = Int32Array.of(0, 1, 2);
    const targets = someTargets(3);
    await expect(train(x, {})).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    await expect(train(x, { labels, targets })).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
  });
});
