import { countOf, HandfulError, invalidArgument } from './errors.ts';
import { integer, optional, parseOptions } from './options.ts';

/** How a row is an image: pixels row by row from the top left, the values of a pixel side by side. */
export interface ImageGeometry {
  /** Pixels down. */
  height: number;
  /** Pixels across. */
  width: number;
  /** Values of a pixel: 1 for grey, 3 for colour. */
  channels: number;
}

/** What is known of images before they come: sides left out follow from the number of columns. */
export type ImageShape = Partial<ImageGeometry>;

/** Checks an option that tells the shape of images. */
export function checkImageShape(value: unknown, name: string): ImageShape {
  if (value === null || typeof value !== 'object') {
    throw invalidArgument(name, 'the shape of an image { height?, width?, channels? }', value);
  }
  const side = { check: optional(integer(1)), default: undefined };
  return parseOptions<ImageShape>(value, { height: side, width: side, channels: side }, `the option ${name}`);
}

/**
 * The images that rows of `columns` values are. Without a height and a width they are square; with one of them, the
 * other follows.
 * @param what what an error message calls the rows
 * @throws HandfulError `ERR_INVALID_ARGUMENT` where that can't be
 */
export function imageOfColumns(
  { height: down, width: across, channels = 1 }: ImageShape,
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
      `Expected the rows of ${what} to be ${form} with ${countOf(channels, 'value')} a pixel, but they have ` +
        `${countOf(columns, 'value')}: tell their height, width and channels`,
    );
  }
  return { height, width, channels };
}
