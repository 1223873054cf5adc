import { expect, it } from 'vitest';
import { prepare } from '../../lib/backend/prepared-matrix.ts';
import { StandardScaler } from '../../lib/features/standard-scaler.ts';
import { describeOnBackends } from '../support/backends.ts';
import { expectError } from '../support/errors.ts';
import { close, X } from './scikit-learn.ts';

describeOnBackends('StandardScaler', () => {
  it('finds what scikit-learn finds', async () => {
    const scaler = await new StandardScaler().fit(X);
    close(scaler.mean, [3.833333333333, 2.5, 3, 4.166666666667], 11);
    close(scaler.variance, [9.138888888889, 2.916666666667, 0, 10.138888888889], 11);
    close(scaler.scale, [3.023059524536, 1.70782512766, 1, 3.184162195757], 11);
    const { data, shape } = await scaler.transform(X);
    expect(shape).toEqual([6, 4]);
    const first = [-1.268031046766, 1.463850109423, 0, -0.994505452921];
    close(data.subarray(0, 8), [...first, -0.27565892321, 0.878310065654, 0, -0.366396745813], 6);
  });

  it('goes there and back', async () => {
    for (const options of [
      {},
      { withMean: false },
      { withStd: false },
      { withMean: false, withStd: false },
    ]) {
      const scaler = new StandardScaler(options);
      const there = await scaler.fitTransform(prepare(X));
      close((await scaler.inverseTransform(there)).data, X.data, 5);
    }
  });

  it('leaves out what it is told to leave out', async () => {
    const scaler = await new StandardScaler({ withMean: false }).fit(X);
    expect((await scaler.transform(X)).data[2]).toBe(3);
    const shifted = await new StandardScaler({ withStd: false }).fitTransform(X);
    close(shifted.data.subarray(0, 4), [-3.833333333333, 2.5, 0, -3.166666666667], 6);
  });

  it('takes bytes with a scale', async () => {
    const bytes = { data: Uint8Array.of(0, 51, 102, 255), shape: [4, 1] as const, scale: 1 / 255 };
    const scaler = await new StandardScaler().fit(bytes);
    close(scaler.mean, [0.4], 12);
    close(scaler.variance, [0.14], 12);
  });

  it('refuses other columns, and work before the fit', async () => {
    await expectError(new StandardScaler().transform(X), 'ERR_NOT_FITTED', 'StandardScaler');
    await expectError(() => new StandardScaler().mean, 'ERR_NOT_FITTED');
    const scaler = await new StandardScaler().fit(X);
    const narrow = { data: new Float32Array(3), shape: [1, 3] as const };
    await expectError(scaler.transform(narrow), 'ERR_INVALID_ARGUMENT', '4 columns');
    await expectError(() => new StandardScaler({ withMean: 1 as never }), 'ERR_INVALID_ARGUMENT', 'withMean');
  });

  it('refuses what no float can hold of a row that is far from the fitted ones', async () => {
    const scaler = await new StandardScaler().fit({ data: Float32Array.of(1e-3, 2e-3), shape: [2, 1] });
    const far = { data: Float32Array.of(1e-3, 3e38), shape: [2, 1] as const };
    await expectError(scaler.transform(far), 'ERR_NOT_FINITE', 'row 1, column 0');
  });
});
