/** The dot product of two vectors of one length. */
export function dot(a: Float64Array, b: Float64Array): number {
  // Two sums, so that an addition need not wait for the one before it.
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i + 1 < a.length; i += 2) {
    even += a[i] * b[i];
    odd += a[i + 1] * b[i + 1];
  }
  return i < a.length ? even + odd + a[i] * b[i] : even + odd;
}

/** Adds `factor * source` to `target`. */
export function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}

/** `a - b`. */
export function difference(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i] - b[i];
  return out;
}

/** The sum of the squared differences of two sets of centres. */
export function squaredShift(before: Float32Array, after: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < before.length; i++) {
    const shift = after[i] - before[i];
    sum += shift * shift;
  }
  return sum;
}
