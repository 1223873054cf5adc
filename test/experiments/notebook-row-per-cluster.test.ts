import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prepare } from '../../lib/backend/prepared-matrix.ts';
import type { Matrix } from '../../lib/core/matrix.ts';
import { notebookRowPerCluster } from '../../lib/experiments/notebook-row-per-cluster.ts';
import { describeOnBackends } from '../support/backends.ts';
import { squaredDistance } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

/** The notebook's loop as it stands there. */
function asInTheNotebook(X: Matrix, clusters: Int32Array, centers: Matrix): number[] {
  const rowPerCluster = new Array<number>(centers.shape[0]).fill(-1);
  for (let center = 0; center < centers.shape[0]; center++) {
    let least = Infinity;
    for (let row = 0; row < X.shape[0]; row++) {
      const distance = Math.sqrt(squaredDistance(X, row, centers, center));
      if (distance < least) {
        least = distance;
        rowPerCluster[clusters[row]!] = row;
      }
    }
  }
  return rowPerCluster;
}

/** Rows, centres and clusters; coarse values make ties, fine ones near-ties beyond single precision. */
const problems = fc
  .record({
    columns: fc.integer({ min: 1, max: 3 }),
    rows: fc.integer({ min: 1, max: 40 }),
    nCenters: fc.integer({ min: 1, max: 5 }),
  })
  .chain(({ columns, rows, nCenters }) => {
    const value = fc.oneof(
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 8 }).map((i) => 1 + i * 2 ** -23),
    );
    const matrix = (height: number) =>
      fc
        .array(value, { minLength: height * columns, maxLength: height * columns })
        .map((values): Matrix => ({ data: Float32Array.from(values), shape: [height, columns] }));
    const clusters = fc.array(fc.nat({ max: nCenters - 1 }), { minLength: rows, maxLength: rows });
    return fc.record({
      X: matrix(rows),
      centers: matrix(nCenters),
      clusters: clusters.map((c) => Int32Array.from(c)),
    });
  });

describeOnBackends('notebookRowPerCluster', () => {
  it("overwrites as the notebook's loop does, ties and near-ties decided in double precision", async () => {
    await fc.assert(
      fc.asyncProperty(problems, async ({ X, centers, clusters }) => {
        const found = await notebookRowPerCluster(prepare(X), clusters, centers, {});
        expect(Array.from(found)).toEqual(asInTheNotebook(X, clusters, centers));
      }),
    );
  });

  it('sees records across blocks of rows', async () => {
    const rows = 10_000;
    const X = {
      data: Float32Array.from({ length: rows }, (_, row) => rows - row),
      shape: [rows, 1] as const,
    };
    const clusters = Int32Array.from({ length: rows }, (_, row) => row % 3);
    const centers = { data: Float32Array.of(1, 5_000, 9_999), shape: [3, 1] as const };
    const found = await notebookRowPerCluster(prepare(X), clusters, centers, {});
    expect(Array.from(found)).toEqual(asInTheNotebook(X, clusters, centers));
  });

  it('stops when aborted', async () => {
    const X = { data: Float32Array.of(1), shape: [1, 1] as const };
    const control = { signal: AbortSignal.abort() };
    await expectError(notebookRowPerCluster(prepare(X), Int32Array.of(0), X, control), 'ABORT_ERR');
  });
});
