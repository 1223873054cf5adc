import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { RandomState } from '../../lib/core/random-state.ts';
import { wilsonInterval } from '../../lib/core/statistics.ts';
import { accuracyScore, classificationReport } from '../../lib/metrics/classification-report.ts';
import { confusionMatrix } from '../../lib/metrics/confusion-matrix.ts';
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
    await expectError(
      () => confusionMatrix([1, 2], [1, 3], { labels: [4] }),
      'ERR_INVALID_ARGUMENT',
      'occurs in',
    );
    await expectError(() => confusionMatrix([1], [undefined] as never), 'ERR_INVALID_ARGUMENT', 'yPred[0]');
    await expectError(() => confusionMatrix([null] as never, [1]), 'ERR_INVALID_ARGUMENT', 'yTrue[0]');
    await expectError(() => confusionMatrix([1], [1], { labels: [1, 1] }), 'ERR_INVALID_ARGUMENT', 'twice');
    await expectError(() => confusionMatrix([1, 2], ['a', 'b'] as never), 'ERR_INVALID_ARGUMENT', 'one kind');
    await expectError(
      () => confusionMatrix([1, 2], [1, 'b'] as never),
      'ERR_INVALID_ARGUMENT',
      /yTrue\[0\] is a number and yPred\[1\] is a string/,
    );
  });

  it('counts the given labels alone, and no row without a prediction', () => {
    const yTrue = ['a', 'b', 'c', 'a', 'b'];
    const yPred = ['a', 'c', 'c', null, 'a'];
    expect([...confusionMatrix(yTrue, yPred, { labels: ['a', 'b'] }).counts]).toEqual([1, 0, 1, 0]);
  });

  it('refuses more classes than there is memory for', async () => {
    const labels = Array.from({ length: 2 ** 18 }, (_, label) => label);
    await expectError(() => confusionMatrix(labels, labels), 'ERR_OUT_OF_MEMORY', '262144 classes');
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

  it("gives the figures of scikit-learn's for some of the labels", () => {
    const report = classificationReport(yTrue, yPred, { labels: [2, 0] });
    expect(report.classes.map(({ label, support }) => [label, support])).toEqual([
      [2, 3],
      [0, 1],
    ]);
    expect(report.classes[0]!.recall.value).toBeCloseTo(2 / 3, 12);
    expect(report.classes[1]!.precision.value).toBe(0.5);
    expect(report.macroF1.value).toBeCloseTo((2 / 3 + 0.8) / 2, 12);
    expect([report.support, report.accuracy.value]).toEqual([5, 0.6]);
  });

  it('counts a row without a prediction as wrong', () => {
    const report = classificationReport(['a', 'a', 'b', 'b'], ['a', null, 'b', null]);
    expect(report.accuracy.value).toBe(0.5);
    expect(accuracyScore(['a', 'a', 'b', 'b'], ['a', null, 'b', null])).toEqual(report.accuracy);
    for (const { precision, recall, support } of report.classes) {
      expect([precision.value, recall.value, support]).toEqual([1, 0.5, 2]);
    }
    expect(accuracyScore(['a'], [null]).value).toBe(0);
    expect(classificationReport(['a'], [null]).macroF1.value).toBe(0);
  });

  it.each([
    [8, 1],
    [10, 1],
    [26, 2],
    [100, 3],
    [1000, 1],
    [2, 2],
    [3000, 1],
    [2500, 3],
  ])(
    'has a mean of F1 of exactly 1, interval included, for %i classes of %i rows all right',
    (classes, each) => {
      const labels = Array.from({ length: classes * each }, (_, row) => row % classes);
      expect(classificationReport(labels, labels).macroF1).toEqual({ value: 1, low: 1, high: 1 });
    },
  );

  it('does not hold rare classes against a sample that lacks them', () => {
    const truth = Array.from({ length: 1000 }, (_, row) => (row < 10 ? 1 + (row % 5) : 0));
    const predicted = truth.map((label, row) => (row === 20 ? 1 : label));
    const { value, low, high } = classificationReport(truth, predicted).macroF1;
    expect(value).toBeGreaterThan(0.96);
    expect(low).toBeGreaterThan(0.85);
    expect(high).toBeGreaterThanOrEqual(value);
  });

  it('counts a label that no row has as 0, in the interval too', () => {
    const { macroF1 } = classificationReport([0, 0], [0, 0], { labels: [0, 7] });
    expect(macroF1).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
  });

  it.each([
    ['60,000 rows of 10 classes', 60_000, 10],
    ['1,000 rows of 1,000 classes', 1000, 1000],
    ['60,000 rows of 1,000 classes', 60_000, 1000],
    ['60,000 rows of 100 classes', 60_000, 100],
  ])('draws a bounded number of times for %s', (_, rows, classes) => {
    const random = new RandomState(0);
    const [truth, wrong] = [random.randint(0, classes, rows), random.randint(0, classes, rows)];
    const predicted = truth.map((label, row) => (row % 10 ? label : wrong[row]!));
    const draws = vi.spyOn(RandomState.prototype, 'randomSample');
    const { macroF1 } = classificationReport(truth, predicted);
    const drawn = draws.mock.calls.reduce((sum, [size = 1]) => sum + (size as number), 0);
    draws.mockRestore();
    expect(drawn).toBeLessThan(5e5);
    expect(macroF1.low).toBeLessThan(macroF1.value);
    expect(macroF1.high).toBeGreaterThan(macroF1.value);
  });

  it('has an interval of the mean of F1 as wide as it varies, also of more classes than can be drawn again', () => {
    const random = new RandomState(1);
    const [rows, classes] = [12_000, 100];
    const reports = Array.from({ length: 40 }, () => {
      const [truth, wrong] = [random.randint(0, classes, rows), random.randint(0, classes, rows)];
      const luck = random.randomSample(rows);
      return classificationReport(
        truth,
        truth.map((label, row) => (luck[row]! < 0.4 + 0.4 * (label / classes) ? label : wrong[row]!)),
      ).macroF1;
    });
    const mean = reports.reduce((sum, { value }) => sum + value, 0) / reports.length;
    const variance = reports.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (reports.length - 1);
    const half = reports.reduce((sum, { low, high }) => sum + (high - low) / 2, 0) / reports.length;
    expect(half / (1.96 * Math.sqrt(variance))).toBeGreaterThan(0.75);
    expect(half / (1.96 * Math.sqrt(variance))).toBeLessThan(1.35);
  });

  it('has every figure within its interval, and the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }).chain((classes) => {
          const label = fc.integer({ min: 0, max: classes - 1 });
          const pair = label.chain((truth) =>
            fc.tuple(fc.constant(truth), fc.oneof(fc.constant(truth), label, fc.constant(null))),
          );
          return fc.array(pair, { minLength: 1, maxLength: 60 });
        }),
        (pairs) => {
          const [truth, predicted] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
          const report = classificationReport(truth, predicted);
          const all = report.classes.flatMap(({ precision, recall, f1Score }) => [
            precision,
            recall,
            f1Score,
          ]);
          for (const { value, low, high } of [report.accuracy, report.macroF1, ...all]) {
            expect(low).toBeLessThanOrEqual(high);
            if (Number.isNaN(value)) continue;
            expect(value).toBeGreaterThanOrEqual(low - 1e-12);
            expect(value).toBeLessThanOrEqual(high + 1e-12);
          }
          expect(report.classes.reduce((sum, { support }) => sum + support, 0)).toBe(pairs.length);
          expect(classificationReport(truth, predicted)).toEqual(report);
        },
      ),
      { numRuns: 40 },
    );
  });
});
