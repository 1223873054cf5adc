import type { FloatMatrix } from '../core/matrix.ts';
import type { Neighbors } from '../estimators/nearest-neighbors.ts';

/**
 * For each query the mean of its neighbours' distributions, each weighing exp(-d² / D²), with d its distance and D the
 * farthest one's.
 * @param distributions rows x `width`, each row's sum 1, or 0 for one that does not count
 * @returns queries x `width`, each row's sum 1, or 0 where no neighbour counts
 */
export function meanOfNeighbors(
  { indices, distances, shape: [rows, k] }: Neighbors,
  distributions: Float32Array,
  width: number,
): FloatMatrix {
  const data = new Float32Array(rows * width);
  const means = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    const farthest = distances[(row + 1) * k - 1]!;
    means.fill(0);
    for (let i = row * k; i < (row + 1) * k; i++) {
      const weight = farthest > 0 ? Math.exp(-((distances[i]! / farthest) ** 2)) : 1;
      for (let c = 0; c < width; c++) means[c]! += weight * distributions[indices[i]! * width + c]!;
    }
    bringToOne(means);
    data.set(means, row * width);
  }
  return { data, shape: [rows, width] };
}

function bringToOne(values: Float64Array): void {
  const sum = values.reduce((total, value) => total + value, 0);
  if (sum > 0) for (let i = 0; i < values.length; i++) values[i]! /= sum;
}
