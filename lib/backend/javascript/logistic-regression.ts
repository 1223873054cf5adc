import type { LogisticRegressionOptions, LogisticRegressionResult } from '../../../binding.d.ts';
import { BlockInverseHessian, centre, choosePreconditioner } from './block-inverse-hessian.ts';
import { NotPositiveDefinite } from './cholesky.ts';
import { gradientDescent } from './gradient-descent.ts';
import type { SlicedJob } from './job.ts';
import { lbfgs, type Minimum } from './lbfgs.ts';
import { LogisticRegressionObjective, sumOfWeights } from './logistic-regression-objective.ts';
import { RegressionColumns } from './regression-columns.ts';
import { rowTargets } from './row-targets.ts';
import type { Rows } from './rows.ts';
import { timesPowerOfTwo } from './times-power-of-two.ts';

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
  if (options.sampleWeight?.includes(0)) {
    const kept = Int32Array.from(options.sampleWeight.keys()).filter((row) => options.sampleWeight![row] > 0);
    // Their values must not matter, not even to what columns are scaled by.
    if (kept.length > 0) return logisticRegression(job, x.take(kept), takeRows(options, kept));
  }
  const { nClasses, C, fitIntercept } = options;
  const digits = unitDigits(options.sampleWeight);
  const sampleWeight = options.sampleWeight?.map((weight) => timesPowerOfTwo(weight, -digits));
  const weightSum = sumOfWeights(x.rows, sampleWeight) || 1;
  const penalty = Math.min(timesPowerOfTwo(1 / C, -digits), MAX_PENALTY);
  // Copies: the caller may do with its own what it likes from the first pause on.
  const targets = rowTargets(options);
  const given = options.start?.slice();
  const fitted = await RegressionColumns.of(job, x, penalty, weightSum, fitIntercept);
  const objective = new LogisticRegressionObjective(job, fitted, targets, { ...options, sampleWeight });
  const start = given ?? new Float64Array(objective.size);
  fitted.fromGiven(start);
  const { point, loss, ...minimum } = await minimise(job, objective, start, options);
  fitted.toGiven(point);
  const coef = new Float32Array(nClasses * x.columns);
  const intercept = new Float64Array(nClasses);
  for (let k = 0; k < nClasses; k++) {
    const first = k * (x.columns + 1);
    coef.set(point.subarray(first, first + x.columns), k * x.columns);
    if (fitIntercept) intercept[k] = point[first + x.columns];
  }
  const nPasses = objective.passes;
  return { coef, intercept, loss: timesPowerOfTwo(loss, digits), ...minimum, nPasses };
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

type Solution = Minimum & Pick<LogisticRegressionResult, 'solver' | 'withoutPreconditioner'>;

async function minimise(
  job: SlicedJob,
  objective: LogisticRegressionObjective,
  start: Float64Array,
  { solver, maxIter, tol }: LogisticRegressionOptions,
): Promise<Solution> {
  if (solver === 'gradient-descent')
    return { ...(await gradientDescent(objective, start, maxIter, tol)), solver };
  if (solver === 'lbfgs') return { ...(await lbfgs(objective, start, maxIter, tol)), solver };

  const { x, nClasses, fitIntercept, penalties } = objective;
  const preconditioner = choosePreconditioner(job, x, nClasses, fitIntercept, penalties);
  let withoutPreconditioner: LogisticRegressionResult['withoutPreconditioner'] = 'tooLarge';
  if (typeof preconditioner !== 'string') {
    try {
      const centred = start.slice();
      centre(centred, nClasses);
      const inverseHessian = new BlockInverseHessian(objective, preconditioner);
      return { ...(await lbfgs(objective, centred, maxIter, tol, inverseHessian)), solver };
    } catch (error) {
      if (!(error instanceof NotPositiveDefinite)) throw error;
      withoutPreconditioner = 'notPositiveDefinite';
    }
  }
  return { ...(await lbfgs(objective, start, maxIter, tol)), withoutPreconditioner, solver: 'lbfgs' };
}
