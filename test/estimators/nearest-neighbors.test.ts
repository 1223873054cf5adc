import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prepare } from '../../lib/backend/prepared-matrix.ts';
import type { Matrix } from '../../lib/core/matrix.ts';
import { NearestNeighbors } from '../../lib/estimators/nearest-neighbors.ts';
import { pairwiseDistances, pairwiseDistancesArgminMin } from '../../lib/estimators/pairwise-distances.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs, squaredDistance } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

/** Two matrices of the same few columns, of small whole numbers so that ties and duplicates abound. */
const pairsOfMatrices = fc.integer({ min: 1, max: 4 }).chain((columns) => {
  const matrix = fc
    .integer({ min: 1, max: 9 })
    .chain((rows) =>
      fc
        .array(fc.integer({ min: 0, max: 3 }), { minLength: rows * columns, maxLength: rows * columns })
        .map((values): Matrix => ({ data: Uint8Array.from(values), shape: [rows, columns], scale: 0.5 })),
    );
  return fc.record({ X: matrix, Q: matrix });
});

/** Rows of `X` by distance to row `q` of `Q`, ties by row number: the plain loop. */
function ranked(X: Matrix, Q: Matrix, q: number): { row: number; distance: number }[] {
  return Array.from({ length: X.shape[0] }, (_, row) => ({
    row,
    distance: Math.sqrt(squaredDistance(X, row, Q, q)),
  })).sort((a, b) => a.distance - b.distance || a.row - b.row);
}

describeOnBackends('NearestNeighbors', () => {
  it('finds what the plain loop finds, nearest first, ties to the lowest row', async () => {
    await fc.assert(
      fc.asyncProperty(pairsOfMatrices, fc.nat(), async ({ X, Q }, anyK) => {
        const k = 1 + (anyK % X.shape[0]);
        const search = await new NearestNeighbors().fit(X);
        const { indices, distances } = await search.kneighbors(Q, k);
        const expected = Array.from({ length: Q.shape[0] }, (_, q) => ranked(X, Q, q).slice(0, k)).flat();
        expect(Array.from(indices)).toEqual(expected.map(({ row }) => row));
        expect(Array.from(distances)).toEqual(expected.map(({ distance }) => distance));
      }),
    );
  });

  it('finds nNeighbors, five if not told, where k is left out', async () => {
    const { X } = blobs();
    const five = await (await new NearestNeighbors().fit(X)).kneighbors(X);
    expect(five.shape).toEqual([X.shape[0], 5]);
    expect(five.indices.length).toBe(5 * X.shape[0]);
    const one = await new NearestNeighbors({ nNeighbors: 1 }).fit(prepare(X));
    expect((await one.kneighbors(X)).indices).toEqual(
      Int32Array.from({ length: X.shape[0] }, (_, row) => row),
    );
  });

  it('is not fitted if its signal is aborted, and names the method whose option is misspelled', async () => {
    const { X } = blobs();
    const search = new NearestNeighbors();
    await expectError(search.fit(X, { signal: AbortSignal.abort() }), 'ABORT_ERR');
    await expectError(search.kneighbors(X, 1), 'ERR_NOT_FITTED');
    await search.fit(X);
    const misspelled = { signals: undefined } as object;
    await expectError(
      search.fit(X, misspelled),
      'ERR_INVALID_ARGUMENT',
      'NearestNeighbors.fit has no option',
    );
    await expectError(
      search.kneighbors(X, 1, misspelled),
      'ERR_INVALID_ARGUMENT',
      'NearestNeighbors.kneighbors has no option',
    );
  });

  it('keeps the rows as they were when it was fitted', async () => {
    const X = { data: Float32Array.of(0, 1), shape: [2, 1] as const };
    const search = await new NearestNeighbors().fit(X);
    X.data[0] = 5;
    const { distances } = await search.kneighbors({ data: Float32Array.of(0), shape: [1, 1] }, 1);
    expect(Array.from(distances)).toEqual([0]);
  });

  it('refuses a search before a fit, too many neighbours, and other columns', async () => {
    const { X } = blobs();
    const search = new NearestNeighbors();
    await expectError(search.kneighbors(X), 'ERR_NOT_FITTED', 'NearestNeighbors');
    await search.fit(X);
    await expectError(search.kneighbors(X, 121), 'ERR_INVALID_ARGUMENT', 'at most 120');
    await expectError(search.kneighbors(X, 0), 'ERR_INVALID_ARGUMENT', 'k');
    await expectError(
      search.kneighbors({ data: new Float32Array(1), shape: [1, 1] }),
      'ERR_INVALID_ARGUMENT',
      '5 columns',
    );
    await expectError(search.fit({ data: Float32Array.of(Number.NaN), shape: [1, 1] }), 'ERR_NOT_FINITE');
    await expectError(search.fit([[1]] as unknown as Matrix), 'ERR_INVALID_ARGUMENT', 'matrix');
  });
});

