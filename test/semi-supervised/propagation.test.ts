import { describe, expect, it } from 'vitest';
import { prepare } from '../../lib/backend/prepared-matrix.ts';
import { propagateToClusters, propagateToNearest } from '../../lib/semi-supervised/propagation.ts';
import { describeOnBackends } from '../support/backends.ts';
import { expectError } from '../support/errors.ts';

/** Rows on a line. Cluster 0 is left of 10, cluster 1 right of it. */
const X = { data: Float32Array.of(0, 12, 1, 11, 3, 14, 6), shape: [7, 1] as const };
const clusters = [0, 1, 0, 1, 0, 1, 0];
const chosen = [2, 1];

describe('propagateToClusters', () => {
  it("gives every row the label of its cluster's representative", () => {
    expect(propagateToClusters(clusters, ['left', 'right'])).toEqual(
      clusters.map((cluster) => ['left', 'right'][cluster]),
    );
    expect(propagateToClusters(Int32Array.of(1, 1, 0), Uint8Array.of(7, 9))).toEqual([9, 9, 7]);
  });

  it('refuses clusters without a label and labels of two kinds', async () => {
    await expectError(() => propagateToClusters([0, 2], [1, 2]), 'ERR_INVALID_ARGUMENT', 'clusters[1]');
    await expectError(() => propagateToClusters([0], [1, 'a']), 'ERR_INVALID_ARGUMENT', 'kind');
    await expectError(
      () => propagateToClusters([0], undefined as unknown as []),
      'ERR_INVALID_ARGUMENT',
      'array',
    );
  });
});

describeOnBackends('propagateToNearest', () => {
  it('labels as many rows as told around each representative, itself first', async () => {
    const { rows, labels } = await propagateToNearest(X, chosen, ['left', 'right'], { count: 3 });
    expect(Array.from(rows)).toEqual([2, 0, 4, 1, 3, 5]);
    expect(labels).toEqual(['left', 'left', 'left', 'right', 'right', 'right']);
  });

  it('names a row twice that is near two representatives', async () => {
    const { rows, labels } = await propagateToNearest(prepare(X), [0, 2], [5, 6], { count: 2 });
    expect(Array.from(rows)).toEqual([0, 2, 2, 0]);
    expect(labels).toEqual([5, 5, 6, 6]);
  });

  it('labels a share of each cluster, nearest rows first', async () => {
    const half = await propagateToNearest(X, chosen, [5, 6], { share: 0.5, clusters });
    expect(Array.from(half.rows)).toEqual([2, 0, 1, 3]);
    const all = await propagateToNearest(X, chosen, [5, 6], { share: 1, clusters });
    expect(Array.from(all.rows)).toEqual([2, 0, 4, 6, 1, 3, 5]);
    expect(all.labels).toEqual([5, 5, 5, 5, 6, 6, 6]);
  });

  it('labels one row at least of a cluster that has any, and none of one that has not', async () => {
    const { rows } = await propagateToNearest(X, [2, 1, 0], [5, 6, 7], { share: 1e-9, clusters });
    expect(Array.from(rows)).toEqual([2, 1]);
  });

  it('refuses what can not be meant', async () => {
    const call = (options: object, labels: unknown[] = [1, 2], rows: unknown = chosen) =>
      propagateToNearest(X, rows as number[], labels as number[], options);
    await expectError(call({}), 'ERR_INVALID_ARGUMENT', 'either count or share');
    await expectError(
      call({ count: 1, share: 1, clusters }),
      'ERR_INVALID_ARGUMENT',
      'either count or share',
    );
    await expectError(call({ count: 8 }), 'ERR_INVALID_ARGUMENT', 'at most 7');
    await expectError(call({ share: 0, clusters }), 'ERR_INVALID_ARGUMENT', 'share');
    await expectError(call({ share: 0.5 }), 'ERR_INVALID_ARGUMENT', 'clusters');
    await expectError(call({ share: 0.5, clusters: [0] }), 'ERR_INVALID_ARGUMENT', 'clusters');
    await expectError(
      call({ share: 0.5, clusters: clusters.map(() => 2) }),
      'ERR_INVALID_ARGUMENT',
      'clusters',
    );
    await expectError(call({ count: 1 }, [1]), 'ERR_INVALID_ARGUMENT', 'labels');
    await expectError(call({ count: 1 }, [1, 2], [0, 7]), 'ERR_INVALID_ARGUMENT', 'representatives[1]');
    await expectError(call({ count: 1 }, [], []), 'ERR_INVALID_ARGUMENT', 'representatives');
  });
});
