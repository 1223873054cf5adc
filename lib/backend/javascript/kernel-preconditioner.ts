import { factorize, solve } from './cholesky.ts';
import { gram } from './gram.ts';
import type { SlicedJob } from './job.ts';
import { RowBlocks } from './packed-blocks.ts';
import { PackedVectors } from './packed-vectors.ts';
import type { Preconditioner } from './preconditioner.ts';
import type { Rows } from './rows.ts';

/**
 * The same matrix for a class as {@link GramPreconditioner}'s, X' W X + R with the ridge R, but inverted among the
 * rows, for matrices with fewer rows than columns (Woodbury): R⁻¹ - R⁻¹ X' W^½ (I + W^½ X R⁻¹ X' W^½)⁻¹ W^½ X R⁻¹.
 */
export class KernelPreconditioner implements Preconditioner {
  readonly #job: SlicedJob;
  readonly #x: Rows;
  readonly #blocks: RowBlocks;
  readonly #fitIntercept: boolean;
  readonly #penalty: number;
  /** X R⁻¹ X', the lower triangle. */
  #kernel: Float64Array | undefined;
  #ridge = 0;
  #interceptRidge = 0;
  #roots: Float64Array[] = [];
  #factors: Float64Array[] = [];

  constructor(job: SlicedJob, x: Rows, fitIntercept: boolean, penalty: number) {
    this.#job = job;
    this.#x = x;
    this.#blocks = new RowBlocks(x, { keep: true });
    this.#fitIntercept = fitIntercept;
    this.#penalty = penalty;
  }

  async build(classWeights: readonly Float64Array[]): Promise<void> {
    const { rows } = this.#x;
    this.#kernel ??= await this.#kernelMatrix();
    const kernel = this.#kernel;
    const roots: Float64Array[] = [];
    const factors: Float64Array[] = [];
    for (const [k, weights] of classWeights.entries()) {
      const root = weights.map(Math.sqrt);
      const matrix = new Float64Array(rows * rows);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j <= i; j++) matrix[i * rows + j] = root[i] * kernel[i * rows + j] * root[j];
        matrix[i * rows + i] += 1;
      }
      const progress = { phase: 'preconditioner', done: k, total: classWeights.length };
      await factorize(this.#job, progress, matrix, rows);
      roots.push(root);
      factors.push(matrix);
    }
    this.#roots = roots;
    this.#factors = factors;
  }

  async apply(vectors: readonly Float64Array[]): Promise<void> {
    const { columns, rows, scale } = this.#x;
    const classes = vectors.length;
    const progress = { phase: 'direction', done: 0, total: 1 };
    for (const vector of vectors) {
      for (let f = 0; f < columns; f++) vector[f] /= this.#ridge;
      if (this.#fitIntercept) vector[columns] /= this.#interceptRidge;
    }
    const packed = new PackedVectors(classes, columns);
    for (let k = 0; k < classes; k++) packed.set(k, vectors[k], 0, scale);
    const { width } = packed;
    const dots = new Float64Array(this.#blocks.blockRows * width);
    const inRows = Array.from({ length: classes }, () => new Float64Array(rows));
    await this.#blocks.forEach(this.#job, progress, (block) => {
      packed.dots(block, dots);
      for (let k = 0; k < classes; k++) {
        const intercept = this.#fitIntercept ? vectors[k][columns] : 0;
        for (let r = 0; r < block.count; r++) inRows[k][block.first + r] = dots[r * width + k] + intercept;
      }
    });

    for (let k = 0; k < classes; k++) {
      const root = this.#roots[k % this.#roots.length];
      for (let i = 0; i < rows; i++) inRows[k][i] *= root[i];
      solve(this.#factors[k % this.#factors.length], rows, inRows[k]);
      for (let i = 0; i < rows; i++) inRows[k][i] *= root[i];
    }

    const sums = new PackedVectors(classes, columns);
    await this.#blocks.forEach(this.#job, progress, (block) => {
      for (let r = 0; r < block.count; r++) {
        for (let k = 0; k < classes; k++) dots[r * width + k] = inRows[k][block.first + r];
      }
      sums.addRows(block, dots);
    });
    for (let k = 0; k < classes; k++) {
      sums.addTo(k, -scale / this.#ridge, vectors[k], 0);
      if (this.#fitIntercept)
        vectors[k][columns] -= inRows[k].reduce((a, b) => a + b, 0) / this.#interceptRidge;
    }
  }

  async #kernelMatrix(): Promise<Float64Array> {
    const { rows, columns } = this.#x;
    const kernel = await gram(this.#job, { phase: 'preconditioner', done: 0, total: 1 }, this.#x);
    let trace = 0;
    for (let i = 0; i < rows; i++) trace += kernel[i * rows + i];
    const least = (trace / columns) * 1e-6 || 1;
    this.#ridge = Math.max(this.#penalty, least);
    this.#interceptRidge = least;
    for (let i = 0; i < kernel.length; i++) {
      kernel[i] = kernel[i] / this.#ridge + (this.#fitIntercept ? 1 / this.#interceptRidge : 0);
    }
    return kernel;
  }
}
