import type { PatchCodebook, PatchGeometry, PatchLearningOptions } from '../../binding.d.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { type PlainRows, valueAt } from './plain.ts';

/** Every patch of an image, by lines, as values. */
export function patchesOf(x: PlainRows, image: number, geometry: PatchGeometry): number[][] {
  const { height, width, channels, patchSize, stride } = geometry;
  const patches: number[][] = [];
  for (let top = 0; top + patchSize <= height; top += stride) {
    for (let left = 0; left + patchSize <= width; left += stride) {
      const patch: number[] = [];
      for (let y = top; y < top + patchSize; y++) {
        for (let px = left; px < left + patchSize; px++) {
          for (let c = 0; c < channels; c++) patch.push(valueAt(x, image, (y * width + px) * channels + c));
        }
      }
      patches.push(patch);
    }
  }
  return patches;
}

/** A patch of mean 0, divided by sqrt(variance + epsilon). */
export function normalized(patch: readonly number[], epsilon: number): number[] {
  const mean = patch.reduce((sum, value) => sum + value, 0) / patch.length;
  const variance = patch.reduce((sum, value) => sum + (value - mean) ** 2, 0) / patch.length;
  return patch.map((value) => (value - mean) / Math.sqrt(variance + epsilon));
}

/** A normalised patch less the mean, times the whitening. */
export function whitened(patch: readonly number[], { mean, whitening }: PatchCodebook): number[] {
  return patch.map((_, i) =>
    patch.reduce((sum, value, d) => sum + whitening[i * patch.length + d] * (value - mean[d]), 0),
  );
}

/** The features of every image, by plain loops in float64. */
export function naivePatchFeatures(
  x: PlainRows,
  options: PatchGeometry & PatchCodebook & { gridSize: number; contrastEpsilon: number },
): Float64Array {
  const { height, width, patchSize, stride, gridSize, contrastEpsilon, centers } = options;
  const down = Math.floor((height - patchSize) / stride) + 1;
  const across = Math.floor((width - patchSize) / stride) + 1;
  const depth = options.mean.length;
  const nClusters = centers.length / depth;
  const features = new Float64Array(x.rows * gridSize ** 2 * nClusters);
  for (let image = 0; image < x.rows; image++) {
    for (const [position, patch] of patchesOf(x, image, options).entries()) {
      const w = whitened(normalized(patch, contrastEpsilon), options);
      const distances = Array.from({ length: nClusters }, (_, k) =>
        Math.sqrt(w.reduce((sum, value, d) => sum + (value - centers[k * depth + d]) ** 2, 0)),
      );
      const mean = distances.reduce((sum, distance) => sum + distance, 0) / nClusters;
      const cellDown = Math.floor((Math.floor(position / across) * gridSize) / down);
      const cellAcross = Math.floor(((position % across) * gridSize) / across);
      const at = ((image * gridSize + cellDown) * gridSize + cellAcross) * nClusters;
      for (let k = 0; k < nClusters; k++) features[at + k] += Math.max(0, mean - distances[k]);
    }
  }
  return features;
}

/** The patches that learning takes, drawn and normalised by plain loops. */
export function naiveSample(x: PlainRows, options: PatchLearningOptions): number[][] {
  const { nPatches, minContrast, contrastEpsilon } = options;
  const random = RandomState.fromWords(options.randomState);
  const patches = Array.from({ length: x.rows }, (_, image) => patchesOf(x, image, options));
  const positions = patches[0].length;
  const drawn =
    x.rows * positions <= nPatches
      ? patches.flat()
      : Array.from(
          { length: 10 * nPatches },
          () => patches[random.randint(0, x.rows)][random.randint(0, positions)],
        );
  const withContrast = drawn.filter((patch) => {
    const mean = patch.reduce((sum, value) => sum + value, 0) / patch.length;
    return Math.sqrt(patch.reduce((sum, value) => sum + (value - mean) ** 2, 0) / patch.length) > minContrast;
  });
  return withContrast.slice(0, nPatches).map((patch) => normalized(patch, contrastEpsilon));
}
