import { describe, expect, it } from 'vitest';
import { prepare } from '../../lib/backend/prepared-matrix.ts';
import { setThreads } from '../../lib/backend/select.ts';
import type { ErrorCode } from '../../lib/core/errors.ts';
import { type Matrix, takeRows } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { loadSyntheticGarments } from '../../lib/datasets/synthetic.ts';
import { PatchFeatures, type PatchFeaturesOptions } from '../../lib/features/patch-features.ts';
import { PCA } from '../../lib/features/pca.ts';
import { describeOnBackends } from '../support/backends.ts';
import { expectError } from '../support/errors.ts';
import { naivePatchFeatures } from '../support/naive-patch-features.ts';

const { images } = (await loadSyntheticGarments({ train: 60, test: 10 })).train;
const few = takeRows(images, [3, 1, 4]);
const small: PatchFeaturesOptions = { nClusters: 12, nPatches: 1500, maxIter: 10, randomState: 0 };

describeOnBackends('PatchFeatures', (backend) => {
  it('describes images by sums of activations over a grid, as plain loops do', async () => {
    const features = await new PatchFeatures(small).fit(images);
    const { data, shape } = await features.transform(few);
    expect(shape).toEqual([3, 16 * 12]);
    expect(features.nFeatures).toBe(16 * 12);
    const [rows, columns] = few.shape;
    const expected = naivePatchFeatures(
      { data: few.data, rows, columns, scale: few.scale! },
      {
        ...features.codebook,
        ...{ height: 28, width: 28, channels: 1, patchSize: 5, stride: 1, gridSize: 4 },
        contrastEpsilon: 10 / 255 ** 2,
      },
    );
    const largest = Math.max(...expected);
    for (const [i, value] of expected.entries()) {
      expect(Math.abs(data[i]! - value)).toBeLessThan(1e-5 * largest);
    }
  });

  it('tells what it learned from, and how it went', async () => {
    const features = await new PatchFeatures(small).fit(images);
    const { mean, whitening, centers } = features.codebook;
    expect([mean.length, whitening.length, centers.length]).toEqual([25, 25 * 25, 12 * 25]);
    expect(features.nPatchesSeen).toBe(1500);
    expect(features.nIter).toBeLessThanOrEqual(10);
    // Of 25 directions of variance nearly 1, k-means takes away a part.
    expect(features.inertia / 1500).toBeLessThan(25);
    expect(features.inertia / 1500).toBeGreaterThan(2);
  });

  it('gives the same for the same seed, however often one is fitted', async () => {
    const features = new PatchFeatures(small);
    const first = await features.fitTransform(images);
    expect(await features.fitTransform(prepare(images))).toEqual(first);
    const random = new RandomState(0);
    const other = await new PatchFeatures({ ...small, randomState: random }).fit(images);
    expect(await other.transform(images)).toEqual(first);
    expect(random.words()).not.toEqual(new RandomState(0).words());
  });

  it('answers principal components of the features without keeping these', async () => {
    const features = await new PatchFeatures(small).fit(images);
    const all = await features.transform(images);
    const pca = await new PCA({ nComponents: 5, whiten: 0.5, standardize: true }).fit(all);
    const reduced = await features.transform(few, { pca });
    const inTwoSteps = await pca.transform(await features.transform(few));
    expect(reduced.shape).toEqual([3, 5]);
    const largest = Math.max(...inTwoSteps.data.map(Math.abs));
    for (const [i, value] of inTwoSteps.data.entries()) {
      expect(Math.abs(reduced.data[i]! - value)).toBeLessThan(1e-5 * largest);
    }
    const refuses = (other: unknown, words: string, code: ErrorCode = 'ERR_INVALID_ARGUMENT') =>
      expectError(features.transform(few, { pca: other as PCA }), code, words);
    await refuses({}, 'a PCA');
    await refuses(await new PCA().fit(images), '192 columns');
    await refuses(new PCA(), 'PCA', 'ERR_NOT_FITTED');
  });

  it('takes images of any form', async () => {
    const random = new RandomState(1);
    const colour = (rows: number, columns: number): Matrix => ({
      data: Float32Array.from(random.uniform(rows * columns)),
      shape: [rows, columns],
    });
    const options = { ...small, patchSize: 3, gridSize: 2 };
    for (const [form, columns] of [
      [{ channels: 3 }, 7 * 7 * 3],
      [{ channels: 3, width: 9 }, 5 * 9 * 3],
      [{ height: 5 }, 5 * 6],
      [{ height: 5, width: 8, channels: 2, stride: 2 }, 80],
    ] as const) {
      const X = colour(20, columns);
      const { data, shape } = await new PatchFeatures({ ...options, ...form }).fitTransform(X);
      expect(shape).toEqual([20, 4 * 12]);
      expect(data.every(Number.isFinite)).toBe(true);
    }
  });

  it('refuses images that its patches or cells do not fit', async () => {
    const bad: [PatchFeaturesOptions, string][] = [
      [{ channels: 3 }, 'square images with 3 value'],
      [{ height: 27 }, '27 x ?'],
      [{ height: 14, width: 14 }, '14 x 14'],
      [{ patchSize: 29 }, 'patchSize to be at most 28'],
      [{ patchSize: 28 }, 'gridSize to be at most 1'],
      [{ stride: 8 }, 'gridSize to be at most 3'],
    ];
    for (const [options, words] of bad) {
      await expectError(
        new PatchFeatures({ ...small, ...options }).fit(images),
        'ERR_INVALID_ARGUMENT',
        words,
      );
    }
    const features = await new PatchFeatures(small).fit(images);
    const narrow = { data: new Float32Array(25), shape: [1, 25] as const };
    await expectError(features.transform(narrow), 'ERR_INVALID_ARGUMENT', '784 columns');
  });

  it('refuses images without contrast', async () => {
    const black = { data: new Uint8Array(2 * 784), shape: [2, 784] as const };
    await expectError(new PatchFeatures(small).fit(black), 'ERR_INVALID_ARGUMENT', 'patches with contrast');
  });

  it('keeps its codebook when a fit is aborted', async () => {
    const features = await new PatchFeatures(small).fit(images);
    const { codebook } = features;
    await expectError(features.fit(images, { signal: AbortSignal.abort() }), 'ABORT_ERR');
    expect(features.codebook).toBe(codebook);
  });

  it.runIf(backend === 'native')('gives the same bits for any number of threads', async () => {
    const results = [];
    for (const threads of [1, 2, 3]) {
      setThreads(threads);
      const features = await new PatchFeatures(small).fit(images);
      results.push({ codebook: features.codebook, features: await features.transform(images) });
    }
    setThreads(2);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});

describe('PatchFeatures', () => {
  it('refuses options that can not be meant', async () => {
    const bad: object[] = [
      { height: 0 },
      { channels: 1.5 },
      { patchSize: '5' },
      { gridSize: 0 },
      { minContrast: -1 },
      { contrastEpsilon: Number.NaN },
      { whiteningEpsilon: 0 },
      { randomState: 'x' },
      { patchsize: 5 },
    ];
    for (const options of bad) {
      await expectError(() => new PatchFeatures(options), 'ERR_INVALID_ARGUMENT', Object.keys(options)[0]);
    }
    await expectError(
      () => new PatchFeatures({ nClusters: 10, nPatches: 9 }),
      'ERR_INVALID_ARGUMENT',
      'at least nClusters = 10',
    );
  });

  it('refuses results before a fit', async () => {
    const features = new PatchFeatures();
    for (const read of [
      () => features.codebook,
      () => features.nPatchesSeen,
      () => features.nIter,
      () => features.inertia,
      () => features.transform(images),
    ]) {
      await expectError(read, 'ERR_NOT_FITTED', 'PatchFeatures');
    }
  });
});
