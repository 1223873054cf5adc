/** Turns `count` scores from `from` on into probabilities that sum to 1. */
export function softmax(scores: Float64Array, from: number, count: number): void {
  let most = -Infinity;
  for (let i = from; i < from + count; i++) if (scores[i] > most) most = scores[i];
  let sum = 0;
  for (let i = from; i < from + count; i++) {
    // Less the largest, so that no exponential overflows.
    scores[i] = Math.exp(scores[i] - most);
    sum += scores[i];
  }
  for (let i = from; i < from + count; i++) scores[i] /= sum;
}
