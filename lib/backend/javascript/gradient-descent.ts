import type { Minimum } from './lbfgs.ts';
import type { LogisticRegressionObjective } from './logistic-regression-objective.ts';
import { addScaled, difference, dot } from './vectors.ts';

/** Room for the estimate of the curvature to be too low. */
const SAFETY = 1.05;

/**
 * Accelerated gradient descent (Nesterov 1983; Beck & Teboulle 2009) with a fixed step, the inverse of the largest
 * curvature, and a fresh start of the momentum whenever it points uphill (O'Donoghue & Candès 2015). Should the
 * loss rise all the same, the curvature was estimated too low: the step is halved.
 */
export async function gradientDescent(
  objective: LogisticRegressionObjective,
  start: Float64Array,
  maxIter: number,
  tol: number,
): Promise<Minimum> {
  let step = 1 / (SAFETY * (await objective.maxCurvature()));
  /** Where the gradient is taken: the last descended point carried on by its momentum. */
  let point = start;
  let descended = start;
  let momentum = 1;
  let lossBefore = Infinity;
  const gradient = new Float64Array(start.length);
  for (let nIter = 0; ; nIter++) {
    const loss = await objective.evaluate(point, gradient, nIter);
    const maxGradient = objective.maxGradient(gradient);
    const ended = { point, loss, maxGradient, gap: NaN, nIter };
    if (maxGradient <= tol) return { ...ended, converged: true, stopReason: 'tolerance' };
    if (nIter === maxIter) return { ...ended, converged: false, stopReason: 'maxIter' };
    if (loss > lossBefore && momentum === 1) step /= 2;
    lossBefore = loss;

    const next = point.slice();
    addScaled(next, -step, gradient);
    const moved = difference(next, descended);
    if (dot(gradient, moved) > 0) momentum = 1;
    const nextMomentum = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    point = next.slice();
    addScaled(point, (momentum - 1) / nextMomentum, moved);
    descended = next;
    momentum = nextMomentum;
  }
}
