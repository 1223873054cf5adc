import type { StopReason } from '../../../binding.d.ts';
import type { GramPreconditioner } from './gram-preconditioner.ts';
import type { LogisticObjective } from './logistic-objective.ts';
import type { Minimum } from './minimum.ts';
import { addScaled, difference, dot } from './vectors.ts';

/** Steps remembered. */
const MEMORY = 20;
const MAX_TRIALS = 20;
/** Least share of the decrease that the slope at 0 promises. */
const DECREASE = 1e-4;
/** Share of the slope at 0 that may be left. */
const FLATTER = 0.9;
/** Share of the loss within which two losses may be equal but for rounding. */
const ROUNDING = 1e-9;

/** A place that was evaluated. */
interface Place {
  point: Float64Array;
  gradient: Float64Array;
  loss: number;
}

interface Step {
  move: Float64Array;
  gradientChange: Float64Array;
  /** move · gradientChange. */
  curvature: number;
}

/**
 * Limited-memory BFGS (Liu & Nocedal 1989; Nocedal & Wright 2006, algorithm 7.5).
 * @param preconditioner what each direction starts from; if left out, a multiple of the identity
 */
export async function lbfgs(
  objective: LogisticObjective,
  start: Float64Array,
  maxIter: number,
  tol: number,
  preconditioner?: GramPreconditioner,
): Promise<Minimum> {
  let nIter = 0;
  const evaluate = async (point: Float64Array): Promise<Place> => {
    const gradient = new Float64Array(point.length);
    const loss = await objective.evaluate(point, gradient, nIter);
    return { point, gradient, loss };
  };
  const steps: Step[] = [];
  let place = await evaluate(start);
  for (;;) {
    const { point, gradient, loss } = place;
    const maxGradient = objective.maxGradient(gradient, tol);
    const end = (stopReason: StopReason, gap = NaN): Minimum => {
      const [converged, preconditioned] = [stopReason === 'tolerance', preconditioner !== undefined];
      return { point, loss, maxGradient, gap, nIter, converged, stopReason, preconditioned };
    };
    if (maxGradient <= tol || nIter >= maxIter) {
      let gap = NaN;
      if (preconditioner && nIter > 0 && loss > 0) {
        // Half the Newton decrement is what a quadratic model still promises.
        const step = gradient.slice();
        await preconditioner.apply(step);
        gap = Math.max(0, dot(gradient, step)) / (2 * loss);
      }
      return end(maxGradient <= tol ? 'tolerance' : 'maxIter', gap);
    }
    if (preconditioner && !(await preconditioner.prepare(nIter, point))) preconditioner = undefined;
    const direction = await inverseHessianTimes(gradient, steps, preconditioner);
    const next = await searchLine(place, direction, evaluate);
    if (next) {
      const move = difference(next.point, point);
      const gradientChange = difference(next.gradient, gradient);
      const curvature = dot(move, gradientChange);
      // Rounding can hide the curvature that convexity promises; such a step teaches nothing.
      if (curvature > 0) steps.push({ move, gradientChange, curvature });
      if (steps.length > MEMORY) steps.shift();
      place = next;
      nIter++;
    } else if (steps.length > 0) {
      // Old steps can spoil a direction; only if a fresh start fails as well is there nothing to gain.
      steps.length = 0;
    } else {
      return end('precision');
    }
  }
}

/** The two-loop recursion: what to subtract from the point. */
async function inverseHessianTimes(
  gradient: Float64Array,
  steps: readonly Step[],
  preconditioner: GramPreconditioner | undefined,
): Promise<Float64Array> {
  const vector = gradient.slice();
  const factors = new Float64Array(steps.length);
  for (let i = steps.length - 1; i >= 0; i--) {
    factors[i] = dot(steps[i].move, vector) / steps[i].curvature;
    addScaled(vector, -factors[i], steps[i].gradientChange);
  }
  const last = steps.at(-1);
  if (preconditioner) await preconditioner.apply(vector);
  else if (last) multiply(vector, last.curvature / dot(last.gradientChange, last.gradientChange));
  // Without any idea of the curvature the first step has length 1 at most.
  else multiply(vector, 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))));
  for (const [i, { move, gradientChange, curvature }] of steps.entries()) {
    addScaled(vector, factors[i] - dot(gradientChange, vector) / curvature, move);
  }
  return vector;
}

function multiply(vector: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i] *= factor;
}

/**
 * A place along the direction that satisfies the Wolfe conditions, or near the minimum, where differences of losses
 * drown in rounding, their approximate form by slopes (Hager & Zhang 2005, section 2); or a lower one if none is
 * flatter. Undefined if rounding leaves none to find.
 */
async function searchLine(
  start: Place,
  direction: Float64Array,
  evaluate: (point: Float64Array) => Promise<Place>,
): Promise<Place | undefined> {
  const slope = -dot(start.gradient, direction);
  if (!(slope < 0)) return undefined;
  let lower: Place | undefined;
  let [length, low, high] = [1, 0, Infinity];
  for (let trial = 0; trial < MAX_TRIALS; trial++) {
    const point = start.point.slice();
    addScaled(point, -length, direction);
    const place = await evaluate(point);
    const change = place.loss - start.loss;
    const slopeThere = -dot(place.gradient, direction);
    const decreases = change <= DECREASE * length * slope;
    const decreasesBySlope =
      change <= ROUNDING * Math.abs(start.loss) && slopeThere <= (2 * DECREASE - 1) * slope;
    if (!decreases && !decreasesBySlope) {
      high = length;
      // Where the parabola through both losses with the slope at 0 is lowest, if that is well inside.
      const lowest = (-0.5 * slope * length * length) / (change - slope * length);
      const width = high - low;
      const isInside = lowest > low + 0.1 * width && lowest < low + 0.9 * width;
      // If even the fifth step is too long, the first one was by far: columns of large values.
      length = isInside ? lowest : low + width * (low === 0 && trial >= 4 ? 0.1 : 0.5);
    } else if (slopeThere < FLATTER * slope) {
      lower = place;
      low = length;
      length = high === Infinity ? 2 * length : 0.5 * (low + high);
    } else {
      return place;
    }
  }
  return lower;
}
