import type { SlicedJob } from './job.ts';

/** Eigenvalues, the largest first, and for each a row with its eigenvector. */
export interface Eigenpairs {
  values: Float64Array;
  vectors: Float64Array;
}

/** A = Q T Q' with T tridiagonal. Q is a product of reflections I - factor v v'. */
interface Tridiagonal {
  diagonal: Float64Array;
  /** Between row k and k + 1 of T; the last is 0. */
  beside: Float64Array;
  /** Of each reflection; 0 where there is nothing to reflect. Its v lies behind the diagonal of row k of A. */
  factors: Float64Array;
}

/** The implicit QL method takes about two iterations an eigenvalue; only what is no number never converges. */
const MAX_ITERATIONS = 100;

/**
 * The `count` largest eigenvalues of a symmetric matrix (order x order, both halves), which is overwritten, by
 * Householder's reduction to a tridiagonal matrix and the implicit QL method (Golub & Van Loan 2013, section 8.3).
 */
export async function symmetricEigen(
  job: SlicedJob,
  matrix: Float64Array,
  order: number,
  count: number,
): Promise<Eigenpairs> {
  // Brought near 1, so that no square over- or underflows.
  let largest = 0;
  for (let i = 0; i < matrix.length; i++) largest = Math.max(largest, Math.abs(matrix[i]));
  const unit = largest > 0 ? largest : 1;
  for (let i = 0; i < matrix.length; i++) matrix[i] /= unit;

  const tridiagonal = await reduce(job, matrix, order);
  const all = new Float64Array(order * order);
  for (let i = 0; i < order; i++) all[i * order + i] = 1;
  await diagonalize(job, tridiagonal, all);

  const { diagonal } = tridiagonal;
  const places = Array.from(diagonal.keys()).sort((a, b) => diagonal[b] - diagonal[a] || a - b);
  const vectors = new Float64Array(count * order);
  for (let j = 0; j < count; j++) {
    vectors.set(all.subarray(places[j] * order, (places[j] + 1) * order), j * order);
    await pauseWhereDue(job);
    reflectBack(matrix, tridiagonal.factors, vectors, j * order);
  }
  return { values: Float64Array.from({ length: count }, (_, j) => diagonal[places[j]] * unit), vectors };
}

async function pauseWhereDue(job: SlicedJob, done = 0, total = 0): Promise<void> {
  if (job.isDue) await job.pause({ phase: 'eigenvectors', done, total });
}

async function reduce(job: SlicedJob, matrix: Float64Array, order: number): Promise<Tridiagonal> {
  const diagonal = new Float64Array(order);
  const beside = new Float64Array(order);
  const factors = new Float64Array(order);
  const v = new Float64Array(order);
  const w = new Float64Array(order);
  const product = new Float64Array(order);
  // Each reflection changes the rest of the matrix by -v w' - w v'. That change is made on the way, in the same
  // pass over the rows in which the next reflection's vector is multiplied by them.
  for (let k = 0; k < order; k++) {
    await pauseWhereDue(job, k, order);
    const top = k * order;
    for (let j = k; j < order; j++) matrix[top + j] -= v[k] * w[j] + w[k] * v[j];
    diagonal[k] = matrix[top + k];
    if (k + 1 === order) break;

    let tail = 0;
    for (let j = k + 2; j < order; j++) tail += matrix[top + j] ** 2;
    const first = matrix[top + k + 1];
    if (tail === 0) {
      beside[k] = first;
    } else {
      const length = Math.sqrt(first * first + tail);
      beside[k] = first > 0 ? -length : length;
      matrix[top + k + 1] = first - beside[k];
      factors[k] = 2 / (matrix[top + k + 1] ** 2 + tail);
    }

    for (let i = k + 1; i < order; i++) {
      if (i % 64 === 0) await pauseWhereDue(job, k, order);
      product[i] = updateRow(matrix, i * order, top, k + 1, order, v, w, i);
    }
    let half = 0;
    for (let i = k + 1; i < order; i++) half += product[i] * matrix[top + i];
    half *= factors[k] / 2;
    for (let i = k + 1; i < order; i++) {
      v[i] = matrix[top + i];
      w[i] = factors[k] * (product[i] - half * v[i]);
    }
  }
  return { diagonal, beside, factors };
}

/** Row i loses v[i] w' + w[i] v' from column `from` on; answers its product with what lies there in row `top`. */
function updateRow(
  matrix: Float64Array,
  row: number,
  top: number,
  from: number,
  end: number,
  v: Float64Array,
  w: Float64Array,
  i: number,
): number {
  const ofV = v[i];
  const ofW = w[i];
  let sum = 0;
  for (let j = from; j < end; j++) {
    const value = matrix[row + j] - ofV * w[j] - ofW * v[j];
    matrix[row + j] = value;
    sum += value * matrix[top + j];
  }
  return sum;
}

/** The implicit QL method: makes the diagonal the eigenvalues and the unit vectors the eigenvectors. */
async function diagonalize(job: SlicedJob, { diagonal, beside }: Tridiagonal, vectors: Float64Array) {
  const order = diagonal.length;
  const negligible = (k: number) =>
    Math.abs(beside[k]) <= Number.EPSILON * (Math.abs(diagonal[k]) + Math.abs(diagonal[k + 1])) + 1e-300;
  for (let low = 0; low < order; low++) {
    for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      let high = low;
      while (high + 1 < order && !negligible(high)) high++;
      if (high === low) break;
      // Wilkinson's shift, from the first two rows of the block.
      const half = (diagonal[low + 1] - diagonal[low]) / (2 * beside[low]);
      const root = Math.hypot(half, 1);
      let g = diagonal[high] - diagonal[low] + beside[low] / (half < 0 ? half - root : half + root);
      let sine = 1;
      let cosine = 1;
      let shift = 0;
      let i = high - 1;
      for (; i >= low; i--) {
        const f = sine * beside[i];
        const b = cosine * beside[i];
        const length = Math.hypot(f, g);
        beside[i + 1] = length;
        if (length === 0) {
          diagonal[i + 1] -= shift;
          beside[high] = 0;
          break;
        }
        sine = f / length;
        cosine = g / length;
        g = diagonal[i + 1] - shift;
        const r = (diagonal[i] - g) * sine + 2 * cosine * b;
        shift = sine * r;
        diagonal[i + 1] = g + shift;
        g = cosine * r - b;
        rotate(vectors, i * order, order, cosine, sine);
        if (i % 16 === 0) await pauseWhereDue(job, low, order);
      }
      if (i < low) {
        diagonal[low] -= shift;
        beside[low] = g;
        beside[high] = 0;
      }
    }
  }
}

/** Turns the row of vectors at `a` and the one behind it in their plane. */
function rotate(vectors: Float64Array, a: number, order: number, cosine: number, sine: number): void {
  for (let j = a, k = a + order; j < a + order; j++, k++) {
    const before = vectors[j];
    const after = vectors[k];
    vectors[j] = cosine * before - sine * after;
    vectors[k] = sine * before + cosine * after;
  }
}

/** Turns an eigenvector of T into one of A. */
function reflectBack(matrix: Float64Array, factors: Float64Array, vectors: Float64Array, at: number): void {
  const order = factors.length;
  for (let k = order - 2; k >= 0; k--) {
    if (factors[k] === 0) continue;
    const row = k * order;
    let sum = 0;
    for (let j = k + 1; j < order; j++) sum += matrix[row + j] * vectors[at + j];
    sum *= factors[k];
    for (let j = k + 1; j < order; j++) vectors[at + j] -= sum * matrix[row + j];
  }
}
