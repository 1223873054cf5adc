import { expect, it } from 'vitest';
import type { Job, Operations, PreparedRows, Progress } from '../../binding.d.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { describeOperations } from '../support/operations.ts';
import { ringGraph } from '../support/ring-graph.ts';

const ROWS = 20_000;
const COLUMNS = 64;

const wide = Float32Array.from(new RandomState(1).randomSample(700 * 700));

/** Operations that take a while, most on the same rows. */
const operationsOnRows: Record<
  string,
  (operations: Operations, job: Job, x: PreparedRows) => Promise<unknown>
> = {
  pairwiseDistances: (operations, job, x) =>
    operations.pairwiseDistances(job, x, x.take(firstRows(1000)), 'euclidean'),
  nearest: (operations, job, x) => operations.nearest(job, x, x.take(firstRows(5000)), 3),
  neighborGraph: (operations, job, x) => operations.neighborGraph(job, x, 3),
  assign: (operations, job, x) => operations.assign(job, x, new Float32Array(COLUMNS * 20_000)),
  kmeansPlusPlus: (operations, job, x) =>
    operations.kmeansPlusPlus(job, x, { nClusters: 500, nLocalTrials: 8, randomState: words() }),
  farthestFirst: (operations, job, x) => operations.farthestFirst(job, x, Int32Array.of(0), 5000),
  kmeans: (operations, job, x) =>
    operations.kmeans(job, x, {
      nClusters: 200,
      init: 'random',
      nInit: 10,
      maxIter: 300,
      tol: 0,
      randomState: words(),
    }),
  miniBatchKMeans: (operations, job, x) =>
    operations.miniBatchKMeans(job, x, {
      nClusters: 100,
      init: 'random',
      nInit: 1,
      initSize: 1000,
      batchSize: 1024,
      maxIter: 1_000_000,
      tol: 0,
      maxNoImprovement: Infinity,
      reassignmentRatio: 0.01,
      randomState: words(),
    }),
  principalComponents: (operations, job) =>
    operations.principalComponents(job, operations.prepare(wide, 700, 700, 1), {
      nComponents: 700,
      standardize: false,
    }),
  logisticRegression: (operations, job, x) =>
    operations.logisticRegression(job, x, {
      nClasses: 10,
      labels: Int32Array.from({ length: ROWS }, (_, i) => (i * i) % 10),
      C: 1e9,
      fitIntercept: true,
      solver: 'lbfgs',
      maxIter: 1_000_000,
      tol: 0,
    }),
  spreadLabels: (operations, job) =>
    operations.spreadLabels(job, ringGraph(ROWS), {
      rowTol: 1e-5,
      nClasses: 10,
      start: Float64Array.from({ length: ROWS * 10 }, (_, i) => i % 7),
      alpha: 0.999,
      tol: 0,
      maxIter: 2 ** 31 - 1,
    }),
};

function firstRows(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}

function words(): Uint32Array {
  return new RandomState(0).words();
}

describeOperations('a job', (operations) => {
  const data = Float32Array.from(new RandomState(0).randomSample(ROWS * COLUMNS));
  const x = operations.prepare(data, ROWS, COLUMNS, 1);

  it.each(Object.entries(operationsOnRows))('cancels %s, which leaves the rows usable', async (_, start) => {
    const job = operations.createJob();
    const running = start(operations, job, x);
    setTimeout(() => job.cancel(), 5);
    await expect(running).rejects.toMatchObject({ code: 'ERR_CANCELLED' });
    const { labels } = await operations.assign(operations.createJob(), x, data.slice(0, COLUMNS * 2));
    expect([labels[0], labels[1]]).toEqual([0, 1]);
  });

  it('that is cancelled before it starts rejects its operation', async () => {
    const job = operations.createJob();
    job.cancel();
    await expect(operations.assign(job, x, new Float32Array(COLUMNS))).rejects.toMatchObject({
      code: 'ERR_CANCELLED',
    });
  });

  it('may be cancelled after its end, without effect', async () => {
    const job = operations.createJob();
    const { labels } = await operations.assign(job, x, new Float32Array(COLUMNS));
    job.cancel();
    expect(labels).toHaveLength(ROWS);
  });

  it('reports its progress on the event loop while it runs', async () => {
    const seen: Progress[] = [];
    const job = operations.createJob((progress) => {
      seen.push(progress);
      if (seen.length === 3) job.cancel();
    });
    const running = operationsOnRows.miniBatchKMeans(operations, job, x);
    await expect(running).rejects.toMatchObject({ code: 'ERR_CANCELLED' });
    expect(seen.length).toBeGreaterThanOrEqual(3);
    for (const { phase, done, total } of seen) {
      expect(phase).toMatch(/^[a-z]/);
      expect(done).toBeGreaterThanOrEqual(0);
      expect(total === 0 || done <= total).toBe(true);
    }
  });

  it('lets the event loop turn while it runs', async () => {
    const job = operations.createJob();
    let turns = 0;
    const timer = setInterval(() => {
      if (++turns === 5) job.cancel();
    }, 1);
    const running = operationsOnRows.logisticRegression(operations, job, x);
    await expect(running).rejects.toMatchObject({ code: 'ERR_CANCELLED' });
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(5);
  });
});
