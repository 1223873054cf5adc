import type { ImageGeometry } from '../core/image-geometry.ts';

/** Most values of a pixel that are taken for one where a file does not say which of its lengths they are. */
const MAX_CHANNELS = 4;

/** How an array of three or four lengths holds images, the first length counting them. */
export interface ArrayImages {
  image: ImageGeometry;
  /** For each value of a row its place in the array's element; undefined if they lie in the same order. */
  places?: () => Int32Array;
}

/**
 * Images as arrays hold them: images x height x width, and x channels, or x channels before the height. Undefined
 * where the lengths tell of no images.
 */
export function imagesOfArray(shape: readonly number[]): ArrayImages | undefined {
  const [, a = 0, b = 0, c = 0] = shape;
  if (shape.length === 3) return { image: { height: a, width: b, channels: 1 } };
  if (shape.length !== 4) return undefined;
  if (c <= MAX_CHANNELS) return { image: { height: a, width: b, channels: c } };
  if (a > MAX_CHANNELS) return undefined;
  const pixels = b * c;
  return {
    image: { height: b, width: c, channels: a },
    places: () => Int32Array.from({ length: a * pixels }, (_, i) => (i % a) * pixels + Math.floor(i / a)),
  };
}
