import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOperations } from '../support/operations.ts';
import { anyPair, bytes, floats, prepare, valueAt, valuesOf } from '../support/plain.ts';

describeOperations('linear', (operations) => {
  it('gives x times coef plus intercept to float precision', async () => {
    await fc.assert(
      fc.asyncProperty(anyPair(12), async ([x, model]) => {
        const coef = Float32Array.from(model.data);
        const intercept = Float64Array.from({ length: model.rows }, (_, k) => k - 1.5);
        const scores = await valuesOf(
          operations.linear(operations.createJob(), prepare(operations, x), { coef, intercept }, 'decision'),
        );
        for (let row = 0; row < x.rows; row++) {
          for (let k = 0; k < model.rows; k++) {
            let [score, size] = [intercept[k], Math.abs(intercept[k])];
            for (let column = 0; column < x.columns; column++) {
              const term = valueAt(x, row, column) * coef[k * x.columns + column];
              score += term;
              size += Math.abs(term);
            }
            const found = scores[row * model.rows + k];
            expect(Math.abs(found - score)).toBeLessThanOrEqual(1e-5 * size);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each([1, 33, 130])('subtracts a center from every row first, of %i outputs', async (outputs) => {
    const columns = 300;
    const x = floats(
      columns,
      Array.from({ length: 101 * columns }, (_, i) => 2 ** 20 + (i % 7)),
      0.5,
    );
    const coef = Float32Array.from({ length: outputs * columns }, (_, i) => Math.cos(i));
    const center = new Float64Array(columns).fill(2 ** 19 + 1 / 3);
    const intercept = Float64Array.from({ length: outputs }, (_, k) => k);
    const scores = await valuesOf(
      operations.linear(
        operations.createJob(),
        prepare(operations, x),
        { coef, intercept, center },
        'decision',
      ),
    );
    for (let row = 0; row < x.rows; row++) {
      for (let k = 0; k < outputs; k++) {
        let score = intercept[k]!;
        for (let i = 0; i < columns; i++) {
          score += (valueAt(x, row, i) - center[i]!) * coef[k * columns + i]!;
        }
        expect(Math.abs(scores[row * outputs + k]! - score)).toBeLessThanOrEqual(1e-3);
      }
    }
  });

  it('gives probabilities: the softmax of the decision', async () => {
    const x = prepare(operations, bytes(2, [10, 0, 0, 10], 0.1));
    const model = { coef: Float32Array.of(1, 0, 0, 1, -1, 2), intercept: Float64Array.of(0, 0.5, 0) };
    const probabilities = await valuesOf(operations.linear(operations.createJob(), x, model, 'probability'));
    const softmax = (scores: number[]) => {
      const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
      return scores.map((score) => Math.exp(score) / sum);
    };
    [...softmax([1, 0.5, -1]), ...softmax([0, 1.5, 2])].forEach((probability, i) => {
      expect(probabilities[i]).toBeCloseTo(probability, 6);
    });
  });

  it('stays finite for scores of any size', async () => {
    const x = prepare(operations, floats(1, [1, -1]));
    const model = { coef: Float32Array.of(1e30, -1e30), intercept: Float64Array.of(0, 0) };
    const [likely, unlikely] = await valuesOf(
      operations.linear(operations.createJob(), x, model, 'probability'),
    );
    expect(likely).toBe(1);
    expect(unlikely).toBeLessThan(1e-30);
  });

  it('is certain where there is one class', async () => {
    const x = prepare(operations, floats(1, [1, -1]));
    const model = { coef: Float32Array.of(3), intercept: Float64Array.of(-2) };
    expect([...(await valuesOf(operations.linear(operations.createJob(), x, model, 'probability')))]).toEqual(
      [1, 1],
    );
  });
});
