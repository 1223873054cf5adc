/**
 * The distributions that intervals rest on, computed rather than looked up: the incomplete beta function, and the
 * quantiles of Student's t and of the beta distribution that follow from it.
 */

/** Coefficients of Lanczos' approximation for g = 7: relative error below 1e-15 (Godfrey 2001). */
const LANCZOS_G = 7;
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** The logarithm of the gamma function, for `x` above 0. */
export function logGamma(x: number): number {
  // Below 1/2 the series is weak; Euler's reflection takes it above.
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const base = shifted + LANCZOS_G + 0.5;
  const series = LANCZOS.reduce((sum, each, i) => (i === 0 ? each : sum + each / (shifted + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}

/**
 * The regularised incomplete beta function: the chance that a draw from Beta(`a`, `b`) is at most `x`.
 * @param x from 0 to 1
 * @param a above 0
 * @param b above 0
 */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The continued fraction converges fast below the mean; above it the other tail is computed.
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const logFactor = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  return (Math.exp(logFactor) / a) * betaFraction(x, a, b);
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22), by the modified method of Lentz. */
function betaFraction(x: number, a: number, b: number): number {
  // A term of exactly 0 would divide by itself; any tiny number in its place gives the same limit.
  const nonzero = (term: number) => (term === 0 ? 1e-300 : term);
  let c = 1;
  let d = 1 / nonzero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; ; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let last = 1;
    for (const coefficient of [even, odd]) {
      d = 1 / nonzero(1 + coefficient * d);
      c = nonzero(1 + coefficient / c);
      last = c * d;
      fraction *= last;
    }
    if (Math.abs(last - 1) <= 8 * Number.EPSILON) return fraction;
  }
}

/**
 * The number that a draw from Beta(`a`, `b`) is below with chance `p`.
 * @param p from 0 to 1
 */
export function betaQuantile(p: number, a: number, b: number): number {
  return bisect((x) => regularizedBeta(x, a, b) < p, 0, 1);
}

/**
 * The number that a draw from Student's t distribution is below with chance `p`.
 * @param p above 0, below 1
 * @param degreesOfFreedom above 0
 */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  if (p < 0.5) return -studentTQuantile(1 - p, degreesOfFreedom);
  const isBelow = (t: number) => {
    // Twice the tail above t; both forms of it are exact, each where its argument is not near 1.
    const square = t * t;
    const outside =
      square < degreesOfFreedom
        ? 1 - regularizedBeta(square / (degreesOfFreedom + square), 0.5, degreesOfFreedom / 2)
        : regularizedBeta(degreesOfFreedom / (degreesOfFreedom + square), degreesOfFreedom / 2, 0.5);
    return 1 - outside / 2 < p;
  };
  let high = 1;
  while (isBelow(high)) high *= 2;
  return bisect(isBelow, 0, high);
}

/** Where `isBelow` turns from true to false between `low` and `high`, to the last bit. */
function bisect(isBelow: (x: number) => boolean, low: number, high: number): number {
  let [from, to] = [low, high];
  for (;;) {
    const middle = (from + to) / 2;
    if (middle <= from || middle >= to) return middle;
    if (isBelow(middle)) from = middle;
    else to = middle;
  }
}
