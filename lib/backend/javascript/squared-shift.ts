/** The sum of the squared differences of two sets of centres. */
export function squaredShift(before: Float32Array, after: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < before.length; i++) {
    const shift = after[i] - before[i];
    sum += shift * shift;
  }
  return sum;
}
