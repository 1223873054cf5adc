import type { PatchGeometry } from '../../../binding.d.ts';
import type { Rows } from './rows.ts';

/** Where the patches of an image lie: what follows from a {@link PatchGeometry}. */
export class PatchPlaces {
  /** Patches above one another, and side by side. */
  readonly down: number;
  readonly across: number;
  /** Values of a patch. */
  readonly depth: number;
  readonly #geometry: PatchGeometry;

  constructor(geometry: PatchGeometry) {
    const { height, width, channels, patchSize, stride } = geometry;
    this.#geometry = { height, width, channels, patchSize, stride };
    this.down = Math.floor((height - patchSize) / stride) + 1;
    this.across = Math.floor((width - patchSize) / stride) + 1;
    this.depth = patchSize * patchSize * channels;
  }

  /** Patches of an image. */
  get count(): number {
    return this.down * this.across;
  }

  /** Copies the patch in line `y` and column `x` of patches, of the image in row `image`, as stored. */
  copy(from: Rows, image: number, y: number, x: number, to: Float64Array): void {
    const { data, columns } = from;
    const { width, channels, patchSize, stride } = this.#geometry;
    const segmentLength = patchSize * channels;
    let begin = image * columns + (y * width + x) * stride * channels;
    for (let line = 0, at = 0; line < patchSize; line++, begin += width * channels) {
      for (let i = 0; i < segmentLength; i++) to[at++] = data[begin + i];
    }
  }
}

/**
 * Subtracts a patch's mean, in place.
 * @returns the variance, which is exactly 0 where all elements are equal whole numbers
 */
export function center(patch: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < patch.length; i++) sum += patch[i];
  const mean = sum / patch.length;
  let squares = 0;
  for (let i = 0; i < patch.length; i++) {
    patch[i] -= mean;
    squares += patch[i] * patch[i];
  }
  return squares / patch.length;
}
