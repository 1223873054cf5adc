import { describe, expect, it } from 'vitest';
import { calibrationCurve } from '../../lib/metrics/calibration.ts';
import { RandomState } from '../../lib/random-state.ts';
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
      'row 0 has 7',
    );
  });
});
