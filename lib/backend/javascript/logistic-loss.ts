/**
 * Turns the scores of one row, `count` of them from `from` on, into the residuals p - y that the gradient is made
 * of, times `weight`. Returns the row's log-loss times `weight`.
 *
 * Both stay accurate where the row is fitted well and the loss is tiny: all follows from the sum over the *other*
 * classes, never from 1 minus a probability close to 1.
 */
export function logLoss(
  scores: Float64Array,
  from: number,
  count: number,
  label: number,
  weight: number,
): number {
  const own = scores[from + label];
  let most = own;
  for (let i = from; i < from + count; i++) if (scores[i] > most) most = scores[i];
  let others = 0;
  for (let k = 0; k < count; k++) {
    if (k === label) continue;
    const exponential = Math.exp(scores[from + k] - most);
    scores[from + k] = exponential;
    others += exponential;
  }
  const ownExponential = Math.exp(own - most);
  const toResidual = weight / (ownExponential + others);
  for (let k = 0; k < count; k++) if (k !== label) scores[from + k] *= toResidual;
  scores[from + label] = -others * toResidual;
  return weight * (own === most ? Math.log1p(others) : Math.log(ownExponential + others) + (most - own));
}

/**
 * The same for a row that has a probability for each class, `targets[at]` and following, `label` being the class of
 * the largest: what that one is to have is what the others leave of 1.
 */
export function softLogLoss(
  scores: Float64Array,
  from: number,
  count: number,
  label: number,
  weight: number,
  targets: Float32Array,
  at: number,
): number {
  const own = scores[from + label];
  let others = 0;
  let ahead = 0;
  for (let k = 0; k < count; k++) {
    if (k === label) continue;
    others += targets[at + k];
    ahead += targets[at + k] * (own - scores[from + k]);
  }
  const ofLabel = logLoss(scores, from, count, label, weight);
  for (let k = 0; k < count; k++) if (k !== label) scores[from + k] -= weight * targets[at + k];
  scores[from + label] += weight * others;
  return ofLabel + weight * ahead;
}
