import type { LinearModel, LinearOutput } from '../../../binding.d.ts';
import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';
import { dotProducts } from './products.ts';
import { blockRows, forEachBlock } from './row-blocks.ts';
import type { Rows } from './rows.ts';

/** Scores of every row for every class, or the probabilities that their softmax gives. */
export async function linear(
  job: SlicedJob,
  x: Rows,
  model: LinearModel,
  output: LinearOutput,
): Promise<Float32Array> {
  const { outputs, apply } = linearMap(model, x.columns);
  const out = withMemory(() => new Float32Array(x.rows * outputs));
  const scores = new Float64Array(blockRows(x, outputs) * outputs);
  await forEachBlock(job, x, 'predict', { unit: 1, nVectors: outputs }, ({ first, count, values }) => {
    apply(values, count, scores);
    if (output === 'probability')
      for (let row = 0; row < count; row++) softmax(scores, row * outputs, outputs);
    out.set(scores.subarray(0, count * outputs), first * outputs);
  });
  return out;
}

/**
 * A linear model as a function that writes the `outputs` of each of some rows to `scores`. It keeps a copy, while the
 * caller may do with its own what it likes.
 */
export function linearMap({ coef, intercept, center }: LinearModel, columns: number) {
  const outputs = intercept.length;
  const weights = Float64Array.from(coef);
  // In float64 the product with the center has digits to spare.
  const shifts = intercept.map((value, k) => {
    let shift = value;
    if (center) for (let i = 0; i < columns; i++) shift -= weights[k * columns + i] * center[i];
    return shift;
  });
  const apply = (rows: Float64Array, nRows: number, scores: Float64Array): void => {
    dotProducts(rows, nRows, weights, outputs, columns, scores);
    for (let row = 0, at = 0; row < nRows; row++) {
      for (let k = 0; k < outputs; k++, at++) scores[at] += shifts[k];
    }
  };
  return { outputs, apply };
}

/** Turns `count` scores from `from` on into probabilities that sum to 1. */
export function softmax(scores: Float64Array, from: number, count: number): void {
  let most = -Infinity;
  for (let i = from; i < from + count; i++) if (scores[i] > most) most = scores[i];
  let sum = 0;
  for (let i = from; i < from + count; i++) {
    // Less the largest, so that no exponential overflows.
    scores[i] = Math.exp(scores[i] - most);
    sum += scores[i];
  }
  for (let i = from; i < from + count; i++) scores[i] /= sum;
}
