import { expect, it } from 'vitest';
import { prepare } from '../../lib/backend/prepared-matrix.ts';
import { NeighborGraph } from '../../lib/semi-supervised/neighbor-graph.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

describeOnBackends('NeighborGraph', () => {
  it('finds the neighbours of each row, itself left out, nearest first', async () => {
    const X = { data: Float32Array.of(0, 1, 3, 3, 7), shape: [5, 1] as const };
    const graph = await new NeighborGraph({ nNeighbors: 2 }).fit(X);
    expect(graph.shape).toEqual([5, 1]);
    expect(Array.from(graph.indices)).toEqual([1, 2, 0, 2, 3, 1, 2, 1, 2, 3]);
    expect(Array.from(graph.distances)).toEqual([1, 3, 1, 2, 0, 2, 0, 2, 4, 4]);
    expect(graph.affinityMatrix.shape).toEqual([5, 5]);
    expect(graph.affinityMatrix.indptr).toHaveLength(6);
  });

  it('searches for the neighbours of new rows as NearestNeighbors does', async () => {
    const { X } = blobs();
    const graph = await new NeighborGraph({ nNeighbors: 3 }).fit(prepare(X));
    const { indices } = await graph.kneighbors(X, 1);
    expect(indices).toEqual(Int32Array.from({ length: 120 }, (_, row) => row));
    expect((await graph.kneighbors(X)).indices).toHaveLength(360);
  });

  it('smooths each row to what its neighbours are, weighted by how alike they are', async () => {
    const { X } = blobs();
    const graph = await new NeighborGraph({ nNeighbors: 3 }).fit(X);
    const { data, shape } = await graph.smooth();
    expect(shape).toEqual(X.shape);
    const { indptr, indices, data: weights } = graph.affinityMatrix;
    for (const row of [0, 77]) {
      let sum = 0;
      for (let entry = indptr[row]!; entry < indptr[row + 1]!; entry++) {
        sum += weights[entry]! * X.data[indices[entry]! * 5 + 2]!;
      }
      expect(data[row * 5 + 2]).toBeCloseTo(sum, 4);
    }
  });

  it('has ten neighbours if not told, and the new ones after another fit', async () => {
    const graph = new NeighborGraph();
    expect((await graph.fit(blobs().X)).indices).toHaveLength(1200);
    const before = graph.affinityMatrix;
    await graph.fit(blobs(2, 8).X);
    expect(graph.indices).toHaveLength(160);
    expect(graph.affinityMatrix).not.toBe(before);
    expect(graph.affinityMatrix).toBe(graph.affinityMatrix);
  });

  it('refuses what has too few rows for as many neighbours, and to be read before a fit', async () => {
    const graph = new NeighborGraph({ nNeighbors: 2 });
    await expectError(() => graph.indices, 'ERR_NOT_FITTED', 'NeighborGraph');
    await expectError(() => graph.affinityMatrix, 'ERR_NOT_FITTED', 'NeighborGraph');
    for (const rows of [1, 2]) {
      const few = { data: new Float32Array(rows), shape: [rows, 1] as const };
      await expectError(graph.fit(few), 'ERR_INVALID_ARGUMENT', 'more rows in X than nNeighbors');
    }
    await expectError(() => new NeighborGraph({ nNeighbors: 0 }), 'ERR_INVALID_ARGUMENT', 'nNeighbors');
  });
});
