import type { SlicedJob } from './job.ts';
import { OrthonormalRows } from './orthonormal-rows.ts';
import { type Eigenpairs, symmetricEigen } from './symmetric-eigen.ts';
import { addScaled, dot } from './vectors.ts';

/** Matrices up to this order are decomposed whole, larger ones only where at most one in `FEW` is wanted. */
const SMALL_ORDER = 256;
const FEW = 6;

/** Bounds on a residual: relative to its own eigenvalue, and what rounding leaves, relative to the largest. */
const TOLERANCE = 1e-6;
const ROUNDING = 1e-13;

/** Vectors multiplied at once: an eigenvalue can be found as often as that before others of its size are. */
const BLOCK = 8;

/**
 * The `count` largest eigenvalues of a symmetric positive semi-definite matrix (order x order, both halves), which
 * is overwritten, or fewer where the largest of them already sum up to more than `sum`. Those of a large matrix of
 * which few are wanted by a Krylov method: there |A v - value v| <= 1e-6 value, or 1e-13 of the largest value,
 * measured.
 */
export async function leadingEigenpairs(
  job: SlicedJob,
  matrix: Float64Array,
  order: number,
  count: number,
  sum: number,
): Promise<Eigenpairs> {
  const few = order > SMALL_ORDER && count * FEW <= order;
  const pairs =
    (few ? await krylov(job, matrix, order, count) : undefined) ??
    (await symmetricEigen(job, matrix, order, count));
  let enough = 0;
  for (let total = 0; enough < count && !(total > sum); enough++) total += pairs.values[enough];
  return { values: pairs.values.slice(0, enough), vectors: pairs.vectors.slice(0, enough * order) };
}

/**
 * A block Krylov method (Golub & Underwood 1977; Musco & Musco 2015): the matrix is multiplied with a few vectors, of
 * the products what lies outside the space so far is multiplied next. The eigenpairs of the matrix as that space
 * sees it converge from the largest on. Nothing where the space grows too large to be of use.
 */
async function krylov(
  job: SlicedJob,
  matrix: Float64Array,
  order: number,
  count: number,
): Promise<Eigenpairs | undefined> {
  const basis = new OrthonormalRows(job, order);
  const images: Float64Array[] = [];
  for (let i = 0; i < BLOCK; i++) await basis.append(basis.random(), 0);
  for (let check = 2 * count; 2 * basis.rows.length <= order; ) {
    while (images.length < basis.rows.length) {
      images.push(await multiply(job, matrix, basis.rows[images.length]));
    }
    if (images.length >= check) {
      const found = await ritz(job, basis.rows, images, count);
      if (found) return found;
      check *= 1.2;
    }
    const largest = images.reduce((most, image, i) => Math.max(most, dot(image, basis.rows[i])), 0);
    for (const image of images.slice(-BLOCK)) await basis.append(image, ROUNDING * largest);
  }
  return undefined;
}

async function multiply(job: SlicedJob, matrix: Float64Array, vector: Float64Array): Promise<Float64Array> {
  const order = vector.length;
  const product = new Float64Array(order);
  for (let i = 0; i < order; i++) {
    if (i % 64 === 0 && job.isDue) await job.pause({ phase: 'eigenvectors', done: 0, total: 0 });
    product[i] = dot(matrix.subarray(i * order, (i + 1) * order), vector);
  }
  return product;
}

/** The best approximations to the largest pairs within the space of `basis`, if all are good enough. */
async function ritz(
  job: SlicedJob,
  basis: readonly Float64Array[],
  images: readonly Float64Array[],
  count: number,
): Promise<Eigenpairs | undefined> {
  const size = basis.length;
  const order = basis[0].length;
  const projection = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    if (job.isDue) await job.pause({ phase: 'eigenvectors', done: 0, total: 0 });
    for (let j = 0; j <= i; j++) {
      projection[i * size + j] = projection[j * size + i] = dot(basis[j], images[i]);
    }
  }
  const { values, vectors: combinations } = await symmetricEigen(job, projection, size, count);
  const vectors = new Float64Array(count * order);
  for (let j = 0; j < count; j++) {
    if (job.isDue) await job.pause({ phase: 'eigenvectors', done: j, total: count });
    const vector = vectors.subarray(j * order, (j + 1) * order);
    const residual = new Float64Array(order);
    for (let i = 0; i < size; i++) {
      addScaled(vector, combinations[j * size + i], basis[i]);
      addScaled(residual, combinations[j * size + i], images[i]);
    }
    addScaled(residual, -values[j], vector);
    const bound = Math.max(TOLERANCE * values[j], ROUNDING * values[0]);
    if (!(Math.sqrt(dot(residual, residual)) <= bound)) return undefined;
  }
  return { values, vectors };
}
