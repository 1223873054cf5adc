import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LinearModel, PatchCodebook, PatchGeometry, PatchLearningOptions } from '../../binding.d.ts';
import { javascriptOperations } from '../../lib/backend/javascript/operations.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import {
  naivePatchFeatures,
  naiveSample,
  normalized,
  patchesOf,
  whitened,
} from '../support/naive-patch-features.ts';
import { describeOperations } from '../support/operations.ts';
import { bytes, floats, type PlainRows, prepare, valuesOf } from '../support/plain.ts';

const EPSILON = 10 / 255 ** 2;

const grey: PatchGeometry = { height: 12, width: 12, channels: 1, patchSize: 5, stride: 1 };
const geometries: [string, PatchGeometry, number][] = [
  ['grey images', grey, 4],
  ['colour images', { height: 7, width: 7, channels: 3, patchSize: 3, stride: 1 }, 2],
  ['images that are not square', { height: 6, width: 11, channels: 1, patchSize: 4, stride: 1 }, 3],
  ['every second place', { height: 11, width: 9, channels: 2, patchSize: 3, stride: 2 }, 3],
  ['strides past a patch', { height: 13, width: 13, channels: 1, patchSize: 2, stride: 5 }, 2],
  ['patches as large as the image', { height: 6, width: 6, channels: 1, patchSize: 6, stride: 1 }, 1],
  ['one cell', grey, 1],
  ['patches of one pixel in colour', { height: 3, width: 3, channels: 3, patchSize: 1, stride: 1 }, 3],
];

/** Images of smooth spots on a black background, as bytes: some patches are flat, none are the same otherwise. */
function spots(rows: number, { height, width, channels }: PatchGeometry, seed = 1): PlainRows {
  const random = new RandomState(seed);
  const values = Array.from({ length: rows }, () => {
    const top = random.uniform(undefined, 0, height);
    const left = random.uniform(undefined, 0, width);
    const radius = random.uniform(undefined, 1, Math.max(height, width) / 2);
    return Array.from({ length: height * width * channels }, (_, i) => {
      const y = Math.floor(i / channels / width);
      const x = Math.floor(i / channels) % width;
      const light = Math.max(0, 1 - Math.hypot(y - top, x - left) / radius);
      return light === 0 ? 0 : Math.round(light * 230 + random.uniform(undefined, 0, 25));
    });
  });
  return bytes(height * width * channels, values.flat(), 1 / 255);
}

/** A codebook of random numbers. */
function anyCodebook({ patchSize, channels }: PatchGeometry, nClusters: number, seed = 5): PatchCodebook {
  const random = new RandomState(seed);
  const depth = patchSize * patchSize * channels;
  return {
    mean: random.uniform(depth, -0.1, 0.1),
    whitening: random.uniform(depth * depth, -1, 1).map((value, i) => (i % depth > i / depth ? 0 : value)),
    centers: Float32Array.from(random.uniform(nClusters * depth, -2, 2)),
  };
}

