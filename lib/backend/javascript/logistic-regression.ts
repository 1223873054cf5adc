import type {
  LogisticRegressionOptions,
  LogisticRegressionResult,
  LogisticRegressionSolver,
} from '../../../binding.d.ts';
import { BlockInverseHessian, centre, choosePreconditioner } from './block-inverse-hessian.ts';
import { NotPositiveDefinite } from './cholesky.ts';
import { gradientDescent } from './gradient-descent.ts';
import type { SlicedJob } from './job.ts';
import { lbfgs, type Minimum } from './lbfgs.ts';
import { LogisticRegressionObjective } from './logistic-regression-objective.ts';
import type { Rows } from './rows.ts';

/** Fits multinomial logistic regression with the solver asked for. */
export async function logisticRegression(
  job: SlicedJob,
  x: Rows,
  options: LogisticRegressionOptions,
): Promise<LogisticRegressionResult> {
  const { nClasses, fitIntercept } = options;
  const objective = new LogisticRegressionObjective(job, x, options);
  const start = options.start?.slice() ?? new Float64Array(objective.size);
  const { point, ...minimum } = await minimise(job, objective, start, options);
  const coef = new Float32Array(nClasses * x.columns);
  const intercept = new Float64Array(nClasses);
  for (let k = 0; k < nClasses; k++) {
    const first = k * (x.columns + 1);
    coef.set(point.subarray(first, first + x.columns), k * x.columns);
    if (fitIntercept) intercept[k] = point[first + x.columns];
  }
  return { coef, intercept, ...minimum, nPasses: objective.passes };
}

type Solution = Minimum & { solver: LogisticRegressionSolver };

async function minimise(
  job: SlicedJob,
  objective: LogisticRegressionObjective,
  start: Float64Array,
  { solver, maxIter, tol }: LogisticRegressionOptions,
): Promise<Solution> {
  if (solver === 'gradient-descent')
    return { ...(await gradientDescent(objective, start, maxIter, tol)), solver };
  if (solver === 'lbfgs') return { ...(await lbfgs(objective, start, maxIter, tol)), solver };

  const { x, nClasses, fitIntercept, penalty } = objective;
  const preconditioner = choosePreconditioner(job, x, nClasses, fitIntercept, penalty);
  let failure: string;
  if (typeof preconditioner === 'string') {
    failure = preconditioner;
  } else {
    try {
      const centred = start.slice();
      centre(centred, nClasses);
      const inverseHessian = new BlockInverseHessian(objective, preconditioner);
      return { ...(await lbfgs(objective, centred, maxIter, tol, inverseHessian)), solver };
    } catch (error) {
      if (!(error instanceof NotPositiveDefinite)) throw error;
      failure = 'the preconditioner is not positive definite';
    }
  }
  const minimum = await lbfgs(objective, start, maxIter, tol);
  return {
    ...minimum,
    stopReason: `${minimum.stopReason} (without preconditioner: ${failure})`,
    solver: 'lbfgs',
  };
}
