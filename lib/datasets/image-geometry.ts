import { HandfulError, invalidArgument } from '../errors.ts';
import { integer, optional, parseOptions } from '../options.ts';

/** How a row is an image: pixels row by row from the top left, the values of a pixel side by side. */
export interface ImageGeometry {
  /** Pixels down. */
  height: number;
  /** Pixels across. */
  width: number;
  /** Values of a pixel: 1 for grey, 3 for colour. */
  channels: number;
}

/** Most values of a pixel that are taken for one where a file does not say which of its lengths they are. */
const MAX_CHANNELS = 4;

/** Checks an option `image`: what is known of images, or `false` where rows are no images. */
export function checkImageOption(value: unknown, name: string): Partial<ImageGeometry> | false {
  if (value === false) return false;
  if (value === null || typeof value !== 'object') {
    throw invalidArgument(name, 'the shape of an image { height?, width?, channels? }, or false', value);
  }
  const side = { check: optional(integer(1)), default: undefined };
  return parseOptions<Partial<ImageGeometry>>(
    value,
    { height: side, width: side, channels: side },
    `the option ${name}`,
  );
}

/**
 * The images that rows of `columns` values are. Without a height and a width they are square; with one of them, the
 * other follows.
 * @param what what an error message calls the rows
 * @throws HandfulError `ERR_INVALID_ARGUMENT` where that can't be
 */
export function imageOfColumns(
  { height: down, width: across, channels = 1 }: Partial<ImageGeometry>,
  columns: number,
  what: string,
): ImageGeometry {
  const pixels = columns / channels;
  const height = down ?? (across === undefined ? Math.sqrt(pixels) : pixels / across);
  const width = across ?? pixels / height;
  if (!Number.isInteger(height) || !Number.isInteger(width) || height * width * channels !== columns) {
    const form =
      down === undefined && across === undefined
        ? 'square images'
        : `images of ${down ?? '?'} x ${across ?? '?'}`;
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected the rows of ${what} to be ${form} with ${channels} value(s) a pixel, but they have ${columns} ` +
        'values: tell their height, width and channels',
    );
  }
  return { height, width, channels };
}

/** How an array of three or four lengths holds images, the first length counting them. */
export interface ArrayImages {
  image: ImageGeometry;
  /** For each value of a row its place in the array's element; undefined where they lie in the same order. */
  places?: Int32Array;
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
    places: Int32Array.from({ length: a * pixels }, (_, i) => (i % a) * pixels + Math.floor(i / a)),
  };
}
