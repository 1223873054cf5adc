import { expect, it } from 'vitest';
import { takeRows } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { kmeansPlusPlus } from '../../lib/estimators/k-means-plus-plus.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

const { X, blob } = blobs();

describeOnBackends('kmeansPlusPlus', () => {
  it('chooses one row of each group where groups lie far apart', async () => {
    for (let seed = 0; seed < 5; seed++) {
      const { indices } = await kmeansPlusPlus(X, 4, { randomState: seed });
      expect(new Set(indices.map((row) => blob[row]!)).size).toBe(4);
    }
  });

  it('answers the rows it chose and their values', async () => {
    const { indices, centers } = await kmeansPlusPlus(X, 6, { randomState: 1 });
    expect(centers).toEqual(takeRows(X, indices));
  });

  it('scales the values of bytes', async () => {
    const bytes = { data: Uint8Array.of(0, 51, 255), shape: [3, 1] as const, scale: 1 / 255 };
    const { indices, centers } = await kmeansPlusPlus(bytes, 3, { randomState: 0 });
    expect(centers.data).toEqual(Float32Array.from(indices, (row) => bytes.data[row]! / 255));
  });

  it('goes on with a stream of random numbers and starts anew from a seed', async () => {
    const random = new RandomState(9);
    const first = await kmeansPlusPlus(X, 5, { randomState: random });
    const second = await kmeansPlusPlus(X, 5, { randomState: random });
    expect((await kmeansPlusPlus(X, 5, { randomState: 9 })).indices).toEqual(first.indices);
    expect(second.indices).not.toEqual(first.indices);
  });

  it('refuses more clusters than rows and options it does not know', async () => {
    await expectError(kmeansPlusPlus(X, 121), 'ERR_INVALID_ARGUMENT', 'at most 120');
    await expectError(kmeansPlusPlus(X, 1.5), 'ERR_INVALID_ARGUMENT', 'nClusters');
    await expectError(kmeansPlusPlus(X, 2, { nLocalTrials: 0 }), 'ERR_INVALID_ARGUMENT', 'nLocalTrials');
    await expectError(kmeansPlusPlus(X, 2, { seed: 1 } as object), 'ERR_INVALID_ARGUMENT', 'seed');
  });
});
