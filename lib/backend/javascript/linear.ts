import type { LinearModel, LinearOutput } from '../../../binding.d.ts';
import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';
import { PackedVectors } from './packed-vectors.ts';
import { RowBlocks } from './row-blocks.ts';
import type { Rows } from './rows.ts';
import { softmax } from './softmax.ts';

/** Scores of every row for every class, or the probabilities that their softmax gives. */
export async function linear(
  job: SlicedJob,
  x: Rows,
  model: LinearModel,
  output: LinearOutput,
): Promise<Float32Array> {
  const { coef } = model;
  // Read block after block, while the caller may do with its own what it likes.
  const intercept = model.intercept.slice();
  const classes = intercept.length;
  const { center } = model;
  // In float64 the product with the center has digits to spare.
  if (center) {
    for (let k = 0; k < classes; k++) {
      for (let i = 0; i < x.columns; i++) intercept[k] -= coef[k * x.columns + i] * center[i];
    }
  }
  const out = withMemory(() => new Float32Array(x.rows * classes));
  const blocks = new RowBlocks(x, { vectors: classes });
  const weights = new PackedVectors(classes, x.columns);
  for (let k = 0; k < classes; k++) weights.set(k, coef, k * x.columns, x.scale);
  const { width } = weights;
  const scores = new Float64Array(blocks.blockRows * width);
  await blocks.forEach(job, 'predict', (block) => {
    weights.dots(block, scores);
    for (let row = 0; row < block.count; row++) {
      const from = row * width;
      for (let k = 0; k < classes; k++) scores[from + k] += intercept[k];
      if (output === 'probability') softmax(scores, from, classes);
      out.set(scores.subarray(from, from + classes), (block.first + row) * classes);
    }
  });
  return out;
}
