import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job, Operations, PreparedRows } from '../../binding.d.ts';
import { javascriptOperations } from '../../lib/backend/javascript/operations.ts';
import { loadAddon } from '../../lib/backend/native.ts';
import {
  LogisticRegression,
  MiniBatchKMeans,
  NearestNeighbors,
  PCA,
  pairwiseDistances,
  prepare,
  StandardScaler,
} from '../../lib/index.ts';
import { TrainedModel } from '../../lib/models/trained-model.ts';
import { describeOnBackends } from '../support/backends.ts';
import { expectError } from '../support/errors.ts';
import { describeOperations } from '../support/operations.ts';
import '../support/programs.ts';

/** Calls within which the loop must have turned: whatever a call takes, they take many times a turn's share. */
const MANY = 200_000;

/** Awaits one call after the other until the event loop has turned a few times; how often it has. */
async function turnsWithin(calls: number, call: (i: number) => Promise<unknown>): Promise<number> {
  let turns = 0;
  let immediate = setImmediate(function turn() {
    turns++;
    immediate = setImmediate(turn);
  });
  for (let i = 0; i < calls && turns < 3; i++) await call(i);
  clearImmediate(immediate);
  return turns;
}

const ROWS = 6;
const COLUMNS = 3;
const numbers = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898));
const matrix = (rows = ROWS, columns = COLUMNS) => ({
  data: numbers(rows * columns),
  shape: [rows, columns] as const,
});
const CHAIN = {
  indptr: Int32Array.of(0, 1, 3, 5, 7, 9, 10),
  indices: Int32Array.of(1, 0, 2, 1, 3, 2, 4, 3, 5, 4),
  data: new Float64Array(10).fill(0.4),
};
const WORDS = new Uint32Array(625).fill(1, 0, 624);

/** Small work for the operations of all kinds. */
const SMALL: Record<string, (operations: Operations, job: Job, x: PreparedRows) => Promise<unknown>> = {
  pairwiseDistances: (operations, job, x) => operations.pairwiseDistances(job, x, x, 'euclidean'),
  nearest: (operations, job, x) => operations.nearest(job, x, x, 2),
  neighborGraph: (operations, job, x) => operations.neighborGraph(job, x, 2),
  assign: (operations, job, x) => operations.assign(job, x, numbers(2 * COLUMNS)),
  kmeansPlusPlus: (operations, job, x) =>
    operations.kmeansPlusPlus(job, x, { nClusters: 2, nLocalTrials: 2, randomState: WORDS }),
  farthestFirst: (operations, job, x) => operations.farthestFirst(job, x, Int32Array.of(0), 2),
  linear: (operations, job, x) =>
    operations.linear(job, x, { coef: numbers(COLUMNS), intercept: new Float64Array(1) }, 'decision'),
  smoothRows: (operations, job, x) => operations.smoothRows(job, CHAIN, x),
  spreadLabels: (operations, job) =>
    operations.spreadLabels(job, CHAIN, {
      nClasses: 1,
      start: new Float64Array(ROWS).fill(1),
      alpha: 0.5,
      tol: 1e-3,
      rowTol: 1e-5,
      maxIter: 10,
    }),
  columnStatistics: (operations, job, x) => operations.columnStatistics(job, x),
  scaleColumns: (operations, job, x) => operations.scaleColumns(job, x, {}),
  normalizeRows: (operations, job, x) => operations.normalizeRows(job, x, 'l2'),
  principalComponents: (operations, job, x) =>
    operations.principalComponents(job, x, { nComponents: 1, standardize: false }),
};

describeOperations('small operations, one awaited after the other', (operations) => {
  it.each(Object.keys(SMALL))('let the event loop turn: %s', async (name) => {
    const x = operations.prepare(numbers(ROWS * COLUMNS), ROWS, COLUMNS, 1);
    const call = () => SMALL[name]!(operations, operations.createJob(), x);
    expect(await turnsWithin(MANY, call)).toBeGreaterThanOrEqual(3);
  });

  it('find the same on the spot and on the thread', async () => {
    const x = operations.prepare(numbers(ROWS * COLUMNS), ROWS, COLUMNS, 1);
    for (const call of Object.values(SMALL)) {
      const first = await call(operations, operations.createJob(), x);
      const different: unknown[] = [];
      await turnsWithin(MANY, async () => {
        const again = await call(operations, operations.createJob(), x);
        if (JSON.stringify(again) !== JSON.stringify(first)) different.push(again);
      });
      expect(different).toEqual([]);
    }
  });
});

