import type { ImageGeometry } from '../../lib/core/image-geometry.ts';
import type { Matrix } from '../../lib/core/matrix.ts';
import { loadSyntheticGarments } from '../../lib/datasets/synthetic.ts';

export interface SmallGarments {
  /** 9 x 9 grey pixels. */
  image: ImageGeometry;
  images: Matrix;
  labels: Uint8Array;
}

/** Synthetic garments of 9 x 9 pixels: every third pixel of every third line. */
export async function smallGarments(count: number, seed = 0): Promise<SmallGarments> {
  const { train } = await loadSyntheticGarments({ train: count, test: 1, seed });
  const side = 9;
  const data = new Uint8Array(count * side * side);
  for (let row = 0, to = 0; row < count; row++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++)
        data[to++] = train.images.data[row * 784 + (3 * y + 2) * 28 + 3 * x + 2]!;
    }
  }
  return {
    image: { height: side, width: side, channels: 1 },
    images: { data, shape: [count, side * side], scale: train.images.scale },
    labels: train.labels,
  };
}
