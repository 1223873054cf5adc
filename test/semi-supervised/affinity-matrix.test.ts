import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affinityMatrix, type SparseMatrix } from '../../lib/semi-supervised/affinity-matrix.ts';

/** Neighbours of points on a line, by the plain loop. */
function neighbors(points: readonly number[], k: number) {
  const lists = points.map((point, row) =>
    points
      .map((other, index) => ({ index, distance: Math.abs(point - other) }))
      .filter(({ index }) => index !== row)
      .sort((a, b) => a.distance - b.distance || a.index - b.index)
      .slice(0, k),
  );
  return {
    indices: Int32Array.from(lists.flat(), ({ index }) => index),
    distances: Float64Array.from(lists.flat(), ({ distance }) => distance),
  };
}

function dense({ data, indices, indptr, shape: [rows, columns] }: SparseMatrix): number[][] {
  return Array.from({ length: rows }, (_, row) => {
    const values = new Array<number>(columns).fill(0);
    for (let entry = indptr[row]!; entry < indptr[row + 1]!; entry++) values[indices[entry]!] = data[entry]!;
    return values;
  });
}

function matrixOf(points: readonly number[], k: number): number[][] {
  const { indices, distances } = neighbors(points, k);
  return dense(affinityMatrix(indices, distances, k));
}

/** The definition, with dense matrices; for points without duplicates. */
function expected(points: readonly number[], k: number): number[][] {
  const { indices, distances } = neighbors(points, k);
  const scale = (row: number) => distances[row * k + Math.min(7, k) - 1]!;
  const weights = points.map((_, row) => {
    const values = new Array<number>(points.length).fill(0);
    for (let i = row * k; i < (row + 1) * k; i++) {
      values[indices[i]!] = Math.exp(-(distances[i]! ** 2) / (scale(row) * scale(indices[i]!)));
    }
    return values;
  });
  const mean = weights.map((row, i) => row.map((weight, j) => (weight + weights[j]![i]!) / 2));
  const sums = mean.map((row) => row.reduce((sum, weight) => sum + weight, 0));
  return mean.map((row, i) => row.map((weight, j) => weight / Math.sqrt(sums[i]! * sums[j]!)));
}

describe('the affinity matrix', () => {
  it('is what its definition says: local scaling, made symmetric, normalised', () => {
    const points = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 2, maxLength: 25 });
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 24 }), (given, wanted) => {
        const k = Math.min(wanted, given.length - 1);
        const definition = expected(given, k);
        for (const [i, row] of matrixOf(given, k).entries()) {
          for (const [j, value] of row.entries()) expect(value).toBeCloseTo(definition[i]![j]!, 12);
        }
      }),
    );
  });

  it('is finite, symmetric and without eigenvalues beyond 1, duplicates or not', () => {
    const points = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 12 }), (given, wanted) => {
        const matrix = matrixOf(given, Math.min(wanted, given.length - 1));
        for (const [i, row] of matrix.entries()) {
          for (const [j, value] of row.entries()) {
            expect(Number.isFinite(value)).toBe(true);
            expect(value).toBe(matrix[j]![i]!);
          }
          expect(Math.max(...row)).toBeGreaterThan(0);
          expect(row[i]).toBe(0);
        }
        // The roots of the sums are an eigenvector of eigenvalue 1; no other vector of its sign grows.
        let vector = matrix.map(() => 1);
        for (let round = 0; round < 20; round++) {
          vector = matrix.map((row) => row.reduce((sum, value, j) => sum + value * vector[j]!, 0));
        }
        expect(Math.hypot(...vector)).toBeLessThanOrEqual(Math.sqrt(matrix.length) * (1 + 1e-9));
      }),
    );
  });

  it('joins an outlier to its neighbours, however dense they lie', () => {
    const matrix = matrixOf([0, 1e-9, 2e-9, 3e-9, 4e-9, 1e6], 2);
    expect(Math.max(...matrix[5]!)).toBeGreaterThan(0);
  });

  it('joins a row to duplicates without a scale by its own', () => {
    const points = [...new Array<number>(9).fill(0), 1, 2];
    const matrix = matrixOf(points, 3);
    const [toDuplicate, toOther] = [matrix[9]![0]!, matrix[9]![10]!];
    expect(toDuplicate).toBeGreaterThan(0);
    expect(toOther).toBeGreaterThan(0);
  });
});
