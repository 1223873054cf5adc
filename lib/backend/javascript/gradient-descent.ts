import type { StopReason } from '../../../binding.d.ts';
import type { LogisticObjective } from './logistic-objective.ts';
import type { Minimum } from './minimum.ts';
import { addScaled, difference, dot } from './vectors.ts';

/** Share of the loss within which two losses may be equal but for rounding. */
const ROUNDING = 1e-9;
/** A decrease smaller than this share of the loss is none. */
const NOTHING = 1e-18;

/**
 * Accelerated gradient descent (Nesterov 1983; Beck & Teboulle 2009) with backtracking, and a fresh start of the
 * momentum whenever it points uphill (O'Donoghue & Candès 2015).
 */
export async function gradientDescent(
  objective: LogisticObjective,
  start: Float64Array,
  maxIter: number,
  tol: number,
): Promise<Minimum> {
  let nIter = 0;
  const evaluate = async (point: Float64Array) => {
    const gradient = new Float64Array(point.length);
    const loss = await objective.evaluate(point, gradient, nIter);
    return { point, gradient, loss };
  };
  /** Where the gradient is taken: the last descended point carried on by its momentum. */
  let ahead = await evaluate(start);
  let descended = start;
  let momentum = 1;
  let step = 1 / Math.max(1, Math.sqrt(dot(ahead.gradient, ahead.gradient)));
  // The step doubles until it is first found too long; then it grows gently, in case the function flattens.
  let growth = 2;
  for (;;) {
    const { point, gradient, loss } = ahead;
    const maxGradient = objective.maxGradient(gradient, tol);
    const end = (stopReason: StopReason): Minimum => {
      const converged = stopReason === 'tolerance';
      return { point, loss, maxGradient, gap: NaN, nIter, converged, stopReason, preconditioned: false };
    };
    if (maxGradient <= tol) return end('tolerance');
    if (nIter >= maxIter) return end('maxIter');

    // A step is short enough if the parabola of curvature 1 / step lies above the function.
    const squares = dot(gradient, gradient);
    let next: typeof ahead;
    for (;;) {
      const nextPoint = point.slice();
      addScaled(nextPoint, -step, gradient);
      next = await evaluate(nextPoint);
      if (next.loss <= loss - 0.5 * step * squares + ROUNDING * Math.abs(loss)) break;
      step *= 0.5;
      growth = 1.1;
      if (step * squares < NOTHING * Math.abs(loss)) return end('precision');
    }

    const moved = difference(next.point, descended);
    descended = next.point;
    const isUphill = dot(gradient, moved) > 0;
    const nextMomentum = isUphill ? 1 : 0.5 * (1 + Math.sqrt(1 + 4 * momentum * momentum));
    const carry = isUphill ? 0 : (momentum - 1) / nextMomentum;
    momentum = nextMomentum;
    nIter++;
    ahead = next;
    if (carry !== 0) {
      const carried = next.point.slice();
      addScaled(carried, carry, moved);
      ahead = await evaluate(carried);
    }
    step *= growth;
  }
}
