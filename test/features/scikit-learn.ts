import { expect } from 'vitest';
import type { Matrix } from '../../lib/core/matrix.ts';

/** Rows that scikit-learn 1.2.1 was given too: what it found is written in the tests. The third column is constant. */
export const X: Matrix = {
  data: Float32Array.of(0, 5, 3, 1, 3, 4, 3, 3, 6, 3, 3, 5, 9, 2, 3, 7, 1, 1, 3, 9, 4, 0, 3, 0),
  shape: [6, 4],
};

/** Expects numbers to be others to so many decimals. */
export function close(found: ArrayLike<number>, expected: ArrayLike<number>, decimals: number): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(expected[i]!, decimals);
}
