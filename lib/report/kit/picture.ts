import { HandfulError } from '../../core/errors.ts';
import type { ImageGeometry } from '../../core/image-geometry.ts';
import { checkMatrix, type Matrix } from '../../core/matrix.ts';
import { integer } from '../../core/options.ts';

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
 * The picture that a row of a matrix holds, in colour where its pixels have three values or more, of which the first
 * three count; else grey, of which the first counts. Values from 0 (dark) to 1 (bright); what lies beyond is cut off.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` where `image` does not make the columns of the matrix
 */
export function pictureOfImage(images: Matrix, row: number, image: ImageGeometry): Picture {
  checkMatrix(images, 'images');
  const [rows, columns] = images.shape;
  const { height, width, channels } = image;
  if (height * width * channels !== columns) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected images of ${height} x ${width} pixels in a matrix of as many columns but it has ${columns}`,
    );
  }
  const start = integer(0, rows - 1)(row, 'row') * columns;
  const whole = 255 * (images.scale ?? 1);
  const kept = channels >= 3 ? 3 : 1;
  const data = new Uint8ClampedArray(height * width * kept);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / kept);
    data[i] = images.data[start + pixel * channels + (i % kept)]! * whole;
  }
  return { width, height, channels: kept, data };
}

/** A picture that is `side` pixels long at most, each pixel of it the mean of those that it stands for. */
export function thumbnail(picture: Picture, side: number): Picture {
  const factor = Math.max(picture.width, picture.height) / side;
  if (factor <= 1) return picture;
  const { channels } = picture;
  const width = Math.max(1, Math.round(picture.width / factor));
  const height = Math.max(1, Math.round(picture.height / factor));
  const across = spans(picture.width, width);
  const down = spans(picture.height, height);
  const data = new Uint8ClampedArray(width * height * channels);
  for (const [y, [top, bottom]] of down.entries()) {
    for (const [x, [left, right]] of across.entries()) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let v = top; v < bottom; v++) {
          for (let u = left; u < right; u++)
            sum += picture.data[(v * picture.width + u) * channels + channel]!;
        }
        data[(y * width + x) * channels + channel] = sum / ((bottom - top) * (right - left));
      }
    }
  }
  return { width, height, channels, data };
}

/** `length` pixels parted among `parts`, from one up to another; each part has one at least. */
function spans(length: number, parts: number): [from: number, to: number][] {
  const edge = (part: number) => Math.round((part * length) / parts);
  return Array.from({ length: parts }, (_, part) => [edge(part), Math.max(edge(part) + 1, edge(part + 1))]);
}
