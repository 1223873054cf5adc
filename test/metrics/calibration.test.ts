import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { RandomState } from '../../lib/core/random-state.ts';
import { calibrationCurve } from '../../lib/metrics/calibration.ts';
import { expectError } from '../support/errors.ts';

/** Probabilities of two classes of which the first is as probable as told. */
const of = (probabilities: number[]) => ({
  data: Float32Array.from(probabilities.flatMap((p) => [p, 1 - p])),
  shape: [probabilities.length, 2] as const,
});

describe('calibrationCurve', () => {
  it('parts the rows by confidence, and compares it with how often they are right', () => {
    const { bins, expectedCalibrationError } = calibrationCurve(
      ['a', 'b', 'a', 'b', 'b'],
      of([0.75, 0.75, 0.95, 0.05, 0.7]),
      ['a', 'b'],
    );
    expect(bins).toEqual([
      { count: 1, confidence: expect.closeTo(0.7, 6), accuracy: expect.objectContaining({ value: 0 }) },
      { count: 2, confidence: 0.75, accuracy: expect.objectContaining({ value: 0.5 }) },
      { count: 2, confidence: expect.closeTo(0.95, 6), accuracy: expect.objectContaining({ value: 1 }) },
    ]);
    expect(expectedCalibrationError.value).toBeCloseTo((0.7 + 2 * 0.25 + 2 * 0.05) / 5, 6);
  });

  it('finds almost no error where probabilities are right, and the error that there is where they are not', () => {
    const random = new RandomState(0);
    const said = Array.from(random.uniform(4000, 0.5, 1));
    const draws = random.randomSample(4000);
    const right = said.map((p, i) => (draws[i]! < p ? 'a' : 'b'));
    const bold = said.map((p, i) => (draws[i]! < p - 0.2 ? 'a' : 'b'));
    const error = (labels: string[]) =>
      calibrationCurve(labels, of(said), ['a', 'b']).expectedCalibrationError;
    expect(error(right).value).toBeLessThan(0.03);
    expect(error(bold).value).toBeCloseTo(0.2, 1);
    expect(error(bold).low).toBeGreaterThan(0.15);
    expect(error(bold)).toEqual(error(bold));
  });

  it('makes bins of as many rows each where asked to', () => {
    const { bins } = calibrationCurve(
      Array<string>(8).fill('a'),
      of([0.6, 0.61, 0.62, 0.63, 0.9, 0.91, 0.92, 0.93]),
      ['a', 'b'],
      { nBins: 4, strategy: 'quantile' },
    );
    expect(bins.map(({ count }) => count)).toEqual([2, 2, 2, 2]);
  });

  it.each(['uniform', 'quantile'] as const)('takes no more memory for a billion %s bins', (strategy) => {
    const { bins } = calibrationCurve(['a', 'a', 'b'], of([0.6, 0.9, 0.9]), ['a', 'b'], {
      nBins: 1e9,
      strategy,
    });
    expect(bins.map(({ count }) => count)).toEqual([1, 2]);
  });

  it('refuses what does not fit', async () => {
    await expectError(
      () => calibrationCurve(['a'], of([0.5]), ['a']),
      'ERR_INVALID_ARGUMENT',
      '2 different names',
    );
    await expectError(
      () => calibrationCurve(['a', 'b'], of([0.5]), ['a', 'b']),
      'ERR_INVALID_ARGUMENT',
      'yTrue',
    );
    await expectError(
      () => calibrationCurve(['a'], of([7]), ['a', 'b']),
      'ERR_INVALID_ARGUMENT',
      'row 0, column 0 of probabilities',
    );
  });

  it.each([
    [0.7, Number.NaN],
    [Number.NaN, 0.7],
    [-1, 0.5],
    [Number.NEGATIVE_INFINITY, 0.5],
    [1.5, -0.5],
    [0.2, 0.2],
    [0.7, 0.7],
    [1e-30, 0],
  ])('refuses [%d, %d], which are no probabilities, naming the row', async (a, b) => {
    const probabilities = { data: Float32Array.of(0.5, 0.5, a, b), shape: [2, 2] as const };
    await expectError(
      () => calibrationCurve(['a', 'b'], probabilities, ['a', 'b']),
      'ERR_INVALID_ARGUMENT',
      /row 1.* of probabilities/,
    );
  });

  it('refuses any row that is not probabilities, and no other', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const bad = fc.oneof(
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
      fc.double({ min: 1.01, max: 1e30, noNaN: true }),
      fc.double({ min: -1e30, max: -0.01, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(share, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
        fc.nat(),
        bad,
        (rows, place, value) => {
          const proper = rows.map((row) => {
            const sum = row[0]! + row[1]! + row[2]!;
            return sum > 0 ? row.map((each) => each / sum) : row;
          });
          const data = Float32Array.from(proper.flat());
          const probabilities = { data, shape: [rows.length, 3] as const };
          const truth = rows.map(() => 'a');
          const { bins, expectedCalibrationError } = calibrationCurve(truth, probabilities, ['a', 'b', 'c']);
          expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length);
          expect(expectedCalibrationError.low).toBeLessThanOrEqual(expectedCalibrationError.value);
          expect(expectedCalibrationError.high).toBeGreaterThanOrEqual(expectedCalibrationError.value);
          data[place % data.length] = value;
          expect(() => calibrationCurve(truth, probabilities, ['a', 'b', 'c'])).toThrow(
            `row ${Math.floor((place % data.length) / 3)}`,
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('counts a row of zeros, which no label reached, as a prediction of confidence 0 that is wrong', () => {
    const probabilities = { data: Float32Array.of(0, 0, 1, 0), shape: [2, 2] as const };
    const { bins } = calibrationCurve(['a', 'a'], probabilities, ['a', 'b']);
    expect(bins.map(({ confidence, accuracy }) => [confidence, accuracy.value])).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it('takes the scale of bytes into account', () => {
    const bytes = { data: Uint8Array.of(204, 51, 51, 204), shape: [2, 2] as const, scale: 1 / 255 };
    const { bins, expectedCalibrationError } = calibrationCurve(['a', 'a'], bytes, ['a', 'b']);
    expect(bins).toEqual([{ count: 2, confidence: 0.8, accuracy: expect.objectContaining({ value: 0.5 }) }]);
    expect(expectedCalibrationError.value).toBeCloseTo(0.3, 12);
  });

  it.each(['uniform', 'quantile'] as const)(
    'draws a bounded number of times, however many rows (%s)',
    (strategy) => {
      const random = new RandomState(0);
      const rows = 60_000;
      const probabilities = of(Array.from(random.uniform(rows)));
      const truth = Array.from({ length: rows }, (_, row) => (row % 3 ? 'a' : 'b'));
      const draws = vi.spyOn(RandomState.prototype, 'randomSample');
      calibrationCurve(truth, probabilities, ['a', 'b'], { strategy });
      const drawn = draws.mock.calls.reduce((sum, [size = 1]) => sum + (size as number), 0);
      draws.mockRestore();
      expect(drawn).toBeLessThan(2e6);
    },
  );
});