describeOnBackends('pairwiseDistances', () => {
  it('measures every row against every row', async () => {
    await fc.assert(
      fc.asyncProperty(pairsOfMatrices, async ({ X, Q }) => {
        const squared = await pairwiseDistances(X, Q, { metric: 'sqeuclidean' });
        const plain = await pairwiseDistances(X, Q);
        expect(plain.shape).toEqual([X.shape[0], Q.shape[0]]);
        for (let i = 0; i < X.shape[0]; i++) {
          for (let j = 0; j < Q.shape[0]; j++) {
            const expected = squaredDistance(X, i, Q, j);
            expect(squared.data[i * Q.shape[0] + j]).toBeCloseTo(expected, 4);
            expect(plain.data[i * Q.shape[0] + j]).toBeCloseTo(Math.sqrt(expected), 4);
          }
        }
      }),
    );
  });

  it('measures the rows against one another where given one matrix, by the angle where asked', async () => {
    const X = { data: Float32Array.of(1, 0, 0, 2, 3, 3), shape: [3, 2] as const };
    const { data, shape } = await pairwiseDistances(X, undefined, { metric: 'cosine' });
    expect(shape).toEqual([3, 3]);
    const slant = 1 - Math.SQRT1_2;
    for (const [i, expected] of [0, 1, slant, 1, 0, slant, slant, slant, 0].entries()) {
      expect(data[i]).toBeCloseTo(expected, 6);
    }
  });

  it('refuses distances beyond single precision, naming the rows', async () => {
    const X = { data: Float32Array.of(0, 3e38, -3e38), shape: [3, 1] as const };
    await expectError(pairwiseDistances(X), 'ERR_NOT_FINITE', 'row 1 to row 2');
    await expectError(pairwiseDistances(X, X, { metric: 'sqeuclidean' }), 'ERR_NOT_FINITE', 'row 0 to row 1');
    const angles = await pairwiseDistances(
      X,
      { data: Float32Array.of(3e38), shape: [1, 1] },
      { metric: 'cosine' },
    );
    expect(Array.from(angles.data)).toEqual([1, 0, 2]);
  });

  it('refuses unknown metrics and other columns', async () => {
    const { X } = blobs();
    const metric = 'manhattan' as 'cosine';
    await expectError(pairwiseDistances(X, X, { metric }), 'ERR_INVALID_ARGUMENT', 'manhattan');
    const narrow = { data: new Float32Array(1), shape: [1, 1] as const };
    await expectError(pairwiseDistances(X, narrow), 'ERR_INVALID_ARGUMENT', 'columns');
  });
});

describeOnBackends('pairwiseDistancesArgminMin', () => {
  it('finds for each row of X the nearest row of Y, ties to the lowest', async () => {
    await fc.assert(
      fc.asyncProperty(pairsOfMatrices, async ({ X, Q }) => {
        const { indices, distances } = await pairwiseDistancesArgminMin(X, Q);
        const expected = Array.from({ length: X.shape[0] }, (_, row) => ranked(Q, X, row)[0]!);
        expect(Array.from(indices)).toEqual(expected.map(({ row }) => row));
        expect(Array.from(distances)).toEqual(expected.map(({ distance }) => distance));
      }),
    );
  });
});
