import type { PatchGeometry } from '../../binding.d.ts';
import { HandfulError } from '../errors.ts';

/** What is known of the images before they come: sides left out follow from the number of columns. */
export interface ImageShape extends Omit<PatchGeometry, 'height' | 'width'> {
  height?: number;
  width?: number;
}

/**
 * How patches lie in images of `columns` values. Without a height and a width images are taken to be square; with
 * one of them, the other follows.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` where that can't be, or where a patch is larger than the image
 */
export function patchGeometry(shape: ImageShape, columns: number): PatchGeometry {
  const { channels, patchSize, stride } = shape;
  const pixels = columns / channels;
  const height = shape.height ?? (shape.width === undefined ? Math.sqrt(pixels) : pixels / shape.width);
  const width = shape.width ?? pixels / height;
  if (!Number.isInteger(height) || !Number.isInteger(width) || height * width * channels !== columns) {
    const { height: h = 'any', width: w = 'any' } = shape;
    const form = shape.height === undefined && shape.width === undefined ? 'square' : `${h} x ${w} pixels`;
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected X to have images as rows, ${form} with ${channels} value(s) a pixel, but received rows of ` +
        `${columns} values: set height, width and channels`,
    );
  }
  if (patchSize > Math.min(height, width)) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected patchSize to be at most ${Math.min(height, width)}, the shorter side of the images, but received ` +
        `${patchSize}`,
    );
  }
  return { height, width, channels, patchSize, stride };
}

/**
 * Refuses a grid with cells that no patch falls into.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function requireFilledCells(gridSize: number, geometry: PatchGeometry): void {
  const { height, width, patchSize, stride } = geometry;
  const patches = Math.floor((Math.min(height, width) - patchSize) / stride) + 1;
  if (gridSize > patches) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected gridSize to be at most ${patches}, the patches along the shorter side of an image, but received ` +
        `${gridSize}`,
    );
  }
}
