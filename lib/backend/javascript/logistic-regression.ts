import type { LogisticRegressionOptions, LogisticRegressionResult } from '../../../binding.d.ts';
import { gradientDescent } from './gradient-descent.ts';
import { center, GramPreconditioner } from './gram-preconditioner.ts';
import type { SlicedJob } from './job.ts';
import { lbfgs } from './lbfgs.ts';
import { LogisticObjective, sumOfWeights } from './logistic-objective.ts';
import type { Minimum } from './minimum.ts';
import { RegressionColumns } from './regression-columns.ts';
import { RowSpace } from './row-space.ts';
import { rowTargets } from './row-targets.ts';
import type { Rows } from './rows.ts';
import { timesPowerOfTwo } from './times-power-of-two.ts';
import { maxAbsolute } from './vectors.ts';

/** Weights between 2 to the power of this and of minus this need no other unit. */
const UNIT_DIGITS = 20;
/** A penalty beside which nothing that floats hold is felt. */
const MAX_PENALTY = 2 ** 400;

/** Fits multinomial logistic regression with the solver asked for. */
export async function logisticRegression(
  job: SlicedJob,
  x: Rows,
  options: LogisticRegressionOptions,
): Promise<LogisticRegressionResult> {
  if (options.nClasses === 1) return trivial(x, options);
  if (options.sampleWeight?.includes(0)) {
    const kept = Int32Array.from(options.sampleWeight.keys()).filter((row) => options.sampleWeight![row] > 0);
    // Their values must not matter, not even to what columns are scaled by.
    if (kept.length > 0) return logisticRegression(job, x.take(kept), takeRows(options, kept));
  }
  const { nClasses, C, fitIntercept, solver } = options;
  const digits = unitDigits(options.sampleWeight);
  const sampleWeight = options.sampleWeight?.map((weight) => timesPowerOfTwo(weight, -digits));
  const weightSum = sumOfWeights(x.rows, sampleWeight) || 1;
  const penalty = Math.min(timesPowerOfTwo(1 / C, -digits), MAX_PENALTY);
  // Copies: the caller may do with its own what it likes from the first pause on.
  const targets = rowTargets(options);
  const start = options.start?.slice() ?? new Float64Array(nClasses * (x.columns + 1));

  const fitted = await RegressionColumns.of(job, x, penalty, weightSum, fitIntercept);
  fitted.fromGiven(start);
  // Preconditioned directions stay where the classes sum to zero.
  if (solver === 'preconditioned-lbfgs') center(start, nClasses);
  const space = await RowSpace.of(job, fitted.rows, fitted.penalties);
  const columns = {
    penalties: space ? fitted.penalties.subarray(0, space.rows.columns) : fitted.penalties,
    maxGradient: (gradient: Float64Array, bound: number) => {
      if (!space) return maxAbsolute(fitted.toGivenGradient(gradient));
      // That of the columns takes longer: it is looked at only if it may end the fit.
      const inSpace = maxAbsolute(gradient);
      return inSpace > bound ? inSpace : maxAbsolute(fitted.toGivenGradient(space.toColumns(gradient)));
    },
  };
  const rows = space?.rows ?? fitted.rows;
  const objective = new LogisticObjective(job, rows, columns, targets, { ...options, sampleWeight });
  const found = await minimize(job, objective, space?.fromColumns(start) ?? start, options);
  const { point: foundPoint, loss, preconditioned, ...minimum } = found;
  const point = space?.toColumns(foundPoint) ?? foundPoint;
  fitted.toGiven(point);
  const coef = new Float32Array(nClasses * x.columns);
  const intercept = new Float64Array(nClasses);
  for (let k = 0; k < nClasses; k++) {
    const first = k * (x.columns + 1);
    coef.set(point.subarray(first, first + x.columns), k * x.columns);
    if (fitIntercept) intercept[k] = point[first + x.columns];
  }
  const result = {
    coef,
    intercept,
    ...minimum,
    loss: timesPowerOfTwo(loss, digits),
    nPasses: objective.passes,
  };
  if (solver !== 'preconditioned-lbfgs' || preconditioned) return { ...result, solver };
  const withoutPreconditioner = GramPreconditioner.fits(objective) ? 'notPositiveDefinite' : 'tooLarge';
  return { ...result, solver: 'lbfgs', withoutPreconditioner };
}

/** One class only: its probability is 1 whatever the coefficients, and the penalty wants zeros. */
function trivial(x: Rows, { solver }: LogisticRegressionOptions): LogisticRegressionResult {
  return {
    coef: new Float32Array(x.columns),
    intercept: new Float64Array(1),
    loss: 0,
    maxGradient: 0,
    gap: 0,
    nIter: 0,
    nPasses: 0,
    converged: true,
    stopReason: 'oneClass',
    solver,
  };
}

/** With the solver asked for. */
function minimize(
  job: SlicedJob,
  objective: LogisticObjective,
  start: Float64Array,
  { solver, maxIter, tol }: LogisticRegressionOptions,
): Promise<Minimum> {
  if (solver === 'gradient-descent') return gradientDescent(objective, start, maxIter, tol);
  const hasPreconditioner = solver === 'preconditioned-lbfgs' && GramPreconditioner.fits(objective);
  return lbfgs(
    objective,
    start,
    maxIter,
    tol,
    hasPreconditioner ? new GramPreconditioner(job, objective) : undefined,
  );
}

/** The same of some rows. */
function takeRows(options: LogisticRegressionOptions, rows: Int32Array): LogisticRegressionOptions {
  const { nClasses, labels, targets, sampleWeight } = options;
  return {
    ...options,
    labels: labels && rows.map((row) => labels[row]),
    targets:
      targets &&
      Float32Array.from({ length: rows.length * nClasses }, (_, i) => {
        return targets[rows[Math.floor(i / nClasses)] * nClasses + (i % nClasses)];
      }),
    sampleWeight: sampleWeight && Float64Array.from(rows, (row) => sampleWeight[row]),
  };
}

/** The power of two that brings weights near 1; 0 where they are. */
function unitDigits(weights: Float64Array | undefined): number {
  const digits = Math.floor(Math.log2(weights?.reduce((a, b) => Math.max(a, b), 0) || 1));
  return Math.abs(digits) <= UNIT_DIGITS ? 0 : digits;
}
