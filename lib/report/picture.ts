import { HandfulError } from '../errors.ts';
import { checkMatrix, type Matrix } from '../matrix.ts';
import { integer } from '../options.ts';

/** An image to be looked at. */
export interface Picture {
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
  /** Bytes of a pixel: one of grey, or red, green and blue. */
  channels: 1 | 3;
  /** Pixels row by row from the top left; 0 is black. */
  data: Uint8Array | Uint8ClampedArray;
}

/**
 * The grey picture that a row of a matrix holds, its values from 0 (black) to 1 (white); what lies beyond is cut off.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` where `shape` does not make the columns of the matrix
 */
export function pictureOfRow(images: Matrix, row: number, shape: readonly [number, number]): Picture {
  checkMatrix(images, 'images');
  const [rows, columns] = images.shape;
  const [height, width] = shape;
  if (height * width !== columns) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected images of ${height} x ${width} pixels in a matrix of as many columns but it has ${columns}`,
    );
  }
  const start = integer(0, rows - 1)(row, 'row') * columns;
  const whole = 255 * (images.scale ?? 1);
  const data = Uint8ClampedArray.from(images.data.subarray(start, start + columns), (value) => value * whole);
  return { width, height, channels: 1, data };
}
