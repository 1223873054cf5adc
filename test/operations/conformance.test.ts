import { describe, expect, it } from 'vitest';
import type { Operations, PreparedRows } from '../../binding.d.ts';
import { javascriptOperations } from '../../lib/backend/javascript/operations.ts';
import { loadAddon } from '../../lib/backend/native.ts';
import type { Matrix } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { blobs } from '../support/blobs.ts';
import { ringGraph } from '../support/ring-graph.ts';

/** What a backend says of a problem. */
interface Answer {
  /** Choices, counts and reasons: the same on both. */
  same?: unknown;
  /** Numbers that may differ by a share of the largest of them. */
  close?: Record<string, ArrayLike<number>>;
  /** How much more they may differ. */
  tolerance?: number;
  /** Iterations of a solver, which may differ by a few: rounding decides the last. */
  nIter?: number;
}

interface Problem {
  matrix: Matrix;
  solve: (operations: Operations, x: PreparedRows) => Promise<Answer>;
}

const { addon } = loadAddon();
const RELATIVE_TOLERANCE = 1e-5;

const words = (seed: number) => new RandomState(seed).words();
/** Groups that lie so far apart that rounding decides nothing. */
const apart = blobs(6, 60, 8, 1);
const APART_LABELS = Int32Array.from(apart.blob, (blob) => blob % 3);
/** One cloud, in bytes, whose rows differ in everything. */
const cloud: Matrix = {
  data: Uint8Array.from(new RandomState(2).uniform(400 * 12, 0, 256)),
  shape: [400, 12],
  scale: 1 / 255,
};
const CLOUD_LABELS = Int32Array.from(new RandomState(3).randint(0, 3, 400));

const SOLVERS = ['preconditioned-lbfgs', 'lbfgs', 'gradient-descent'] as const;

const problems: Record<string, Problem> = {};

for (const [name, matrix] of Object.entries({ 'groups apart': apart.X, 'one cloud of bytes': cloud })) {
  for (const init of ['k-means++', 'random'] as const) {
    problems[`k-means, ${init}, ${name}`] = {
      matrix,
      solve: async (operations, x) => {
        const { centers, inertia, ...same } = await operations.kmeans(operations.createJob(), x, {
          nClusters: 6,
          init,
          nInit: 3,
          maxIter: 300,
          tol: 1e-4,
          randomState: words(4),
        });
        return { same, close: { centers, inertia: [inertia] } };
      },
    };
    problems[`mini-batch k-means, ${init}, ${name}`] = {
      matrix,
      solve: async (operations, x) => {
        const { centers, inertia, ...same } = await operations.miniBatchKMeans(operations.createJob(), x, {
          nClusters: 6,
          init,
          nInit: 2,
          initSize: 200,
          batchSize: 100,
          maxIter: 20,
          tol: 0,
          maxNoImprovement: 10,
          reassignmentRatio: 0.01,
          randomState: words(5),
        });
        return { same, close: { centers, inertia: [inertia] } };
      },
    };
  }
  problems[`k-means++, ${name}`] = {
    matrix,
    solve: async (operations, x) => {
      const { centers, ...same } = await operations.kmeansPlusPlus(operations.createJob(), x, {
        nClusters: 12,
        nLocalTrials: 4,
        randomState: words(6),
      });
      return { same, close: { centers } };
    },
  };
  problems[`principal components, ${name}`] = {
    matrix,
    solve: async (operations, x) => {
      const { totalVariance, ...found } = await operations.principalComponents(operations.createJob(), x, {
        nComponents: 5,
        standardize: true,
      });
      const { mean, scale, components, explainedVariance } = found;
      return {
        same: { count: explainedVariance.length },
        close: { mean, scale: scale!, components, explainedVariance, totalVariance: [totalVariance] },
      };
    },
  };
}

for (const solver of SOLVERS) {
  for (const [name, matrix, labels] of [
    ['groups apart', apart.X, APART_LABELS],
    ['one cloud of bytes', cloud, CLOUD_LABELS],
  ] as const) {
    for (const [limit, tol, maxIter] of [
      ['to tol', 1e-6, 10_000],
      ['to maxIter', 1e-12, 5],
      ['as far as its arithmetic goes', 0, 2000],
    ] as const) {
      problems[`logistic regression, ${solver}, ${limit}, ${name}`] = {
        matrix,
        solve: async (operations, x) => {
          const { coef, loss, nIter, ...found } = await operations.logisticRegression(
            operations.createJob(),
            x,
            { nClasses: 3, labels, C: 1, fitIntercept: true, solver, maxIter, tol },
          );
          const { converged, stopReason, withoutPreconditioner } = found;
          return {
            same: { converged, stopReason, withoutPreconditioner, solver: found.solver },
            // By its steps gradient descent comes to tol in other iterations on each backend.
            ...(solver !== 'gradient-descent' && { nIter }),
            // Before the end each solver is on a way of its own.
            ...(stopReason !== 'maxIter' && { close: { loss: [loss], coef } }),
            // A gradient within tol is that near to the minimum, because the penalty curves by 1 / C everywhere.
            tolerance: 2 * tol * matrix.shape[0] * Math.sqrt(coef.length + 3),
          };
        },
      };
    }
  }
}

for (const [name, alpha, maxIter] of [
  ['to tol', 0.95, 1000],
  ['to maxIter', 0.99, 3],
] as const) {
  problems[`label spreading ${name}`] = {
    matrix: cloud,
    solve: async (operations) => {
      const start = new Float64Array(400 * 2);
      start[0] = 1;
      start[2 * 150 + 1] = 1;
      const { distributions, nIter, converged } = await operations.spreadLabels(
        operations.createJob(),
        ringGraph(400),
        { nClasses: 2, start, alpha, tol: 1e-8, rowTol: Infinity, maxIter },
      );
      return { same: { converged }, nIter, close: { distributions } };
    },
  };
}

describe.skipIf(!addon)('both backends', () => {
  it.each(Object.entries(problems))('say the same of %s', async (_name, { matrix, solve }) => {
    const answerOf = async (operations: Operations) => {
      const [rows, columns] = matrix.shape;
      using x = operations.prepare(matrix.data as Float32Array, rows, columns, matrix.scale ?? 1);
      return await solve(operations, x);
    };
    const [native, javascript] = [await answerOf(addon!), await answerOf(javascriptOperations)];
    expect(native.same).toEqual(javascript.same);
    if (native.nIter !== undefined) {
      const fewer = Math.min(native.nIter, javascript.nIter!);
      expect(Math.abs(native.nIter - javascript.nIter!)).toBeLessThanOrEqual(2 + 0.2 * fewer);
    }
    for (const [name, values] of Object.entries(native.close ?? {})) {
      const others = javascript.close![name]!;
      expect(values.length).toBe(others.length);
      const largest = Array.from(others).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const tolerance = RELATIVE_TOLERANCE * largest + (native.tolerance ?? 0);
      for (let i = 0; i < values.length; i++) {
        expect(Math.abs(values[i]! - others[i]!), name).toBeLessThanOrEqual(tolerance);
      }
    }
  });
});
