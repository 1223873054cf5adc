import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { loadSyntheticGarments } from '../../lib/datasets/synthetic.ts';
import { expectError } from '../support/errors.ts';

const hash = (data: Float32Array | Uint8Array) =>
  createHash('sha256').update(data).digest('hex').slice(0, 16);

describe('the synthetic garments', () => {
  it('have the shape of Fashion-MNIST', async () => {
    const { train, test, classNames, image } = await loadSyntheticGarments({ train: 200, test: 50 });
    expect(train.images).toMatchObject({ shape: [200, 784], scale: 1 / 255 });
    expect(train.images.data).toBeInstanceOf(Uint8Array);
    expect(train.images.data.length).toBe(200 * 784);
    expect(test.images.shape).toEqual([50, 784]);
    expect(test.labels.length).toBe(50);
    expect(image).toEqual({ height: 28, width: 28, channels: 1 });
    expect(classNames).toEqual([
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ]);
  });

  it('say that they are synthetic, and how to draw them again', async () => {
    const dataset = await loadSyntheticGarments({ train: 10, test: 10, seed: 3 });
    expect(dataset).toMatchObject({
      name: 'synthetic',
      synthetic: true,
      notice: expect.stringMatching(/SYNTHETIC/),
    });
    expect(await dataset.source()).toEqual({
      kind: 'generator',
      generator: expect.stringMatching(/synthetic garments \d/),
      seed: 3,
    });
  });

  it('are the same bytes for the same seed, on every machine', async () => {
    const { train, test } = await loadSyntheticGarments({ train: 1000, test: 100 });
    expect([hash(train.images.data), hash(train.labels), hash(test.images.data)]).toEqual([
      '278c6119fdbb77ce',
      '20894a7ba9f5dde0',
      'd5ca791ce6682048',
    ]);
  });

  it('differ from seed to seed and between the two parts', async () => {
    const [a, b] = [
      await loadSyntheticGarments({ train: 10, test: 10 }),
      await loadSyntheticGarments({ train: 10, test: 10, seed: 1 }),
    ];
    expect(new Set([a.train, a.test, b.train, b.test].map(({ images }) => hash(images.data))).size).toBe(4);
  });

  it('do not depend on how many are drawn', async () => {
    const [few, many] = [
      await loadSyntheticGarments({ train: 7, test: 1 }),
      await loadSyntheticGarments({ train: 1234, test: 21 }),
    ];
    for (const part of ['train', 'test'] as const) {
      const { images, labels } = few[part];
      expect(many[part].images.data.subarray(0, images.data.length)).toEqual(images.data);
      expect(many[part].labels.subarray(0, labels.length)).toEqual(labels);
    }
  });

  it('come in equal numbers of each kind, in random order', async () => {
    const { labels } = (await loadSyntheticGarments({ train: 500, test: 1 })).train;
    const counts = new Array(10).fill(0);
    for (const label of labels) counts[label]++;
    expect(counts).toEqual(new Array(10).fill(50));
    const orders = Array.from({ length: 50 }, (_, i) => labels.subarray(i * 10, i * 10 + 10).join());
    expect(new Set(orders).size).toBe(50);
  });

  it('are all different pictures of something', async () => {
    const { images } = (await loadSyntheticGarments({ train: 2000, test: 1 })).train;
    const rows = Array.from({ length: 2000 }, (_, i) => images.data.subarray(i * 784, (i + 1) * 784));
    expect(new Set(rows.map(hash)).size).toBe(2000);
    for (const row of rows) {
      const bright = Array.from(row).filter((value) => value > 50).length;
      expect(bright).toBeGreaterThan(20);
      expect(bright).toBeLessThan(700);
    }
  });

  it('are told apart by their mean pictures better than by chance, but far from always', async () => {
    const { train, test } = await loadSyntheticGarments({ train: 2000, test: 1000 });
    const means = Array.from({ length: 10 }, () => new Float64Array(784));
    train.labels.forEach((label, i) => {
      for (let j = 0; j < 784; j++) means[label]![j]! += train.images.data[i * 784 + j]! / 200;
    });
    let right = 0;
    test.labels.forEach((label, i) => {
      const distances = means.map((mean) =>
        mean.reduce((sum, m, j) => sum + (m - test.images.data[i * 784 + j]!) ** 2, 0),
      );
      if (distances.indexOf(Math.min(...distances)) === label) right++;
    });
    expect(right / 1000).toBeGreaterThan(0.5);
    expect(right / 1000).toBeLessThan(0.8);
  });

  it('tell their progress, and stop when the signal is aborted', async () => {
    const onProgress = vi.fn();
    await loadSyntheticGarments({ train: 500, test: 100, onProgress });
    expect(onProgress).toHaveBeenLastCalledWith({ phase: 'draw', done: 600, total: 600 });
    const controller = new AbortController();
    const drawing = loadSyntheticGarments({
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expectError(drawing, 'ABORT_ERR');
  });

  it('refuse options that make no sense', async () => {
    await expectError(loadSyntheticGarments({ train: 0 }), 'ERR_INVALID_ARGUMENT', 'train');
    await expectError(loadSyntheticGarments({ seed: -1 }), 'ERR_INVALID_ARGUMENT', 'seed');
    await expectError(loadSyntheticGarments({ sed: 1 } as object), 'ERR_INVALID_ARGUMENT', "no option 'sed'");
  });
});
