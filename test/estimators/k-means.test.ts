import { expect, it } from 'vitest';
import { prepare } from '../../lib/backend/prepared-matrix.ts';
import { takeRows } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { KMeans } from '../../lib/estimators/k-means.ts';
import { MiniBatchKMeans } from '../../lib/estimators/mini-batch-k-means.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs, squaredDistance } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

const { X, blob, centers } = blobs();
const [rows, columns] = X.shape;

/** Whether two labellings part the rows alike, whatever they call the parts. */
function samePartition(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  const pairs = new Set(Array.from(a, (label, i) => `${label} ${b[i]}`));
  return pairs.size === new Set(Array.from(a)).size && pairs.size === new Set(Array.from(b)).size;
}

for (const Estimator of [KMeans, MiniBatchKMeans]) {
  describeOnBackends(Estimator.name, () => {
    it('finds groups that lie far apart', async () => {
      const kmeans = await new Estimator({ nClusters: 4, randomState: 0 }).fit(X);
      expect(samePartition(kmeans.labels, blob)).toBe(true);
      expect(kmeans.clusterCenters.shape).toEqual([4, columns]);
    });

    it("states as inertia the sum of squared distances to the rows' centres", async () => {
      const kmeans = await new Estimator({ nClusters: 3, randomState: 1 }).fit(X);
      let inertia = 0;
      for (let row = 0; row < rows; row++) {
        inertia += squaredDistance(X, row, kmeans.clusterCenters, kmeans.labels[row]!);
      }
      expect(Math.abs(kmeans.inertia / inertia - 1)).toBeLessThan(1e-6);
      expect(await kmeans.score(X)).toBe(-kmeans.inertia);
    });

    it('predicts for the fitted rows what it labelled them', async () => {
      const kmeans = new Estimator({ nClusters: 4, randomState: 2 });
      const labels = await kmeans.fitPredict(X);
      expect(labels).toBe(kmeans.labels);
      expect(await kmeans.predict(X)).toEqual(labels);
      expect(Array.from(await kmeans.predict(takeRows(X, [5, 2])))).toEqual([labels[5], labels[2]]);
    });

    it('transforms rows to their distances to the centres', async () => {
      const kmeans = await new Estimator({ nClusters: 4, randomState: 2 }).fit(X);
      const distances = await kmeans.transform(takeRows(X, [7]));
      expect(distances.shape).toEqual([1, 4]);
      for (let c = 0; c < 4; c++) {
        expect(distances.data[c]).toBeCloseTo(Math.sqrt(squaredDistance(X, 7, kmeans.clusterCenters, c)), 4);
      }
    });

    it('gives the same for the same seed, however often one estimator is fitted', async () => {
      const kmeans = await new Estimator({ nClusters: 7, randomState: 3 }).fit(X);
      const first = kmeans.clusterCenters.data;
      expect((await kmeans.fit(X)).clusterCenters.data).toEqual(first);
      const other = await new Estimator({ nClusters: 7, randomState: new RandomState(3) }).fit(prepare(X));
      expect(other.clusterCenters.data).toEqual(first);
    });

    it('takes a stream of random numbers further with every fit', async () => {
      const random = new RandomState(3);
      const before = random.words();
      await new Estimator({ nClusters: 4, randomState: random, nInit: 1 }).fit(X);
      expect(random.words()).not.toEqual(before);
    });

    it('starts from centres that are given', async () => {
      const kmeans = await new Estimator({ nClusters: 4, init: centers, randomState: 0 }).fit(X);
      expect(kmeans.labels).toEqual(blob);
    });

    it('starts from rows at random', async () => {
      const kmeans = await new Estimator({ nClusters: 4, init: 'random', randomState: 0 }).fit(X);
      expect(kmeans.labels.length).toBe(rows);
    });

    it('refuses results before a fit', async () => {
      const kmeans = new Estimator();
      for (const read of [
        () => kmeans.labels,
        () => kmeans.clusterCenters,
        () => kmeans.inertia,
        () => kmeans.nIter,
        () => kmeans.predict(X),
        () => kmeans.transform(X),
        () => kmeans.score(X),
      ]) {
        await expectError(read, 'ERR_NOT_FITTED', Estimator.name);
      }
    });

    it('refuses options and matrices that can not be meant', async () => {
      await expectError(() => new Estimator({ nClusters: 0 }), 'ERR_INVALID_ARGUMENT', 'nClusters');
      await expectError(() => new Estimator({ nCluster: 3 } as object), 'ERR_INVALID_ARGUMENT', 'nCluster');
      await expectError(() => new Estimator({ init: 'kmeans' as 'random' }), 'ERR_INVALID_ARGUMENT', 'init');
      await expectError(() => new Estimator({ randomState: -1 }), 'ERR_INVALID_ARGUMENT', 'randomState');
      await expectError(() => new Estimator({ tol: Number.NaN }), 'ERR_INVALID_ARGUMENT', 'tol');
      const few = takeRows(X, [0, 1]);
      await expectError(new Estimator({ nClusters: 3 }).fit(few), 'ERR_INVALID_ARGUMENT', 'at most 2');
      await expectError(
        new Estimator({ nClusters: 3, init: centers }).fit(X),
        'ERR_INVALID_ARGUMENT',
        'init',
      );
      const kmeans = await new Estimator({ nClusters: 2, randomState: 0 }).fit(X);
      const narrow = { data: new Float32Array(2), shape: [1, 2] as const };
      await expectError(kmeans.predict(narrow), 'ERR_INVALID_ARGUMENT', `${columns} columns`);
      await expectError(kmeans.fit(X, { sgnal: 1 } as object), 'ERR_INVALID_ARGUMENT', 'sgnal');
    });

    it('keeps its last result when a fit is aborted', async () => {
      const kmeans = await new Estimator({ nClusters: 4, randomState: 0 }).fit(X);
      const { labels } = kmeans;
      await expectError(kmeans.fit(X, { signal: AbortSignal.abort() }), 'ABORT_ERR');
      expect(kmeans.labels).toBe(labels);
    });
  });
}

describeOnBackends('KMeans', () => {
  it('makes every row its own cluster where there are as many', async () => {
    const few = takeRows(X, [0, 1, 2, 3]);
    const kmeans = await new KMeans({ nClusters: 4, randomState: 0 }).fit(few);
    expect(new Set(kmeans.labels).size).toBe(4);
    expect(kmeans.inertia).toBeCloseTo(0, 6);
  });

  it('tells whether it ended before its last iteration', async () => {
    const options = { nClusters: 4, nInit: 1, randomState: 0 };
    expect((await new KMeans(options).fit(X)).converged).toBe(true);
    const short = await new KMeans({ ...options, nClusters: 9, tol: 0, maxIter: 1 }).fit(X);
    expect([short.converged, short.nIter]).toEqual([false, 1]);
  });
});
