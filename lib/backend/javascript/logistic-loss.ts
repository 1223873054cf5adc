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
