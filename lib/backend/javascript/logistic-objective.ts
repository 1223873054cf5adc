import type { LogisticRegressionOptions, Progress } from '../../../binding.d.ts';
import type { SlicedJob } from './job.ts';
import { softmax } from './linear.ts';
import { logLoss, softLogLoss } from './logistic-loss.ts';
import { addProducts, dotProducts } from './products.ts';
import { blockRows, forEachBlock, type RowBlock } from './row-blocks.ts';
import type { RowTargets } from './row-targets.ts';
import type { Rows } from './rows.ts';

/** What the columns of an objective are like. */
export interface Columns {
  /** For each column what its squared coefficients are multiplied by, and divided by 2. */
  penalties: Float64Array;
  /** The largest absolute component of a gradient as `tol` bounds it; anything above `bound` need not be exact. */
  maxGradient: (gradient: Float64Array, bound: number) => number;
}

/**
 * What logistic regression minimizes: the weighted sum of log-losses + the penalties. A point is `nClasses` x
 * (columns + 1) numbers in units of values, the intercept last in each row; without intercepts those stay 0.
 */
export class LogisticObjective {
  readonly x: Rows;
  readonly nClasses: number;
  readonly fitIntercept: boolean;
  readonly penalties: Float64Array;
  /** Weights of the rows; undefined if all are 1. */
  readonly sampleWeight: Float64Array | undefined;
  /** Evaluations so far. */
  passes = 0;
  readonly #job: SlicedJob;
  readonly #targets: RowTargets;
  readonly #maxIter: number;
  readonly #weightSum: number;
  readonly #maxGradient: Columns['maxGradient'];

  constructor(
    job: SlicedJob,
    x: Rows,
    { penalties, maxGradient }: Columns,
    targets: RowTargets,
    { nClasses, fitIntercept, sampleWeight, maxIter }: LogisticRegressionOptions,
  ) {
    this.#job = job;
    this.x = x;
    this.penalties = penalties;
    this.#maxGradient = maxGradient;
    this.#targets = targets;
    this.nClasses = nClasses;
    this.fitIntercept = fitIntercept;
    this.sampleWeight = sampleWeight;
    this.#weightSum = sumOfWeights(x.rows, sampleWeight);
    this.#maxIter = maxIter;
  }

  /** Length of a class's part of a point. */
  get width(): number {
    return this.x.columns + 1;
  }

  /** The value at `point`; writes the gradient there to `gradient`. */
  async evaluate(point: Float64Array, gradient: Float64Array, iteration: number): Promise<number> {
    const { nClasses, penalties, sampleWeight, width } = this;
    const { columns, scale } = this.x;
    const { labels, probabilities } = this.#targets;
    this.passes++;
    gradient.fill(0);
    const sums = new Float64Array(nClasses * columns);
    let loss = 0;
    await this.#forEachScores(point, iteration, ({ first, count, values }, scores) => {
      for (let row = 0, from = 0; row < count; row++, from += nClasses) {
        const at = first + row;
        const weight = sampleWeight ? sampleWeight[at] : 1;
        loss += probabilities
          ? softLogLoss(scores, from, nClasses, labels[at], weight, probabilities, at * nClasses)
          : logLoss(scores, from, nClasses, labels[at], weight);
        if (!this.fitIntercept) continue;
        for (let k = 0; k < nClasses; k++) gradient[k * width + columns] += scores[from + k];
      }
      addProducts(values, count, scores, nClasses, columns, sums);
    });
    for (let k = 0, at = 0; k < nClasses; k++) {
      for (let i = 0; i < columns; i++, at++) {
        const weight = point[k * width + i];
        gradient[k * width + i] = sums[at] * scale + penalties[i] * weight;
        loss += (penalties[i] * weight * weight) / 2;
      }
    }
    return loss;
  }

  /** What `tol` bounds: the largest absolute component of the gradient, divided by the sum of the weights. */
  maxGradient(gradient: Float64Array, tol: number): number {
    return this.#maxGradient(gradient, tol * this.#weightSum) / this.#weightSum;
  }

  /** For each class and row, class after class, how much the row curves the loss: weight x p (1 - p). */
  async curvatures(point: Float64Array, iteration: number): Promise<Float64Array[]> {
    const { nClasses, sampleWeight, x } = this;
    const curvatures = Array.from({ length: nClasses }, () => new Float64Array(x.rows));
    await this.#forEachScores(point, iteration, ({ first, count }, scores) => {
      for (let row = 0, at = first; row < count; row++, at++) {
        softmax(scores, row * nClasses, nClasses);
        for (let k = 0; k < nClasses; k++) {
          const probability = scores[row * nClasses + k];
          curvatures[k][at] = probability * (1 - probability) * (sampleWeight ? sampleWeight[at] : 1);
        }
      }
    });
    return curvatures;
  }

  /** Calls `visit` with every block and the scores of its rows. */
  async #forEachScores(
    point: Float64Array,
    iteration: number,
    visit: (block: RowBlock, scores: Float64Array) => void,
  ): Promise<void> {
    const { nClasses, width, x } = this;
    const { columns, scale } = x;
    const weights = new Float64Array(nClasses * columns);
    for (let k = 0, to = 0; k < nClasses; k++) {
      for (let i = 0; i < columns; i++) weights[to++] = point[k * width + i] * scale;
    }
    const scores = new Float64Array(blockRows(x, nClasses) * nClasses);
    const progress: Progress = { phase: 'iteration', done: iteration, total: this.#maxIter };
    await forEachBlock(this.#job, x, progress, { nVectors: nClasses }, (block) => {
      dotProducts(block.values, block.count, weights, nClasses, columns, scores);
      for (let row = 0, at = 0; row < block.count; row++) {
        for (let k = 0; k < nClasses; k++) scores[at++] += point[k * width + columns];
      }
      visit(block, scores);
    });
  }
}

/** The sum of the rows' weights, which are 1 if none are given. */
export function sumOfWeights(rows: number, sampleWeight: Float64Array | undefined): number {
  return sampleWeight ? sampleWeight.reduce((a, b) => a + b, 0) : rows;
}
