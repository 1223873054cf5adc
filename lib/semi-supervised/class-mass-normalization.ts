/** Rounds at most: where the prior can't be had at all, more would only drive the distributions apart. */
const MAX_ROUNDS = 20;

/** Shares this close to the prior are good enough: far closer than any prior is known. */
const TOLERANCE = 1e-6;

/** A share below this counts as this much, so that no class is scaled without bound in one round. */
const LEAST_SHARE = 1e-9;

/**
 * Class-mass normalisation: scales the classes of all distributions, and brings each row's sum back to 1, round
 * after round until the classes' shares of all rows match the prior. (Zhu, Ghahramani & Lafferty 2003 take one
 * round; repeated, it is the iterative scaling of Deming & Stephan 1940.)
 * @param distributions rows x classes, each row's sum 1, or 0 for a row to be left out; changed in place
 * @param prior for each class its share, above 0, 1 in all
 */
export function normalizeClassMass(distributions: Float64Array, prior: Float64Array): void {
  const classes = prior.length;
  const factors = new Float64Array(classes).fill(1);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const shares = scaledShares(distributions, factors);
    if (shares.every((share, c) => Math.abs(share - prior[c]!) <= TOLERANCE)) break;
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      factors[c]! *= prior[c]! / Math.max(shares[c]!, LEAST_SHARE);
      sum += factors[c]!;
    }
    for (let c = 0; c < classes; c++) factors[c]! *= classes / sum;
  }
  for (let from = 0; from < distributions.length; from += classes) {
    const sum = scaledSum(distributions, from, factors);
    if (sum === 0) continue;
    for (let c = 0; c < classes; c++) distributions[from + c]! *= factors[c]! / sum;
  }
}

/** For each class its share of all rows, once the classes are scaled. */
function scaledShares(distributions: Float64Array, factors: Float64Array): Float64Array {
  const classes = factors.length;
  const masses = new Float64Array(classes);
  let rows = 0;
  for (let from = 0; from < distributions.length; from += classes) {
    const sum = scaledSum(distributions, from, factors);
    if (sum === 0) continue;
    rows++;
    for (let c = 0; c < classes; c++) masses[c]! += (distributions[from + c]! * factors[c]!) / sum;
  }
  // Where no label reached any row there is nothing to share.
  return masses.map((mass) => mass / Math.max(rows, 1));
}

function scaledSum(distributions: Float64Array, from: number, factors: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < factors.length; c++) sum += distributions[from + c]! * factors[c]!;
  return sum;
}
