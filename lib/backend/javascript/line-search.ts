/** A convex function along a search direction: its value and slope at a step. */
export interface PointOnLine {
  step: number;
  value: number;
  slope: number;
}

/** Least share of the decrease that the slope at 0 promises. */
const DECREASE = 1e-4;
/** Share of the slope at 0 that may be left. */
const CURVATURE = 0.9;
/** Share of the value within which two values may be equal but for rounding. */
const ROUNDING = 1e-9;
const MAX_TRIALS = 30;

/**
 * A step that satisfies the Wolfe conditions, or near the minimum, where differences of values drown in rounding,
 * their approximate form by slopes (Hager & Zhang 2005, section 2). Because the function is convex its slope
 * alone tells on which side of the minimum a step lies.
 * @param start the function at step 0, where its slope must be negative
 * @param evaluate the function at another step
 * @returns the accepted point, or a lower one if none is flatter; either is the last one evaluated. Undefined where
 * rounding leaves none to find
 */
export async function lineSearch(
  start: PointOnLine,
  firstStep: number,
  evaluate: (step: number) => Promise<PointOnLine>,
): Promise<PointOnLine | undefined> {
  let low = start;
  let high: PointOnLine | undefined;
  let step = firstStep;
  for (let trial = 0; trial < MAX_TRIALS; trial++) {
    const point = await evaluate(step);
    const decreases = point.value <= start.value + DECREASE * step * start.slope;
    const decreasesBySlope =
      point.value <= start.value + ROUNDING * Math.abs(start.value) &&
      point.slope <= (2 * DECREASE - 1) * start.slope;
    if (!decreases && !decreasesBySlope) high = point;
    else if (point.slope < CURVATURE * start.slope) low = point;
    else return point;
    step = nextStep(low, high, trial);
    if (step === low.step || step === high?.step) break;
  }
  return low.step > 0 ? evaluate(low.step) : undefined;
}

/** Where the slope between the two points would be 0 if it were linear, kept well inside or reasonably outside. */
function nextStep(low: PointOnLine, high: PointOnLine | undefined, trial: number): number {
  if (!high) return Math.max(2 * low.step, Number.MIN_VALUE);
  const width = high.step - low.step;
  const secant = low.step - (low.slope * width) / (high.slope - low.slope);
  const isInside = secant > low.step + 0.1 * width && secant < high.step - 0.1 * width;
  if (isInside) return secant;
  // Where even the fifth step is too long, the first one was by far: columns of large values.
  return low.step + (low.step === 0 && trial >= 4 ? width / 10 : width / 2);
}
