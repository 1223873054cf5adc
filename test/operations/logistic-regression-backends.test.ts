import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogisticRegressionOptions, LogisticRegressionSolver, Operations } from '../../binding.d.ts';
import { javascriptOperations } from '../../lib/backend/javascript/operations.ts';
import { loadAddon } from '../../lib/backend/native.ts';
import { RandomState } from '../../lib/core/random-state.ts';

const { addon } = loadAddon();
const solvers: LogisticRegressionSolver[] = ['preconditioned-lbfgs', 'lbfgs', 'gradient-descent'];

interface Problem {
  shape: readonly [rows: number, columns: number];
  seed: number;
}

function train(operations: Operations, problem: Problem, changes: Partial<LogisticRegressionOptions>) {
  const [rows, columns] = problem.shape;
  const random = new RandomState(problem.seed);
  const x = operations.prepare(Float32Array.from(random.uniform(rows * columns, -1, 1)), rows, columns, 1);
  return operations.logisticRegression(operations.createJob(), x, {
    nClasses: 3,
    labels: random.randint(0, 3, rows),
    C: 1,
    fitIntercept: true,
    solver: 'lbfgs',
    maxIter: 1000,
    tol: 1e-5,
    ...changes,
  });
}

describe.skipIf(!addon)('logisticRegression of both backends', () => {
  const problems = (rows: [number, number], columns: [number, number]) =>
    fc.record({
      shape: fc.tuple(
        fc.integer({ min: rows[0], max: rows[1] }),
        fc.integer({ min: columns[0], max: columns[1] }),
      ),
      seed: fc.nat(1000),
      C: fc.constantFrom(0.1, 1, 10),
      fitIntercept: fc.boolean(),
      maxIter: fc.constantFrom(3, 1000),
    });

  it.each(solvers)(
    'takes the same steps on small problems, and ends for the same reason, by %s',
    async (solver) => {
      await fc.assert(
        fc.asyncProperty(problems([40, 200], [1, 30]), async ({ shape, seed, ...changes }) => {
          const native = await train(addon!, { shape, seed }, { solver, ...changes });
          const javascript = await train(javascriptOperations, { shape, seed }, { solver, ...changes });
          const { nIter, nPasses, converged, stopReason } = native;
          expect(javascript).toMatchObject({ nIter, nPasses, converged, stopReason, solver });
          expect(Math.abs(javascript.loss / native.loss - 1)).toBeLessThan(1e-9);
          expect(Math.abs(javascript.maxGradient - native.maxGradient)).toBeLessThan(1e-9);
          for (const [i, weight] of javascript.coef.entries()) expect(weight).toBeCloseTo(native.coef[i], 5);
        }),
        { numRuns: 25 },
      );
    },
  );

  // Each has its own basis of the rows' space, whose largest component of the gradient must be within tol as well.
  it.each(solvers)(
    'takes nearly as many steps with few rows, and ends for the same reason, by %s',
    async (solver) => {
      await fc.assert(
        fc.asyncProperty(problems([2, 12], [24, 60]), async ({ shape, seed, ...changes }) => {
          const native = await train(addon!, { shape, seed }, { solver, ...changes });
          const javascript = await train(javascriptOperations, { shape, seed }, { solver, ...changes });
          const { nIter, converged, stopReason } = native;
          expect(javascript).toMatchObject({ converged, stopReason, solver });
          expect(Math.abs(javascript.nIter - nIter)).toBeLessThan(2 + nIter / 10);
          expect(Math.abs(javascript.loss / native.loss - 1)).toBeLessThan(1e-4);
        }),
        { numRuns: 25 },
      );
    },
  );

  it.each(solvers)(
    'ends for the same reason with the same loss on larger problems, by %s',
    async (solver) => {
      const problem: Problem = { shape: [3500, 30], seed: 1 };
      const native = await train(addon!, problem, { solver });
      const javascript = await train(javascriptOperations, problem, { solver });
      const { converged, stopReason } = native;
      expect(javascript).toMatchObject({ converged, stopReason, solver });
      expect(Math.abs(javascript.loss / native.loss - 1)).toBeLessThan(1e-6);
    },
  );

  it('says of one class that there is nothing to learn', async () => {
    const problem: Problem = { shape: [5, 2], seed: 1 };
    const changes = { nClasses: 1, labels: new Int32Array(5) };
    expect(await train(javascriptOperations, problem, changes)).toEqual(
      await train(addon!, problem, changes),
    );
  });
});
