import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracyScore, classificationReport } from '../../lib/metrics/classification-report.ts';
import { confusionMatrix } from '../../lib/metrics/confusion-matrix.ts';
import { wilsonInterval } from '../../lib/metrics/intervals.ts';
import { expectError } from '../support/errors.ts';

describe("Wilson's interval", () => {
  it("is that of statsmodels' proportion_confint(method='wilson')", () => {
    const { value, low, high } = wilsonInterval(7, 20);
    expect(value).toBe(0.35);
    expect([low, high].map((each) => each.toFixed(6))).toEqual(['0.181192', '0.567146']);
    expect(wilsonInterval(0, 10)).toEqual({ value: 0, low: 0, high: expect.closeTo(0.277533, 6) });
    expect(wilsonInterval(10, 10)).toEqual({ value: 1, low: expect.closeTo(0.722467, 6), high: 1 });
    expect(wilsonInterval(0, 0)).toEqual({ value: Number.NaN, low: 0, high: 1 });
  });

  it('solves the score equation at both ends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, share) => {
          const hits = Math.min(count - 1, Math.max(1, Math.round(share * count)));
          if (hits >= count || hits < 1) return;
          const { value, low, high } = wilsonInterval(hits, count);
          for (const p of [low, high]) {
            expect(Math.abs(value - p) / Math.sqrt((p * (1 - p)) / count)).toBeCloseTo(1.959964, 5);
          }
        },
      ),
    );
  });
});

describe('confusionMatrix', () => {
  it("counts what scikit-learn's does", () => {
    const yTrue = ['cat', 'ant', 'cat', 'cat', 'ant', 'bird'];
    const yPred = ['ant', 'ant', 'cat', 'cat', 'ant', 'cat'];
    expect(confusionMatrix(yTrue, yPred)).toEqual({
      labels: ['ant', 'bird', 'cat'],
      counts: Int32Array.of(2, 0, 0, 0, 0, 1, 1, 0, 2),
    });
    expect([...confusionMatrix(yTrue, yPred, { labels: ['cat', 'bird', 'ant'] }).counts]).toEqual([
      2, 0, 1, 1, 0, 0, 0, 0, 2,
    ]);
  });

  it('refuses what does not fit', async () => {
    await expectError(() => confusionMatrix([1, 2], [1]), 'ERR_INVALID_ARGUMENT', '2 elements in yPred');
    await expectError(() => confusionMatrix([], []), 'ERR_INVALID_ARGUMENT', 'none');
    await expectError(() => confusionMatrix([1, 2], [1, 3], { labels: [1, 2] }), 'ERR_INVALID_ARGUMENT', '3');
    await expectError(() => confusionMatrix([1], [1], { labels: [1, 1] }), 'ERR_INVALID_ARGUMENT', 'twice');
    await expectError(() => confusionMatrix([1, 2], ['a', 'b'] as never), 'ERR_INVALID_ARGUMENT', 'one kind');
  });
});

describe('classificationReport', () => {
  const yTrue = [0, 1, 2, 2, 2];
  const yPred = [0, 0, 2, 2, 1];

  it("gives the figures of scikit-learn's", () => {
    const report = classificationReport(yTrue, yPred);
    const figures = report.classes.map(({ precision, recall, f1Score, support }) => [
      precision.value,
      recall.value,
      f1Score.value,
      support,
    ]);
    expect(figures).toEqual([
      [0.5, 1, 2 / 3, 1],
      [0, 0, 0, 1],
      [1, 2 / 3, 0.8, 3].map((each) => (each === 0.8 ? expect.closeTo(0.8, 12) : each)),
    ]);
    expect(report.accuracy.value).toBe(0.6);
    expect(report.macroF1.value).toBeCloseTo((2 / 3 + 0.8) / 3, 12);
    expect(accuracyScore(yTrue, yPred)).toEqual(report.accuracy);
  });

  it('has every figure within its interval, and the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), {
          minLength: 1,
          maxLength: 30,
        }),
        (pairs) => {
          const [truth, predicted] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
          const report = classificationReport(truth, predicted);
          const all = report.classes.flatMap(({ precision, recall, f1Score }) => [
            precision,
            recall,
            f1Score,
          ]);
          for (const { value, low, high } of [report.accuracy, ...all]) {
            expect(low).toBeLessThanOrEqual(high);
            if (Number.isNaN(value)) continue;
            expect(value).toBeGreaterThanOrEqual(low - 1e-12);
            expect(value).toBeLessThanOrEqual(high + 1e-12);
          }
          expect(report.classes.reduce((sum, { support }) => sum + support, 0)).toBe(pairs.length);
          expect(classificationReport(truth, predicted)).toEqual(report);
        },
      ),
      { numRuns: 20 },
    );
  });
});
