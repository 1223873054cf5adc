import { expect, it } from 'vitest';
import { prepare } from '../../lib/backend/prepared-matrix.ts';
import type { Matrix } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { PCA } from '../../lib/features/pca.ts';
import { StandardScaler } from '../../lib/features/standard-scaler.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';
import { close, X } from './scikit-learn.ts';

/** The variance of each column of a matrix, divided by rows - 1. */
function variances({ data, shape: [rows, columns] }: Matrix): number[] {
  return Array.from({ length: columns }, (_, column) => {
    const values = Array.from({ length: rows }, (_, row) => data[row * columns + column]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / rows;
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (rows - 1);
  });
}

describeOnBackends('PCA', () => {
  it('finds what scikit-learn finds', async () => {
    const pca = await new PCA({ nComponents: 2 }).fit(X);
    expect(pca.nComponents).toBe(2);
    close(pca.explainedVariance, [15.091666790499, 8.497033738123], 10);
    close(pca.explainedVarianceRatio, [0.566645811909, 0.319037562132], 11);
    close(pca.mean, [3.833333333333, 2.5, 3, 4.166666666667], 11);
    const first = [0.631233549765, -0.189884776218, 0, 0.751989346608];
    const second = [0.756676544111, -0.062055527903, 0, -0.650837705614];
    close(pca.components.data, [...first, ...second], 6);
    expect(pca.components.shape).toEqual([2, 4]);
    const transformed = await pca.transform(X);
    expect(transformed.shape).toEqual([6, 2]);
    close(
      transformed.data.subarray(0, 4),
      [-5.27574014557, -0.994746171073, -1.688176026841, 0.035663577936],
      5,
    );
    const back = await pca.inverseTransform(transformed);
    close(back.data.subarray(0, 4), [-0.249591941388, 3.563512235703, 3, 0.846784597377], 5);
  });

  it('takes a share of the variance for a number of components', async () => {
    const pca = await new PCA({ nComponents: 0.9 }).fit(X);
    close(pca.explainedVariance, [15.091666790499, 8.497033738123, 3.044632804711], 10);
    expect((await new PCA({ nComponents: 0.5 }).fit(X)).nComponents).toBe(1);
  });

  it('finds as many components as there are rows or columns where it is not told', async () => {
    expect((await new PCA().fit(X)).nComponents).toBe(4);
    const few = { data: X.data.subarray(0, 8), shape: [2, 4] as const };
    const pca = await new PCA().fit(few);
    close(pca.explainedVariance, [7, 0], 10);
    close(pca.components.data.subarray(0, 4), [0.801783725737, -0.267261241912, 0, 0.534522483825], 6);
    close((await pca.inverseTransform(await pca.transform(few))).data, few.data, 5);
  });

  it('whitens as scikit-learn does', async () => {
    for (const whiten of [true, 1]) {
      const { data } = await new PCA({ nComponents: 2, whiten }).fitTransform(X);
      close(data.subarray(0, 4), [-1.358046974964, -0.341254671186, -0.434559376163, 0.012234641274], 5);
    }
  });

  it('whitens as far as it is told, and finds the way back', async () => {
    const { X } = blobs(4, 30, 6);
    for (const whiten of [0, false, 0.5, 1]) {
      const pca = new PCA({ whiten });
      const transformed = await pca.fitTransform(X);
      const expected = pca.explainedVariance.map((variance) => variance ** (1 - Number(whiten)));
      close(variances(transformed), expected, 2);
      close((await pca.inverseTransform(transformed)).data, X.data, 4);
    }
  });

  it.each([1e7, 1e9, 1e-9])(
    'whitens every component that has variance: a column times %f',
    async (factor) => {
      for (const [rows, columns] of [
        [50, 3],
        [30, 60],
        [200, 10],
      ] as const) {
        const values = new RandomState(1).uniform(rows * columns, -1, 1);
        const data = Float32Array.from(values, (value, i) => (i % columns === 1 ? value * factor : value));
        const X: Matrix = { data, shape: [rows, columns] };
        const varying = Math.min(rows - 1, columns);
        const whitened = variances(await new PCA({ whiten: true }).fitTransform(X));
        close(whitened.slice(0, varying), new Array(varying).fill(1), 3);
        close(whitened.slice(varying), new Array(whitened.length - varying).fill(0), 3);
      }
    },
  );

  it('leaves a component without variance at 0 when it whitens', async () => {
    const line = { data: Float32Array.of(0, 0, 1, 2, 2, 4, 3, 6), shape: [4, 2] as const };
    const { data } = await new PCA({ whiten: true }).fitTransform(line);
    close(data, [-1.161895, 0, -0.387298, 0, 0.387298, 0, 1.161895, 0], 5);
  });

  it('standardizes as a StandardScaler before it would', async () => {
    const pca = await new PCA({ nComponents: 2, standardize: true }).fit(X);
    close(pca.explainedVariance, [1.814031091456, 0.92514326687], 10);
    close(pca.components.data.subarray(0, 4), [0.595976380339, -0.572527867005, 0, 0.563048839427], 6);
    close(pca.scale, [3.023059524536, 1.70782512766, 1, 3.184162195757], 11);
    const scaled = await new StandardScaler().fitTransform(X);
    const separate = await new PCA({ nComponents: 2 }).fitTransform(scaled);
    const transformed = await pca.transform(X);
    close(transformed.data, separate.data, 5);
    const back = await new PCA({ standardize: true }).fit(X);
    close((await back.inverseTransform(await back.transform(X))).data, X.data, 5);
  });

  it('transforms a chunk of rows as it transforms them all', async () => {
    const { X } = blobs(3, 50, 40);
    const pca = await new PCA({ nComponents: 35, whiten: 0.5, standardize: true }).fit(prepare(X));
    const whole = await pca.transform(X);
    const chunk = await pca.transform({ data: X.data.subarray(40 * 40, 70 * 40), shape: [30, 40] });
    expect(chunk.data).toEqual(whole.data.subarray(40 * 35, 70 * 35));
  });

  it('does not mind where zero is', async () => {
    const { X } = blobs(3, 20, 5);
    const shifted = { ...X, data: Float32Array.from(X.data, (value) => value + 4096) };
    const pca = await new PCA({ nComponents: 2 }).fitTransform(X);
    const far = await new PCA({ nComponents: 2 }).fitTransform(shifted);
    close(far.data, pca.data, 2);
  });

  it('knows one component', async () => {
    const pca = await new PCA({ nComponents: 1 }).fit({ data: Float32Array.of(1, 2, 4), shape: [3, 1] });
    close(pca.components.data, [1], 12);
    close(pca.explainedVariance, [7 / 3], 12);
    close(pca.explainedVarianceRatio, [1], 12);
  });

  it('explains nothing where nothing varies', async () => {
    const constant = { data: new Float32Array(6).fill(2), shape: [3, 2] as const };
    const pca = new PCA({ whiten: true, standardize: true });
    const transformed = await pca.fitTransform(constant);
    close(pca.explainedVarianceRatio, [0, 0], 12);
    close(transformed.data, new Float32Array(6), 12);
  });

  it('refuses what it can do nothing with', async () => {
    const row = { data: Float32Array.of(1, 2), shape: [1, 2] as const };
    await expectError(new PCA().fit(row), 'ERR_INVALID_ARGUMENT', /two rows or more for X .* a single row/);
    await expectError(new PCA({ nComponents: 5 }).fit(X), 'ERR_INVALID_ARGUMENT', /at most 4, .* received 5/);
    await expectError(new PCA().transform(X), 'ERR_NOT_FITTED', 'PCA');
    const pca = await new PCA({ nComponents: 3 }).fit(X);
    await expectError(pca.transform(row), 'ERR_INVALID_ARGUMENT', '4 columns');
    await expectError(pca.inverseTransform(X), 'ERR_INVALID_ARGUMENT', '3 columns');
    for (const nComponents of [0, -1, 1.5, Number.NaN, '2' as never]) {
      await expectError(() => new PCA({ nComponents }), 'ERR_INVALID_ARGUMENT', 'nComponents');
    }
    for (const whiten of [-0.1, 1.1, 'half' as never]) {
      await expectError(() => new PCA({ whiten }), 'ERR_INVALID_ARGUMENT', 'whiten');
    }
  });
});
