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
    for (let row = 0; row < order; row++) {
      addRow(sums, row * order, row, vectors[0], vectors[1], vectors[2], vectors[3]);
    }
  }
  for (let row = 0; row < order; row++) {
    for (let column = 0; column < row; column++) sums[column * order + row] = sums[row * order + column];
  }
  return sums;
}

/** Adds to one row of the lower half. */
function addRow(
  sums: Float64Array,
  to: number,
  row: number,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
): void {
  const ofA = a[row];
  const ofB = b[row];
  const ofC = c[row];
  const ofD = d[row];
  for (let j = 0; j <= row; j++) sums[to + j] += ofA * a[j] + ofB * b[j] + (ofC * c[j] + ofD * d[j]);
}
