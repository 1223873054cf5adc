import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';

/** Vectors whose products are added at once: each sum is then loaded and stored once for all of them. */
const AT_ONCE = 4;

/**
 * The sum of v v' over `count` vectors, `load(i, to)` writing vector i: order x order, both halves, in float64.
 */
export async function sumOfOuterProducts(
  job: SlicedJob,
  count: number,
  order: number,
  load: (i: number, to: Float64Array) => void,
): Promise<Float64Array> {
  const sums = withMemory(() => new Float64Array(order * order));
  const vectors = Array.from({ length: AT_ONCE }, () => new Float64Array(order));
  for (let i = 0; i < count; i += AT_ONCE) {
    if (job.isDue) await job.pause({ phase: 'covariance', done: i, total: count });
    for (const [j, vector] of vectors.entries()) {
      if (i + j < count) load(i + j, vector);
      else vector.fill(0);
    }
    const [a, b, c, d] = vectors;
    for (let row = 0; row < order; row += 2) addTwoRows(sums, order, row, a, b, c, d);
  }
  for (let row = 0; row < order; row++) {
    for (let column = 0; column < row; column++) sums[column * order + row] = sums[row * order + column];
  }
  return sums;
}

/** Adds to two rows of the lower half. An element past it comes from the other half in the end. */
function addTwoRows(
  sums: Float64Array,
  order: number,
  row: number,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
): void {
  const [a0, b0, c0, d0] = [a[row], b[row], c[row], d[row]];
  const hasNext = row + 1 < order;
  const [a1, b1, c1, d1] = hasNext ? [a[row + 1], b[row + 1], c[row + 1], d[row + 1]] : [0, 0, 0, 0];
  const isNothing =
    a0 === 0 && b0 === 0 && c0 === 0 && d0 === 0 && a1 === 0 && b1 === 0 && c1 === 0 && d1 === 0;
  if (isNothing) return;
  const last = hasNext ? row + 1 : row;
  const to0 = row * order;
  const to1 = last * order;
  for (let j = 0; j <= last; j++) {
    sums[to0 + j] += a0 * a[j] + b0 * b[j] + (c0 * c[j] + d0 * d[j]);
    sums[to1 + j] += a1 * a[j] + b1 * b[j] + (c1 * c[j] + d1 * d[j]);
  }
}
