// Your own numbers: a matrix is { data, shape }, row after row. Floats as they are, bytes with a scale.

import { type Matrix, NearestNeighbors, prepare } from 'handful';

/** Four points in the plane. */
const points: Matrix = { data: Float32Array.of(0, 0, 3, 4, 6, 8, 0, 1), shape: [4, 2] };

/** The same as bytes: each stands for itself times the scale, in a quarter of the memory. */
const bytes: Matrix = { data: Uint8Array.of(0, 0, 30, 40, 60, 80, 0, 10), shape: [4, 2], scale: 1 / 10 };

for (const matrix of [points, bytes]) {
  // Prepared once, a matrix is not copied again by each call that takes it.
  const prepared = prepare(matrix);
  const search = await new NearestNeighbors().fit(prepared);
  const { indices, distances } = await search.kneighbors(prepared.takeRows([0]), 3);
  console.log(
    `${prepared.byteLength} bytes; nearest to row 0:`,
    Array.from(indices, (row, i) => `row ${row} at ${distances[i].toFixed(3)}`).join(', '),
  );
}

// A bad matrix is refused before any work starts.
try {
  prepare({ data: new Float32Array(7), shape: [4, 2] });
} catch (error) {
  console.log((error as Error).message);
}
