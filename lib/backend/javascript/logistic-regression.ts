import type { LogisticRegressionOptions, LogisticRegressionResult } from '../../../binding.d.ts';
import { gradientDescent } from './gradient-descent.ts';
import type { SlicedJob } from './job.ts';
import { lbfgs } from './lbfgs.ts';
import { LogisticRegressionObjective } from './logistic-regression-objective.ts';
import type { Rows } from './rows.ts';

/** Fits multinomial logistic regression with the solver asked for. */
export async function logisticRegression(
  job: SlicedJob,
  x: Rows,
  options: LogisticRegressionOptions,
): Promise<LogisticRegressionResult> {
  const { nClasses, solver, maxIter, tol, fitIntercept } = options;
  const objective = new LogisticRegressionObjective(job, x, options);
  const start = options.start?.slice() ?? new Float64Array(objective.size);
  const minimise = solver === 'gradient-descent' ? gradientDescent : lbfgs;
  const { point, ...minimum } = await minimise(objective, start, maxIter, tol);
  const coef = new Float32Array(nClasses * x.columns);
  const intercept = new Float64Array(nClasses);
  for (let k = 0; k < nClasses; k++) {
    const first = k * (x.columns + 1);
    coef.set(point.subarray(first, first + x.columns), k * x.columns);
    if (fitIntercept) intercept[k] = point[first + x.columns];
  }
  return { coef, intercept, ...minimum, nPasses: objective.passes, solver };
}
