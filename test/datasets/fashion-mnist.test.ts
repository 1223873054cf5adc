import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/datasets/dataset.ts';
import { loadFashionMnist } from '../../lib/datasets/fashion-mnist.ts';
import { fashionMnistFolder } from '../support/fashion-mnist.ts';

describe.skipIf(!fashionMnistFolder)('the real Fashion-MNIST', () => {
  let dataset: Dataset;
  beforeAll(async () => {
    dataset = await loadFashionMnist({ dir: fashionMnistFolder, download: false });
  });

  const image = (part: 'train' | 'test', row: number) =>
    dataset[part].images.data.subarray(row * 784, (row + 1) * 784);
  const sha256 = (bytes: Float32Array | Uint8Array) =>
    createHash('sha256').update(bytes).digest('hex').slice(0, 16);

  it('has 60,000 and 10,000 images of 784 bytes scaled to 1, in ten classes of equal size', () => {
    const { train, test, classNames, image } = dataset;
    expect(train.images).toMatchObject({ shape: [60_000, 784], scale: 1 / 255 });
    expect(test.images).toMatchObject({ shape: [10_000, 784], scale: 1 / 255 });
    expect(image).toEqual({ height: 28, width: 28, channels: 1 });
    expect(classNames.length).toBe(10);
    for (const [{ labels }, size] of [
      [train, 6_000],
      [test, 1_000],
    ] as const) {
      const counts = new Array(10).fill(0);
      for (const label of labels) counts[label]++;
      expect(counts).toEqual(new Array(10).fill(size));
    }
  });

  it('holds the bytes that were published', () => {
    expect(sha256(dataset.train.images.data)).toBe('2e487a6c89124f78');
    expect(sha256(dataset.test.images.data)).toBe('c867c93ff9536059');
    expect([sha256(image('train', 0)), sha256(image('train', 59_999)), sha256(image('test', 0))]).toEqual([
      '5bd44e331a6d6998',
      '489c477715bd5275',
      'ffc7351ed0f8bae5',
    ]);
    expect([...dataset.train.labels.subarray(0, 10)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
    expect([...dataset.test.labels.subarray(0, 10)]).toEqual([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
  });

  it('states the published hashes of its four files', async () => {
    const source = await dataset.source();
    expect(source.kind === 'files' && source.files.map(({ sha256 }) => sha256.slice(0, 8))).toEqual([
      '3aede38d',
      'a04f1713',
      '346e55b9',
      '67da17c7',
    ]);
  });
});
