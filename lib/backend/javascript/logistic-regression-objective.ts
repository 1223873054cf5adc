import type { LogisticRegressionOptions } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import { softmax } from './linear.ts';
import { logLoss, softLogLoss } from './logistic-loss.ts';
import { type RowBlock, RowBlocks } from './packed-blocks.ts';
import { PackedVectors } from './packed-vectors.ts';
import type { RegressionColumns } from './regression-columns.ts';
import type { RowTargets } from './row-targets.ts';
import type { Rows } from './rows.ts';
import { dot } from './vectors.ts';

/** Products with the matrix that the estimate of its largest singular value may take. */
const POWER_ITERATIONS = 40;

/**
 * What logistic regression minimises: the weighted sum of log-losses + the penalties. A point is `nClasses` x
 * (columns + 1) numbers in units of values, the intercept last in each row; without intercepts those stay 0.
 */
export class LogisticRegressionObjective {
  readonly x: Rows;
  readonly nClasses: number;
  readonly fitIntercept: boolean;
  /** For each column 1 / C in its own units. */
  readonly penalties: Float64Array;
  readonly #emphasis: Float64Array;
  /** The sum of the rows' weights. */
  readonly weightSum: number;
  /** Weights of the rows; undefined where all are 1. */
  readonly sampleWeight: Float64Array | undefined;
  /** Evaluations so far. */
  passes = 0;
  readonly #job: SlicedJob;
  readonly #targets: RowTargets;
  readonly #blocks: RowBlocks;
  readonly #maxIter: number;

  constructor(
    job: SlicedJob,
    fitted: RegressionColumns,
    targets: RowTargets,
    options: LogisticRegressionOptions,
  ) {
    const x = fitted.rows;
    this.#job = job;
    this.x = x;
    this.nClasses = options.nClasses;
    this.fitIntercept = options.fitIntercept;
    this.penalties = fitted.penalties;
    this.#emphasis = fitted.emphasis;
    this.sampleWeight = options.sampleWeight;
    this.weightSum = sumOfWeights(x.rows, options.sampleWeight);
    this.#targets = targets;
    this.#blocks = new RowBlocks(x, { vectors: options.nClasses, keep: true });
    this.#maxIter = options.maxIter;
  }

  /** Length of a point: `nClasses` x (columns + 1). */
  get size(): number {
    return this.nClasses * (this.x.columns + 1);
  }