describeOnBackends('small calls in a tight loop', (backend) => {
  it('let timers fire, whatever is called, prepared or not', async () => {
    const X = matrix();
    const prepared = prepare(X);
    const model = await new LogisticRegression<number>().fit(X, [0, 1, 0, 1, 0, 1]);
    const pca = await new PCA({ nComponents: 2 }).fit(X);
    const scaler = await new StandardScaler().fit(X);
    const search = await new NearestNeighbors().fit(X);
    const clusters = await new MiniBatchKMeans({ nClusters: 2, randomState: 0 }).fit(X);
    const calls = [
      (input: typeof X | typeof prepared) => model.predictProba(input),
      (input: typeof X | typeof prepared) => pca.transform(input),
      (input: typeof X | typeof prepared) => scaler.transform(input),
      (input: typeof X | typeof prepared) => search.kneighbors(input, 2),
      (input: typeof X | typeof prepared) => clusters.predict(input),
      (input: typeof X | typeof prepared) => pairwiseDistances(input),
    ];
    const mix = fc.array(fc.record({ call: fc.constantFrom(...calls), isPrepared: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(mix, async (turnwise) => {
        let fired = false;
        setTimeout(() => {
          fired = true;
        }, 1);
        for (let i = 0; i < MANY && !fired; i++) {
          const { call, isPrepared } = turnwise[i % turnwise.length]!;
          await call(isPrepared ? prepared : X);
        }
        expect(fired).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it('are aborted by a signal that waits for a timer', async () => {
    const X = matrix();
    const model = await new LogisticRegression<number>().fit(X, [0, 1, 0, 1, 0, 1]);
    const signal = AbortSignal.timeout(5);
    const work = async () => {
      for (let i = 0; i < MANY; i++) await model.predict(X, { signal });
    };
    await expectError(work(), 'ABORT_ERR');
  });

  it('begun all at once leave the loop its turns too', async () => {
    const X = matrix();
    const model = await new LogisticRegression<number>().fit(X, [0, 1, 0, 1, 0, 1]);
    const count = 10_000;
    let ended = 0;
    const all = Promise.all(
      Array.from({ length: count }, async () => {
        const { data } = await model.predictProba(X);
        ended++;
        return data;
      }),
    );
    // Whatever needs no turn of the loop has ended after these.
    for (let i = 0; i < 100; i++) await undefined;
    expect(ended).toBeLessThan(count);
    const answers = await all;
    expect(new Set(answers.map(String)).size).toBe(1);
  });

  it('leave the process as small as it was', async () => {
    const fixture = fileURLToPath(new URL('../fixtures/small-calls.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      fixture,
      backend,
      '20000',
    ]);
    const { grown, timerFired } = JSON.parse(stdout);
    expect(timerFired).toBe(true);
    expect(grown).toBeLessThan(20 * 2 ** 20);
  }, 60_000);

  it('end with the worker that makes them', async () => {
    const source = `
      import('tsx/esm/api').then(async ({ register }) => {
        register();
        const { parentPort, workerData } = require('node:worker_threads');
        const { LogisticRegression, setBackend } = await import(workerData.lib);
        setBackend(workerData.backend);
        const X = { data: Float32Array.of(0, 1, 2, 3), shape: [4, 1] };
        const model = await new LogisticRegression().fit(X, [0, 0, 1, 1]);
        parentPort.postMessage('running');
        for (;;) await model.predict(X);
      });`;
    const lib = new URL('../../lib/index.ts', import.meta.url).href;
    for (let round = 0; round < 3; round++) {
      const worker = new Worker(source, { eval: true, workerData: { lib, backend } });
      await once(worker, 'message');
      expect(await worker.terminate()).toBe(1);
    }
  }, 60_000);
});

describe('operations of the JavaScript backend at once', () => {
  it('take turns: no more than one slice in one turn of the event loop', async () => {
    const count = 50;
    const { createJob, prepare: prepareRows, nearest } = javascriptOperations;
    const x = prepareRows(numbers(ROWS * COLUMNS), ROWS, COLUMNS, 1);
    let turns = 0;
    const turn = () => {
      turns++;
      immediate = setImmediate(turn);
    };
    let immediate = setImmediate(turn);
    await Promise.all(Array.from({ length: count }, () => nearest(createJob(), x, x, 2)));
    clearImmediate(immediate);
    expect(turns).toBeGreaterThanOrEqual(count - 1);
  });
});

describeOnBackends('TrainedModel.predictProba of many rows', () => {
  const model = new TrainedModel<string>({
    estimator: 'LogisticRegression',
    classes: ['a', 'b'],
    columns: 2,
    input: {},
    regression: {
      coef: Float32Array.of(1, 0, 0, 1),
      intercept: new Float64Array(2),
      center: new Float64Array(2),
    },
  });

  it('ends soon after its signal aborts', async () => {
    const controller = new AbortController();
    const X = matrix(2_000_000, 2);
    setImmediate(() => controller.abort());
    await expectError(model.predictProba(X, { signal: controller.signal }), 'ABORT_ERR');
  });

  it('takes one copy of them, and gives it back', async () => {
    const X = matrix(500_000, 2);
    await model.predictProba(matrix(5000, 2));
    const before = process.memoryUsage().external;
    const { shape } = await model.predictProba(X);
    expect(shape).toEqual([500_000, 2]);
    const { addon } = loadAddon();
    // The answer of 4 MB may still be there, and chunks that the collector has not seen.
    if (addon) expect(process.memoryUsage().external - before).toBeLessThan(16 * 2 ** 20);
  });
});
