import type { PatchGeometry } from '../../binding.d.ts';
import { HandfulError } from '../core/errors.ts';
import { type ImageShape, imageOfColumns } from '../core/image-geometry.ts';

/**
 * How patches lie in images of `columns` values; sides left out follow from that.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` where that can't be, or where a patch is larger than the image
 */
export function patchGeometry(
  { patchSize, stride, ...shape }: ImageShape & Pick<PatchGeometry, 'patchSize' | 'stride'>,
  columns: number,
): PatchGeometry {
  const { height, width, channels } = imageOfColumns(shape, columns, 'X');
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
