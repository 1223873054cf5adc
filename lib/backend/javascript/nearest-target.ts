import type { RowBlock } from './row-blocks.ts';
import type { Targets } from './targets.ts';

/**
 * For each row of the block its nearest vector, ties to the lowest, written to `labels` from the block's first
 * row on; for the exact decision see {@link Targets}. Returns the sum of the squared distances.
 * @param dots room for `targets.packed.width` numbers a row
 */
export function findNearestTargets(
  block: RowBlock,
  targets: Targets,
  dots: Float64Array,
  labels: Int32Array,
  distances?: Float64Array,
): number {
  const { count, squaredNorms } = targets;
  const { width } = targets.packed;
  targets.packed.dots(block, dots);
  let inertia = 0;
  for (let row = 0; row < block.count; row++) {
    const from = row * width;
    let nearest = 0;
    let least = Infinity;
    let second = Infinity;
    for (let i = 0; i < count; i++) {
      const fast = squaredNorms[i] - 2 * dots[from + i];
      if (fast < least) {
        second = least;
        least = fast;
        nearest = i;
      } else if (fast < second) {
        second = fast;
      }
    }
    const limit = least + 2 * targets.slack(block.squaredNorms[row]);
    let distance: number;
    // Written so that NaN, which overflow can bring, leads to the plain loop too.
    if (second > limit || count === 1) {
      distance = targets.squaredDistance(block, row, nearest);
    } else {
      distance = Infinity;
      for (let i = 0; i < count; i++) {
        if (squaredNorms[i] - 2 * dots[from + i] > limit) continue;
        const plain = targets.squaredDistance(block, row, i);
        if (plain < distance) {
          distance = plain;
          nearest = i;
        }
      }
    }
    labels[block.first + row] = nearest;
    if (distances) distances[block.first + row] = distance * targets.factor;
    inertia += distance * targets.factor;
  }
  return inertia;
}