  /** The value at `point`; writes the gradient there to `gradient`. */
  async evaluate(point: Float64Array, gradient: Float64Array, iteration: number): Promise<number> {
    const { nClasses, penalties, sampleWeight } = this;
    const { columns, scale } = this.x;
    const { labels, probabilities } = this.#targets;
    this.passes++;
    const sums = new PackedVectors(nClasses, columns);
    const { width } = sums;
    const interceptSums = new Float64Array(nClasses);
    let loss = 0;
    await this.#forEachScores(point, iteration, (block, scores) => {
      for (let row = 0; row < block.count; row++) {
        const at = block.first + row;
        const weight = sampleWeight ? sampleWeight[at] : 1;
        loss += probabilities
          ? softLogLoss(scores, row * width, nClasses, labels[at], weight, probabilities, at * nClasses)
          : logLoss(scores, row * width, nClasses, labels[at], weight);
        for (let k = 0; k < nClasses; k++) interceptSums[k] += scores[row * width + k];
      }
      sums.addRows(block, scores);
    });
    gradient.fill(0);
    for (let k = 0; k < nClasses; k++) {
      const first = k * (columns + 1);
      sums.addTo(k, scale, gradient, first);
      for (let i = 0; i < columns; i++) {
        const weight = point[first + i];
        gradient[first + i] += penalties[i] * weight;
        loss += (penalties[i] * weight * weight) / 2;
      }
      if (this.fitIntercept) gradient[first + columns] = interceptSums[k];
    }
    return loss;
  }

  /** What `tol` is compared to: the largest absolute component of a gradient, divided by the sum of the weights. */
  maxGradient(gradient: Float64Array): number {
    const width = this.x.columns + 1;
    let most = 0;
    for (let i = 0; i < gradient.length; i++) {
      most = Math.max(most, Math.abs(gradient[i]) * (this.#emphasis[i % width] ?? 1));
    }
    return most / this.weightSum;
  }

  /** The probabilities of the classes at `point`: rows x classes. */
  async probabilities(point: Float64Array, iteration: number): Promise<Float64Array> {
    const { nClasses, x } = this;
    const out = new Float64Array(x.rows * nClasses);
    await this.#forEachScores(point, iteration, (block, scores, width) => {
      for (let row = 0; row < block.count; row++) {
        const from = row * width;
        softmax(scores, from, nClasses);
        out.set(scores.subarray(from, from + nClasses), (block.first + row) * nClasses);
      }
    });
    return out;
  }

  /**
   * An estimate, by power iteration from below, of the largest eigenvalue that the objective's Hessian has
   * anywhere: half the largest of X' diag(w) X, because a softmax's own Hessian has none above 1/2, plus the largest
   * penalty.
   */
  async maxCurvature(): Promise<number> {
    const { columns, scale } = this.x;
    const intercept = this.fitIntercept ? 1 : 0;
    let direction = new Float64Array(columns + 1).fill(1 / Math.sqrt(columns + 1));
    let eigenvalue = 0;
    for (let i = 0; i < POWER_ITERATIONS; i++) {
      const vector = new PackedVectors(1, columns);
      vector.set(0, direction, 0, scale);
      const sums = new PackedVectors(1, columns);
      const product = new Float64Array(columns + 1);
      const dots = new Float64Array(this.#blocks.blockRows * vector.width);
      const progress = { phase: 'curvature', done: i, total: POWER_ITERATIONS };
      await this.#blocks.forEach(this.#job, progress, (block) => {
        vector.dots(block, dots);
        for (let row = 0; row < block.count; row++) {
          const at = row * vector.width;
          dots[at] =
            (dots[at] + intercept * direction[columns]) * (this.sampleWeight?.[block.first + row] ?? 1);
          product[columns] += intercept * dots[at];
        }
        sums.addRows(block, dots);
      });
      sums.addTo(0, scale, product, 0);
      const before = eigenvalue;
      eigenvalue = Math.sqrt(dot(product, product));
      if (eigenvalue === 0 || eigenvalue - before <= 1e-3 * eigenvalue) break;
      direction = product.map((value) => value / eigenvalue);
    }
    return eigenvalue / 2 + this.penalties.reduce((a, b) => Math.max(a, b));
  }

  /** Calls `visit` with every block and the scores of its rows, `width` a row. */
  async #forEachScores(
    point: Float64Array,
    iteration: number,
    visit: (block: RowBlock, scores: Float64Array, width: number) => void,
  ): Promise<void> {
    const { nClasses } = this;
    const { columns, scale } = this.x;
    const weights = new PackedVectors(nClasses, columns);
    for (let k = 0; k < nClasses; k++) weights.set(k, point, k * (columns + 1), scale);
    const { width } = weights;
    const scores = new Float64Array(this.#blocks.blockRows * width);
    const progress = { phase: 'iteration', done: iteration, total: this.#maxIter };
    await this.#blocks.forEach(this.#job, progress, (block) => {
      weights.dots(block, scores);
      for (let row = 0; row < block.count; row++) {
        for (let k = 0; k < nClasses; k++) scores[row * width + k] += point[k * (columns + 1) + columns];
      }
      visit(block, scores, width);
    });
  }
}

/** The sum of the rows' weights, which are 1 where none are given. */
export function sumOfWeights(rows: number, sampleWeight: Float64Array | undefined): number {
  return sampleWeight ? sampleWeight.reduce((a, b) => a + b, 0) : rows;
}
