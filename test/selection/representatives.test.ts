import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Matrix } from '../../lib/core/matrix.ts';
import { representatives } from '../../lib/selection/representatives.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs, squaredDistance } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

/** A column of small whole numbers, so that ties and duplicates abound. */
const column = (maxRows: number) =>
  fc
    .array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: maxRows })
    .map((values): Matrix => ({ data: Uint8Array.from(values), shape: [values.length, 1] }));

/** For each centre the nearest row that `isFree`, ties to the lowest, by the plain loop. */
function nearestRow(X: Matrix, centers: Matrix, center: number, isFree: (row: number) => boolean): number {
  let best = -1;
  for (let row = 0; row < X.shape[0]; row++) {
    if (!isFree(row)) continue;
    if (best < 0 || squaredDistance(X, row, centers, center) < squaredDistance(X, best, centers, center))
      best = row;
  }
  return best;
}

describeOnBackends('representatives', () => {
  it('names for each centre its nearest row, ties to the lowest, twice where it is nearest to two', async () => {
    await fc.assert(
      fc.asyncProperty(column(9), column(9), async (X, centers) => {
        const rows = await representatives(X, centers);
        expect(Array.from(rows)).toEqual(
          Array.from({ length: centers.shape[0] }, (_, c) => nearestRow(X, centers, c, () => true)),
        );
      }),
    );
  });

  it('takes the next free row where every row may stand for one centre only', async () => {
    await fc.assert(
      fc.asyncProperty(column(9), column(9), async (X, centers) => {
        fc.pre(centers.shape[0] <= X.shape[0]);
        const expected: number[] = [];
        for (let c = 0; c < centers.shape[0]; c++) {
          expected.push(nearestRow(X, centers, c, (row) => !expected.includes(row)));
        }
        expect(Array.from(await representatives(X, centers, { unique: true }))).toEqual(expected);
      }),
    );
  });

  it('refuses more centres than rows where rows must be unique, and unknown options', async () => {
    const { X, centers } = blobs(4, 1);
    await expectError(representatives(centers, X, { unique: 1 } as object), 'ERR_INVALID_ARGUMENT', 'unique');
    const one = { data: X.data.subarray(0, 5), shape: [1, 5] as const };
    await expectError(representatives(one, centers, { unique: true }), 'ERR_INVALID_ARGUMENT', 'at most 1');
    expect(Array.from(await representatives(one, centers))).toEqual([0, 0, 0, 0]);
  });
});
