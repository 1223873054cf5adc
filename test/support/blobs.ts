import type { Matrix } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';

/** Rows scattered around a few centres that lie far apart, and the centre of each. */
export interface Blobs {
  X: Matrix;
  /** For each row the number of its blob. */
  blob: Int32Array;
  centers: Matrix;
}

/** `nBlobs` groups of `rowsEach` rows, row i in blob i mod `nBlobs`; the same for the same seed. */
export function blobs(nBlobs = 4, rowsEach = 30, columns = 5, seed = 0): Blobs {
  const random = new RandomState(seed);
  const rows = nBlobs * rowsEach;
  const centers = Float32Array.from({ length: nBlobs * columns }, (_, i) =>
    Math.floor(i / columns) === i % columns || nBlobs > columns ? 20 * random.randomSample() + 20 : 0,
  );
  const blob = Int32Array.from({ length: rows }, (_, row) => row % nBlobs);
  const data = Float32Array.from(
    { length: rows * columns },
    (_, i) =>
      centers[blob[Math.floor(i / columns)]! * columns + (i % columns)]! + random.randomSample() - 0.5,
  );
  return { X: { data, shape: [rows, columns] }, blob, centers: { data: centers, shape: [nBlobs, columns] } };
}

/** The squared distance of row `i` of `a` to row `j` of `b`, by the plain loop in double precision. */
export function squaredDistance(a: Matrix, i: number, b: Matrix, j: number): number {
  const columns = a.shape[1];
  let sum = 0;
  for (let c = 0; c < columns; c++) {
    const x = a.data[i * columns + c]! * (a.scale ?? 1);
    const y = b.data[j * columns + c]! * (b.scale ?? 1);
    sum += (x - y) ** 2;
  }
  return sum;
}
