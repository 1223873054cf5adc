import { describe, expect, it } from 'vitest';
import { type Matrix, takeRows } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { MiniBatchKMeans } from '../../lib/estimators/mini-batch-k-means.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

const { X, blob, centers } = blobs(4, 60);
const [rows] = X.shape;

/** The `i`-th of `n` batches that part all rows. */
function batch(i: number, n: number): Matrix {
  return takeRows(
    X,
    Int32Array.from({ length: rows / n }, (_, j) => (i * rows) / n + j),
  );
}

describeOnBackends('MiniBatchKMeans', () => {
  it('counts its steps, its passes and the rows each centre has seen', async () => {
    const kmeans = await new MiniBatchKMeans({ nClusters: 4, batchSize: 24, maxIter: 2, randomState: 0 }).fit(
      X,
    );
    expect(kmeans.nSteps).toBeLessThanOrEqual((2 * rows) / 24);
    expect(kmeans.nIter).toBe(Math.ceil((kmeans.nSteps * 24) / rows));
    expect(kmeans.counts.reduce((sum, count) => sum + count)).toBe(24 * kmeans.nSteps);
  });

  it('goes through all its passes where nothing may stop it', async () => {
    const options = { nClusters: 4, batchSize: 24, maxIter: 3, maxNoImprovement: Infinity, randomState: 0 };
    const kmeans = await new MiniBatchKMeans(options).fit(X);
    expect(kmeans.nSteps).toBe((3 * rows) / 24);
  });

  it('learns batch by batch with partialFit', async () => {
    const kmeans = new MiniBatchKMeans({ nClusters: 4, reassignmentRatio: 0, randomState: 0 });
    for (let i = 0; i < 8; i++) await kmeans.partialFit(batch(i, 8));
    expect(kmeans.nSteps).toBe(8);
    expect(kmeans.labels).toEqual(await kmeans.predict(batch(7, 8)));
    const found = await kmeans.predict(X);
    expect(new Set(Array.from(found, (label, row) => `${label} ${blob[row]}`)).size).toBe(4);
    expect(kmeans.counts.reduce((sum, count) => sum + count)).toBe(rows);
  });

  it('moves a centre that partialFit gives rows to the mean of them', async () => {
    const kmeans = new MiniBatchKMeans({ nClusters: 4, init: centers, reassignmentRatio: 0, randomState: 0 });
    await kmeans.partialFit(X);
    const { data, shape } = kmeans.clusterCenters;
    for (let c = 0; c < 4; c++) {
      const own = Array.from(blob.keys()).filter((row) => blob[row] === c);
      for (let j = 0; j < shape[1]; j++) {
        const mean = own.reduce((sum, row) => sum + X.data[row * shape[1] + j]!, 0) / own.length;
        expect(data[c * shape[1] + j]).toBeCloseTo(mean, 4);
      }
    }
  });

  it('chooses the first centres of partialFit among its rows', async () => {
    for (const init of ['k-means++', 'random'] as const) {
      const options = { nClusters: 3, init, initSize: 10, reassignmentRatio: 0 };
      const first = await new MiniBatchKMeans({ ...options, randomState: 5 }).partialFit(X);
      const again = await new MiniBatchKMeans({ ...options, randomState: new RandomState(5) }).partialFit(X);
      expect(again.clusterCenters.data).toEqual(first.clusterCenters.data);
      expect(first.counts.reduce((sum, count) => sum + count)).toBe(rows);
    }
  });

  it('starts from exactly the rows that the stream of random numbers names', async () => {
    const random = new RandomState(5);
    const chosen = random.permutation(rows).subarray(0, rows);
    const kmeans = new MiniBatchKMeans({
      nClusters: rows,
      init: 'random',
      reassignmentRatio: 0,
      randomState: 5,
    });
    await kmeans.partialFit(X);
    expect(kmeans.clusterCenters.data).toEqual(takeRows(X, chosen).data);
  });

  it('goes on from a fit with partialFit, and refuses other columns', async () => {
    const kmeans = await new MiniBatchKMeans({ nClusters: 4, randomState: 0 }).fit(X);
    const { nSteps } = kmeans;
    await kmeans.partialFit(takeRows(X, [1]));
    expect(kmeans.nSteps).toBe(nSteps + 1);
    expect(kmeans.labels.length).toBe(1);
    const narrow = { data: new Float32Array(2), shape: [1, 2] as const };
    await expectError(kmeans.partialFit(narrow), 'ERR_INVALID_ARGUMENT', 'columns');
  });

  it('refuses a first partialFit with fewer rows than clusters, and starts of fewer rows', async () => {
    await expectError(
      new MiniBatchKMeans().partialFit(takeRows(X, [0])),
      'ERR_INVALID_ARGUMENT',
      'nClusters',
    );
    await expectError(() => new MiniBatchKMeans({ nClusters: 9, initSize: 8 }), 'ERR_INVALID_ARGUMENT', '9');
  });
});

describe('empty clusters', () => {
  it('may be there even if all rows differ, and are fewer where no centre is moved for having seen few rows', async () => {
    const data = Float32Array.from(new RandomState(0).uniform(80));
    const empty = async (reassignmentRatio?: number) => {
      const clusterer = new MiniBatchKMeans({ nClusters: 40, randomState: 0, reassignmentRatio });
      return (await clusterer.fit({ data, shape: [40, 2] })).emptyClusters.length;
    };
    expect(await empty()).toBeGreaterThan(0);
    expect(await empty(0)).toBe(0);
  });
});
