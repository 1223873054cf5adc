/** `value * 2 ** exponent`, in two steps, because the power may be no number though the product is one. */
export function timesPowerOfTwo(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}
