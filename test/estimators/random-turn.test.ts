import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inTurn } from '../../lib/estimators/random-turn.ts';
import {
  auditClusters,
  ClusterThenLabel,
  FewLabels,
  KMeans,
  kmeansPlusPlus,
  MiniBatchKMeans,
  PatchFeatures,
  RandomState,
  Representation,
  selectRows,
} from '../../lib/index.ts';
import { describeOnBackends } from '../support/backends.ts';
import { expectError } from '../support/errors.ts';

const ROWS = 60;
const X = {
  data: Float32Array.from(new RandomState(7).randomSample(ROWS * 16)),
  shape: [ROWS, 16] as const,
};
const images = {
  data: Float32Array.from(new RandomState(8).randomSample(20 * 144)),
  shape: [20, 144] as const,
};
const clusters = Int32Array.from({ length: ROWS }, (_, row) => row % 3);
const ask = (rows: Int32Array) => Array.from(rows, (row) => (row % 2 ? 'odd' : 'even'));

type Call = (randomState: RandomState, signal?: AbortSignal) => Promise<unknown>;

/** Everything that takes a stream, and what it found. */
const CALLS: Record<string, Call> = {
  kmeansPlusPlus: async (randomState, signal) =>
    (await kmeansPlusPlus(X, 5, { randomState, signal })).indices,
  'KMeans.fit': async (randomState, signal) =>
    (await new KMeans({ nClusters: 5, nInit: 1, maxIter: 1, randomState }).fit(X, { signal })).labels,
  'MiniBatchKMeans.fit': async (randomState, signal) =>
    (await new MiniBatchKMeans({ nClusters: 5, maxIter: 1, randomState }).fit(X, { signal })).labels,
  'MiniBatchKMeans.partialFit': async (randomState, signal) =>
    (await new MiniBatchKMeans({ nClusters: 5, randomState }).partialFit(X, { signal })).labels,
  'PatchFeatures.fit': async (randomState, signal) =>
    (await new PatchFeatures({ patchSize: 2, nClusters: 4, gridSize: 1, randomState }).fit(X, { signal }))
      .codebook.centers,
  'Representation.fit': async (randomState, signal) =>
    (await new Representation({ image: {}, randomState }).fit(images, { signal })).patches!.codebook.centers,
  selectRows: async (randomState, signal) => (await selectRows(X, { budget: 6, randomState, signal })).rows,
  auditClusters: async (randomState) =>
    (
      await auditClusters(clusters, { rows: Int32Array.of(0, 1, 2), labels: ['even', 'odd', 'even'] }, ask, {
        membersPerCluster: 4,
        randomState,
      })
    ).asked.rows,
  'ClusterThenLabel.fit': async (randomState, signal) =>
    (await new ClusterThenLabel<string>({ budget: 8, randomState }).fit(X, ask, { signal })).asked.rows,
  'FewLabels.pick': (randomState, signal) => new FewLabels({ budget: 6, randomState }).pick(X, { signal }),
};

describeOnBackends('one RandomState given to calls that run at once', () => {
  it.each(Object.keys(CALLS))('serves each its own numbers, in the order of the calls: %s', async (name) => {
    const together = new RandomState(3);
    const found = await Promise.all([1, 2, 3].map(() => CALLS[name]!(together)));
    const alone = new RandomState(3);
    const expected: unknown[] = [];
    for (let i = 0; i < 3; i++) expected.push(await CALLS[name]!(alone));
    expect(found).toEqual(expected);
    expect(together.words()).toEqual(alone.words());
  });

  it('gives three kmeansPlusPlus rows that differ', async () => {
    const randomState = new RandomState(3);
    const all = await Promise.all([1, 2, 3].map(() => kmeansPlusPlus(X, 5, { randomState })));
    expect(new Set(all.map(({ indices }) => indices.join())).size).toBe(3);
  });

  it('gives the steps of one MiniBatchKMeans what they find one after the other', async () => {
    const steps = async (run: (step: () => Promise<unknown>) => Promise<unknown>) => {
      const estimator = new MiniBatchKMeans({ nClusters: 5, randomState: new RandomState(3) });
      await run(() => estimator.partialFit(X));
      return [estimator.nSteps, estimator.clusterCenters.data];
    };
    const together = await steps((step) => Promise.all([step(), step(), step()]));
    const alone = await steps(async (step) => {
      for (let i = 0; i < 3; i++) await step();
    });
    expect(together).toEqual(alone);
  });

  it('is the same as calls one after the other, with aborted and failing ones among them', async () => {
    const call = fc.record({
      name: fc.constantFrom('kmeansPlusPlus', 'KMeans.fit', 'MiniBatchKMeans.partialFit', 'selectRows'),
      end: fc.constantFrom('done', 'done', 'aborted before', 'aborted at once', 'fails'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 8 }), async (calls) => {
        const together = new RandomState(5);
        const found = await Promise.allSettled(
          calls.map(({ name, end }, i) => {
            if (end === 'fails') {
              return inTurn(together, {}, (own) => {
                own.randomSample(i + 1);
                throw new Error('fails');
              });
            }
            const controller = new AbortController();
            if (end === 'aborted before') controller.abort();
            const result = CALLS[name]!(together, controller.signal);
            if (end === 'aborted at once') controller.abort();
            return result;
          }),
        );
        const alone = new RandomState(5);
        for (const [i, { name, end }] of calls.entries()) {
          const { status, ...outcome } = found[i]!;
          // An abort may come too late for the first call, which is under way: it then counts as done.
          if (end === 'fails' || end === 'aborted before') expect(status).toBe('rejected');
          if (end === 'done') expect(status).toBe('fulfilled');
          if (status === 'fulfilled') expect(outcome).toEqual({ value: await CALLS[name]!(alone) });
        }
        expect(together.words()).toEqual(alone.words());
      }),
      { numRuns: 25 },
    );
  });
});

describe('a turn at a RandomState', () => {
  /** A call that holds the stream until it is let go. */
  const hold = (random: RandomState) => {
    let release!: () => void;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    return { release, held: inTurn(random, {}, () => released) };
  };

  it('that has not come is given up as soon as its signal aborts', async () => {
    const random = new RandomState(0);
    const { release, held } = hold(random);
    const controller = new AbortController();
    const waiting = kmeansPlusPlus(X, 5, { randomState: random, signal: controller.signal });
    const after = inTurn(random, {}, (own) => own.randomSample());
    controller.abort();
    await expectError(waiting, 'ABORT_ERR');
    release();
    await held;
    expect(await after).toBe(new RandomState(0).randomSample());
  });

  it('lets a call hand its stream on to calls of its own', async () => {
    const random = new RandomState(0);
    const draw = () =>
      inTurn(random, {}, async (own) => [
        own.randomSample(),
        await inTurn(own, {}, (inner) => inner.randomSample()),
      ]);
    const alone = new RandomState(0);
    expect((await Promise.all([draw(), draw()])).flat()).toEqual([...alone.randomSample(4)]);
  });

  it('that fails leaves the stream as it was, and to the next', async () => {
    const random = new RandomState(0);
    const failing = inTurn(random, {}, async (own) => {
      own.randomSample(100);
      throw new Error('on purpose');
    });
    const next = inTurn(random, {}, (own) => own.randomSample());
    await expect(failing).rejects.toThrow('on purpose');
    expect(await next).toBe(new RandomState(0).randomSample());
  });
});