/** The largest difference between two arrays, as a share of the largest value. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs(b[i]));
    most = Math.max(most, Math.abs(a[i] - b[i]));
  }
  return largest === 0 ? most : most / largest;
}

function learningOptions(
  geometry: PatchGeometry,
  changes: Partial<PatchLearningOptions> = {},
): PatchLearningOptions {
  return {
    ...geometry,
    nClusters: 10,
    nPatches: 500,
    maxIter: 25,
    minContrast: 0.02,
    contrastEpsilon: EPSILON,
    whiteningEpsilon: 0.1,
    randomState: new RandomState(0).words(),
    ...changes,
  };
}

describeOperations('learnPatches', (operations) => {
  const learn = (x: PlainRows, options: PatchLearningOptions) =>
    operations.learnPatches(operations.createJob(), prepare(operations, x), options);

  it.each(geometries)('whitens patches and finds their centres: %s', async (_, geometry) => {
    const x = spots(30, geometry);
    for (const nPatches of [100, 10_000]) {
      const options = learningOptions(geometry, { nPatches, nClusters: 5, whiteningEpsilon: 0.01 });
      const sample = naiveSample(x, options);
      const learned = await learn(x, options);
      expect(learned.nPatches).toBe(sample.length);
      const depth = sample[0].length;
      for (let d = 0; d < depth; d++) {
        expect(learned.mean[d]).toBeCloseTo(sample.reduce((sum, q) => sum + q[d], 0) / sample.length, 6);
      }
      // (covariance + epsilon I) is what the whitening makes the identity of.
      const w = sample.map((q) => whitened(q, learned));
      for (let i = 0; i < depth; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = 0;
          for (const row of w) sum += row[i] * row[j];
          sum /= w.length;
          for (let d = 0; d < depth; d++) {
            sum += 0.01 * learned.whitening[i * depth + d] * learned.whitening[j * depth + d];
          }
          expect(sum).toBeCloseTo(i === j ? 1 : 0, 4);
        }
      }
      let inertia = 0;
      for (const row of w) {
        let least = Infinity;
        for (let k = 0; k < 5; k++) {
          let squared = 0;
          for (let d = 0; d < depth; d++) squared += (row[d] - learned.centers[k * depth + d]) ** 2;
          least = Math.min(least, squared);
        }
        inertia += least;
      }
      expect(Math.abs(learned.inertia - inertia)).toBeLessThan(1e-4 * Math.max(1, inertia));
    }
  });

  it('learns what the JavaScript backend learns, and leaves the random stream where that does', async () => {
    const x = spots(40, grey);
    const options = learningOptions(grey, { nPatches: 1000, nClusters: 20 });
    const learned = await learn(x, options);
    const expected = await javascriptOperations.learnPatches(
      javascriptOperations.createJob(),
      prepare(javascriptOperations, x),
      options,
    );
    for (const part of ['mean', 'whitening', 'centers'] as const) {
      expect(difference(learned[part], expected[part])).toBeLessThan(1e-4);
    }
    expect(learned).toMatchObject({ nPatches: expected.nPatches, nIter: expected.nIter });
    expect(learned.randomState).toEqual(expected.randomState);
  });

  it('draws nothing for the patches where it takes them all', async () => {
    const given = learningOptions(grey, { nClusters: 1, nPatches: 10_000 });
    const x = spots(3, grey);
    const random = RandomState.fromWords(given.randomState);
    random.randint(0, naiveSample(x, given).length);
    expect((await learn(x, given)).randomState).toEqual(random.words());
  });

  it('passes over patches without contrast', async () => {
    // A half of every image is flat: nearly all of the patches that have contrast cross its border.
    const x = bytes(
      144,
      Array.from({ length: 20 * 144 }, (_, i) => (i % 12 < 6 ? 0 : 200)),
      1 / 255,
    );
    const { nPatches, mean } = await learn(x, learningOptions(grey, { nClusters: 1, nPatches: 100 }));
    expect(nPatches).toBe(100);
    expect(mean[0]).toBeLessThan(-0.5);
    await expect(learn(x, learningOptions(grey, { minContrast: 1 }))).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringContaining('nClusters = 10 patches with contrast in the images but found 0'),
    });
  });

  it('rejects when the job is cancelled', async () => {
    const job = operations.createJob();
    const work = operations.learnPatches(
      job,
      prepare(operations, spots(2000, grey)),
      learningOptions(grey, { nPatches: 100_000, nClusters: 100, maxIter: 1000 }),
    );
    job.cancel();
    await expect(work).rejects.toMatchObject({ code: 'ERR_CANCELLED' });
  });
});

describeOperations('patchFeatures', (operations) => {
  const extract = (
    x: PlainRows,
    geometry: PatchGeometry,
    gridSize: number,
    codebook: PatchCodebook,
    squareRoot = false,
    projection?: LinearModel,
  ) =>
    valuesOf(
      operations.patchFeatures(
        operations.createJob(),
        prepare(operations, x),
        { ...geometry, ...codebook, gridSize, squareRoot, contrastEpsilon: EPSILON },
        projection,
      ),
    );
  const naive = (x: PlainRows, geometry: PatchGeometry, gridSize: number, codebook: PatchCodebook) =>
    naivePatchFeatures(x, { ...geometry, ...codebook, gridSize, contrastEpsilon: EPSILON });

  it.each(geometries)('gives what plain loops give: %s', async (_, geometry, gridSize) => {
    for (const rows of [1, 9]) {
      const x = spots(rows, geometry);
      for (const nClusters of [1, 2, 33]) {
        const codebook = anyCodebook(geometry, nClusters);
        const features = await extract(x, geometry, gridSize, codebook);
        expect(difference(features, naive(x, geometry, gridSize, codebook))).toBeLessThan(1e-5);
      }
    }
  });

  it('gives what plain loops give of images whose values lie far apart, within one and from one to another', async () => {
    const x = spots(3, grey);
    const values = Float32Array.from(x.data, (value, i) => value * [1e-33, 1, 1e33][Math.floor(i / 144)]!);
    // The left half of each image is as good as dark.
    const far = { ...x, data: values.map((value, i) => (i % 12 < 6 ? value * 1e-6 : value)), scale: 1 };
    const codebook = anyCodebook(grey, 5);
    const options = { ...grey, ...codebook, gridSize: 2, squareRoot: false, contrastEpsilon: 1e-300 };
    const features = await valuesOf(
      operations.patchFeatures(operations.createJob(), prepare(operations, far), options),
    );
    expect(difference(features, naivePatchFeatures(far, options))).toBeLessThan(1e-5);
  });

  it('gives what plain loops give of any images, with centres on the patches themselves', async () => {
    const images = fc
      .record({
        height: fc.integer({ min: 1, max: 6 }),
        width: fc.integer({ min: 1, max: 6 }),
        channels: fc.integer({ min: 1, max: 3 }),
        patchSize: fc.integer({ min: 1, max: 4 }),
        stride: fc.integer({ min: 1, max: 3 }),
        rows: fc.integer({ min: 1, max: 3 }),
        gridSize: fc.integer({ min: 1, max: 3 }),
        levels: fc.constantFrom(1, 2, 255),
        seed: fc.integer({ min: 0, max: 1000 }),
      })
      .filter(({ height, width, patchSize, stride, gridSize }) => {
        const patches = Math.floor((Math.min(height, width) - patchSize) / stride) + 1;
        return patchSize <= Math.min(height, width) && gridSize <= patches;
      });
    await fc.assert(
      fc.asyncProperty(images, async ({ rows, gridSize, levels, seed, ...geometry }) => {
        const columns = geometry.height * geometry.width * geometry.channels;
        const x = bytes(
          columns,
          [...new RandomState(seed).randint(0, levels + 1, rows * columns)],
          1 / levels,
        );
        const codebook = anyCodebook(geometry, 4, seed);
        const depth = codebook.mean.length;
        const patches = patchesOf(x, 0, geometry).slice(0, 3);
        for (const [k, patch] of patches.entries()) {
          codebook.centers.set(whitened(normalized(patch, EPSILON), codebook), k * depth);
        }
        const features = await extract(x, geometry, gridSize, codebook);
        expect(difference(features, naive(x, geometry, gridSize, codebook))).toBeLessThan(1e-4);
      }),
      { numRuns: 40 },
    );
  });

  it('counts patches without contrast as what they are: all zeros', async () => {
    const codebook = anyCodebook(grey, 7);
    const flat = floats(144, [...Array(144).fill(0.1), ...Array(144).fill(0)]);
    const features = await extract(flat, grey, 2, codebook);
    expect(difference(features, naive(flat, grey, 2, codebook))).toBeLessThan(1e-5);
    expect(features.slice(0, 28)).toEqual(features.slice(28));
  });

  it('answers the square roots of the sums where told', async () => {
    const x = spots(5, grey);
    const codebook = anyCodebook(grey, 12);
    const roots = (await extract(x, grey, 3, codebook)).map(Math.sqrt);
    expect(difference(await extract(x, grey, 3, codebook, true), roots)).toBeLessThan(1e-6);
  });

  it('answers what a projection makes of the features, where one is given', async () => {
    const x = spots(101, grey);
    const codebook = anyCodebook(grey, 12);
    const features = await extract(x, grey, 4, codebook, true);
    const columns = 16 * 12;
    for (const [outputs, center] of [
      [1, undefined],
      [40, Float64Array.from({ length: columns }, (_, i) => 1 + (i % 3))],
    ] as const) {
      const coef = Float32Array.from({ length: outputs * columns }, (_, i) => Math.cos(i));
      const intercept = Float64Array.from({ length: outputs }, (_, k) => k);
      const projected = await extract(x, grey, 4, codebook, true, { coef, intercept, center });
      const expected = Float64Array.from({ length: 101 * outputs }, (_, at) => {
        const [row, k] = [Math.floor(at / outputs), at % outputs];
        let score = intercept[k]!;
        for (let i = 0; i < columns; i++) {
          score += (features[row * columns + i]! - (center?.[i] ?? 0)) * coef[k * columns + i]!;
        }
        return score;
      });
      expect(difference(projected, expected)).toBeLessThan(1e-5);
    }
  });

  it('gives the same of floats as of bytes', async () => {
    const x = spots(5, grey);
    const codebook = anyCodebook(grey, 12);
    const same = { ...x, data: Float32Array.from(x.data) };
    const features = await extract(x, grey, 3, codebook);
    expect(await extract(same, grey, 3, codebook)).toEqual(features);
    const values = floats(
      144,
      [...x.data].map((value) => value / 255),
    );
    expect(difference(await extract(values, grey, 3, codebook), features)).toBeLessThan(1e-5);
  });

  it('gives an image the same whatever stands in the other rows', async () => {
    const x = spots(25, grey);
    const codebook = anyCodebook(grey, 12);
    const features = await extract(x, grey, 4, codebook);
    const order = new RandomState(3).permutation(25);
    const shuffled = await valuesOf(
      operations.patchFeatures(operations.createJob(), prepare(operations, x).take(order), {
        ...grey,
        ...codebook,
        gridSize: 4,
        squareRoot: false,
        contrastEpsilon: EPSILON,
      }),
    );
    const width = 16 * 12;
    for (const [i, row] of order.entries()) {
      expect(shuffled.subarray(i * width, (i + 1) * width)).toEqual(
        features.subarray(row * width, (row + 1) * width),
      );
    }
  });

  it('rejects when the job is cancelled', async () => {
    const job = operations.createJob();
    // Seconds of work, so that the cancelling comes in time.
    const x = prepare(operations, spots(100, grey)).take(
      Int32Array.from({ length: 60_000 }, (_, i) => i % 100),
    );
    const codebook = anyCodebook(grey, 100);
    const work = operations.patchFeatures(job, x, {
      ...grey,
      ...codebook,
      gridSize: 1,
      squareRoot: false,
      contrastEpsilon: EPSILON,
    });
    job.cancel();
    await expect(work).rejects.toMatchObject({ code: 'ERR_CANCELLED' });
  });
});
