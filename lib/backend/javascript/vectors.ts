/** The dot product: in four sums, so that an addition need not wait for the one before it. */
export function dot(a: Float64Array, b: Float64Array): number {
  return dotOfParts(a, 0, b, 0, a.length);
}

/** The dot product of `length` elements from two places on. */
export function dotOfParts(
  a: Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  length: number,
): number {
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    sum0 += a[fromA + i] * b[fromB + i];
    sum1 += a[fromA + i + 1] * b[fromB + i + 1];
    sum2 += a[fromA + i + 2] * b[fromB + i + 2];
    sum3 += a[fromA + i + 3] * b[fromB + i + 3];
  }
  for (; i < length; i++) sum0 += a[fromA + i] * b[fromB + i];
  return sum0 + sum1 + (sum2 + sum3);
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

/** The largest absolute component. */
export function maxAbsolute(vector: Float64Array): number {
  let most = 0;
  for (let i = 0; i < vector.length; i++) most = Math.max(most, Math.abs(vector[i]));
  return most;
}
