import type { StopReason } from '../../../binding.d.ts';
import { lineSearch } from './line-search.ts';
import type { LogisticRegressionObjective } from './logistic-regression-objective.ts';
import { addScaled, difference, dot } from './vectors.ts';

/** Steps remembered. */
const MEMORY = 15;

/** An approximation of the inverse Hessian that L-BFGS starts each direction from. */
export interface InitialInverseHessian {
  /** Told of the point before each iteration; may rebuild itself. */
  prepare(iteration: number, point: Float64Array): Promise<void>;
  /** Multiplies `vector` in place. */
  apply(vector: Float64Array): Promise<void>;
}

/** How a minimisation ended. */
export interface Minimum {
  point: Float64Array;
  loss: number;
  maxGradient: number;
  /** Estimate of (loss - minimum) / loss; NaN where there is none. */
  gap: number;
  nIter: number;
  converged: boolean;
  stopReason: StopReason;
}

interface Step {
  move: Float64Array;
  gradientChange: Float64Array;
  /** 1 / (move · gradientChange). */
  rho: number;
}

/**
 * Limited-memory BFGS (Nocedal & Wright 2006, algorithm 7.5).
 * @param initial where it is left out, each direction starts from a multiple of the identity
 */
export async function lbfgs(
  objective: LogisticRegressionObjective,
  start: Float64Array,
  maxIter: number,
  tol: number,
  initial?: InitialInverseHessian,
): Promise<Minimum> {
  let point = start;
  let gradient = new Float64Array(point.length);
  let loss = await objective.evaluate(point, gradient, 0);
  const steps: Step[] = [];
  let nIter = 0;
  const end = async (converged: boolean, stopReason: StopReason): Promise<Minimum> => {
    const maxGradient = objective.maxGradient(gradient);
    // Before the first iteration the guess at the inverse Hessian has not been made.
    const hasGap = initial !== undefined && nIter > 0 && loss > 0;
    const gap = hasGap
      ? dot(gradient, await inverseHessianTimes(gradient, steps, initial)) / (2 * loss)
      : NaN;
    return { point, loss, maxGradient, gap, nIter, converged, stopReason };
  };
  for (; ; nIter++) {
    const maxGradient = objective.maxGradient(gradient);
    if (maxGradient <= tol) {
      return end(true, 'tolerance');
    }
    if (nIter === maxIter) return end(false, 'maxIter');

    await initial?.prepare(nIter, point);
    const ascent = await inverseHessianTimes(gradient, steps, initial);
    const slope = -dot(gradient, ascent);
    let next = { point, gradient };
    const evaluate = async (step: number) => {
      const nextPoint = point.slice();
      addScaled(nextPoint, -step, ascent);
      const nextGradient = new Float64Array(point.length);
      const value = await objective.evaluate(nextPoint, nextGradient, nIter);
      next = { point: nextPoint, gradient: nextGradient };
      return { step, value, slope: -dot(nextGradient, ascent) };
    };
    const isScaled = initial !== undefined || steps.length > 0;
    const firstStep = isScaled ? 1 : 1 / Math.max(1, Math.sqrt(-slope));
    const found =
      slope < 0 ? await lineSearch({ step: 0, value: loss, slope }, firstStep, evaluate) : undefined;
    if (!found) return end(false, 'precision');

    remember(steps, difference(next.point, point), difference(next.gradient, gradient));
    ({ point, gradient } = next);
    loss = found.value;
  }
}

function remember(steps: Step[], move: Float64Array, gradientChange: Float64Array): void {
  const curvature = dot(move, gradientChange);
  // Rounding can hide the curvature that convexity promises; such a step teaches nothing.
  if (!(curvature > 0)) return;
  steps.push({ move, gradientChange, rho: 1 / curvature });
  if (steps.length > MEMORY) steps.shift();
}

/** The two-loop recursion. */
async function inverseHessianTimes(
  gradient: Float64Array,
  steps: readonly Step[],
  initial: InitialInverseHessian | undefined,
): Promise<Float64Array> {
  const vector = gradient.slice();
  const factors = new Float64Array(steps.length);
  for (let i = steps.length - 1; i >= 0; i--) {
    factors[i] = steps[i].rho * dot(steps[i].move, vector);
    addScaled(vector, -factors[i], steps[i].gradientChange);
  }
  const last = steps.at(-1);
  if (initial) await initial.apply(vector);
  else if (last) scale(vector, 1 / (last.rho * dot(last.gradientChange, last.gradientChange)));
  for (const [i, step] of steps.entries()) {
    addScaled(vector, factors[i] - step.rho * dot(step.gradientChange, vector), step.move);
  }
  return vector;
}

function scale(vector: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i] *= factor;
}
