import type { LinearModel, LinearOutput } from '../../../binding.d.ts';
import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';
import { PackedVectors } from './packed-vectors.ts';
import { type RowBlock, RowBlocks } from './row-blocks.ts';
import type { Rows } from './rows.ts';
import { softmax } from './softmax.ts';

/** Scores of every row for every class, or the probabilities that their softmax gives. */
export async function linear(
  job: SlicedJob,
  x: Rows,
  model: LinearModel,
  output: LinearOutput,
): Promise<Float32Array> {
  const packed = new PackedLinear(model, x.columns, x.scale);
  const { outputs, width } = packed;
  const out = withMemory(() => new Float32Array(x.rows * outputs));
  const blocks = new RowBlocks(x, { vectors: outputs });
  const scores = new Float64Array(blocks.blockRows * width);
  await blocks.forEach(job, 'predict', (block) => {
    packed.apply(block, scores);
    for (let row = 0; row < block.count; row++) {
      const from = row * width;
      if (output === 'probability') softmax(scores, from, outputs);
      out.set(scores.subarray(from, from + outputs), (block.first + row) * outputs);
    }
  });
  return out;
}

/** A linear model, packed for products with blocks of rows; a copy, while the caller may do with its own what it likes. */
export class PackedLinear {
  readonly outputs: number;
  readonly #intercept: Float64Array;
  readonly #coef: PackedVectors;

  /** @param scale of the rows */
  constructor({ coef, intercept, center }: LinearModel, columns: number, scale: number) {
    this.#intercept = intercept.slice();
    this.outputs = intercept.length;
    this.#coef = new PackedVectors(this.outputs, columns);
    for (let k = 0; k < this.outputs; k++) {
      this.#coef.set(k, coef, k * columns, scale);
      // In float64 the product with the center has digits to spare.
      if (!center) continue;
      for (let i = 0; i < columns; i++) this.#intercept[k] -= coef[k * columns + i] * center[i];
    }
  }

  /** Elements from the scores of one row to those of the next. */
  get width(): number {
    return this.#coef.width;
  }

  /** To `scores`: the outputs of each row of a block. */
  apply(block: RowBlock, scores: Float64Array): void {
    this.#coef.dots(block, scores);
    for (let row = 0; row < block.count; row++) {
      const from = row * this.width;
      for (let k = 0; k < this.outputs; k++) scores[from + k] += this.#intercept[k];
    }
  }
}
