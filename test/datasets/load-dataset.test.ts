import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadDataset } from '../../lib/datasets/load-dataset.ts';
import { expectError } from '../support/errors.ts';
import { fashionMnistFolder } from '../support/fashion-mnist.ts';

let empty: string;
beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'handful-empty-'));
});
beforeEach(() => {
  vi.stubEnv('HANDFUL_DATA', '');
  vi.stubEnv('XDG_CACHE_HOME', empty);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rm(empty, { recursive: true }));

describe('loadDataset', () => {
  it('takes the synthetic set, and says so, only where Fashion-MNIST can not be had', async () => {
    const dataset = await loadDataset({ download: false });
    expect(dataset).toMatchObject({ name: 'synthetic', synthetic: true });
    expect(dataset.train.images.shape).toEqual([60_000, 784]);
    expect(dataset.test.images.shape).toEqual([10_000, 784]);
    expect(dataset.notice).toMatch(/^Fashion-MNIST is neither present nor reachable.*SYNTHETIC DATA/);
  });

  it('fails instead where Fashion-MNIST was asked for by name', async () => {
    await expectError(
      loadDataset({ dataset: 'fashion-mnist', download: false }),
      'ERR_DATASET',
      'three ways',
    );
  });

  it('does not pass over a damaged file', async () => {
    const folder = await mkdtemp(join(empty, 'damaged-'));
    for (const name of ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']) {
      await writeFile(join(folder, `${name}-ubyte`), 'not an image');
    }
    await expectError(loadDataset({ dir: folder, download: false }), 'ERR_FILE_FORMAT', folder);
  });

  it.skipIf(!fashionMnistFolder)('takes Fashion-MNIST where it is present', async () => {
    const dataset = await loadDataset({ dir: fashionMnistFolder, download: false });
    expect(dataset).toMatchObject({ name: 'fashion-mnist', synthetic: false });
  });

  it('refuses a dataset that it does not know', async () => {
    await expectError(loadDataset({ dataset: 'mnist' as 'auto' }), 'ERR_INVALID_ARGUMENT', "'synthetic'");
    await expectError(loadDataset({ dateset: 'auto' } as object), 'ERR_INVALID_ARGUMENT', "'dateset'");
  });
});
