import { factorize, solve } from './cholesky.ts';
import { sampleByWeight, type WeightedRows } from './curvature-weights.ts';
import { gram } from './gram.ts';
import type { SlicedJob } from './job.ts';
import type { Preconditioner } from './preconditioner.ts';
import { Rows } from './rows.ts';

/** Rows that one class's matrix is made from: enough of them for 784 columns, and a fraction of 60,000. */
const SAMPLE_ROWS = 4000;

/**
 * For each class the Cholesky factor of X' diag(w) X + ridge, of columns x columns, from a sample of the rows: for
 * matrices with more rows than columns.
 */
export class GramPreconditioner implements Preconditioner {
  readonly #job: SlicedJob;
  readonly #x: Rows;
  readonly #fitIntercept: boolean;
  readonly #penalties: Float64Array;
  #factors: Float64Array[] = [];

  constructor(job: SlicedJob, x: Rows, fitIntercept: boolean, penalties: Float64Array) {
    this.#job = job;
    this.#x = x;
    this.#fitIntercept = fitIntercept;
    this.#penalties = penalties;
  }

  get #size(): number {
    return this.#x.columns + (this.#fitIntercept ? 1 : 0);
  }

  async build(classWeights: readonly Float64Array[]): Promise<void> {
    const factors: Float64Array[] = [];
    for (const [k, weights] of classWeights.entries()) {
      const progress = { phase: 'preconditioner', done: k, total: classWeights.length };
      const sample = sampleByWeight(weights, SAMPLE_ROWS);
      const matrix = await gram(this.#job, progress, this.#transposed(sample));
      this.#addRidge(matrix);
      await factorize(this.#job, progress, matrix, this.#size);
      factors.push(matrix);
    }
    this.#factors = factors;
  }

  async apply(vectors: readonly Float64Array[]): Promise<void> {
    for (const [k, vector] of vectors.entries()) {
      if (this.#job.isDue) await this.#job.pause({ phase: 'direction', done: k, total: vectors.length });
      solve(this.#factors[k % this.#factors.length], this.#size, vector);
    }
  }

  /** The sampled rows' values times the root of their weights, transposed; last, where it is fitted, the intercept. */
  #transposed({ rows, weights }: WeightedRows): Rows {
    const { columns, scale, data } = this.#x;
    const out = new Float32Array(this.#size * rows.length);
    for (let r = 0; r < rows.length; r++) {
      const root = Math.sqrt(weights[r]);
      const from = rows[r] * columns;
      for (let f = 0; f < columns; f++) out[f * rows.length + r] = data[from + f] * scale * root;
      if (this.#fitIntercept) out[columns * rows.length + r] = root;
    }
    return new Rows(out, this.#size, rows.length, 1);
  }

  /** Adds the penalty, and as little as keeps the matrix invertible where there is none. */
  #addRidge(matrix: Float64Array): void {
    const size = this.#size;
    let trace = 0;
    for (let i = 0; i < size; i++) trace += matrix[i * size + i];
    const least = (trace / size) * 1e-6 || 1;
    for (let i = 0; i < size; i++) {
      matrix[i * size + i] += Math.max(least, this.#penalties[i] ?? 0);
    }
  }
}
