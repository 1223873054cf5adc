import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../lib/backend/run.ts';
import { type ComparePlan, plannedRuns } from '../../lib/experiments/compare.ts';
import type { RunEnvironment } from '../../lib/experiments/run.ts';
import { RunCache } from '../../lib/experiments/run-cache.ts';
import {
  type FinishedRun,
  type RunControl,
  type RunProgress,
  runStrategies,
} from '../../lib/experiments/run-strategies.ts';
import { expectError } from '../support/errors.ts';
import { blobData, environment, fakePlan, fakeStrategy } from './fake-strategies.ts';

const data = blobData();

const fit = {
  ...{ loss: 1, nIter: 1, converged: false, gap: 0, maxGradient: 1, solver: 'lbfgs' },
  stopReason: 'maxIter was reached',
};

async function runAll(plan: ComparePlan, control?: RunControl): Promise<FinishedRun[]> {
  const finished: FinishedRun[] = [];
  for await (const each of runStrategies(data, plannedRuns(plan), control)) finished.push(each);
  return finished;
}

describe('runStrategies', () => {
  it('runs every strategy at every budget with the same seeds, all of a seed before the next', async () => {
    const order: string[] = [];
    const note = (name: string) =>
      fakeStrategy(name, (budget, { seed }) => {
        order.push(`${seed} ${name} ${budget}`);
        return { right: 12 * seed };
      });
    const finished = await runAll(fakePlan([note('a'), note('b')]));
    expect(order).toEqual(
      [1, 2, 3].flatMap((seed) => ['a 4', 'a 8', 'b 4', 'b 8'].map((each) => `${seed} ${each}`)),
    );
    expect(finished.map(({ run: { seed, strategy, budget } }) => `${seed} ${strategy} ${budget}`)).toEqual(
      order,
    );
    for (const { run, seen } of finished) {
      expect(run).toMatchObject({ accuracy: run.seed / 10, trainedRows: 2, shared: {} });
      expect(run.seconds).toBeGreaterThanOrEqual(0);
      expect(seen).toBeDefined();
    }
  });

  it('gives strategies the data, prepared once', async () => {
    const seen = new Set();
    const strategy = fakeStrategy('a', (_, { train, test, image }) => {
      seen.add(train);
      expect([train.shape, test.shape]).toEqual([data.train.X.shape, data.test.X.shape]);
      expect(image).toEqual({ height: 1, width: 5, channels: 1 });
      return {};
    });
    await runAll(fakePlan([strategy]));
    expect(seen.size).toBe(1);
  });

  it('tells a strategy the labels that it asks for, each row counted once, and none beyond its budget', async () => {
    const rows = Int32Array.of(7, 2, 7, 9, 1);
    const thrifty = fakeStrategy('a', (_, { ask }) => {
      expect(ask(rows)).toEqual(Array.from(rows, (row) => data.train.y[row]));
      expect(ask(rows.subarray(1, 3))).toEqual([data.train.y[2], data.train.y[7]]);
      return {};
    });
    const [{ run }] = (await runAll(fakePlan([thrifty]))) as [FinishedRun];
    expect(run.nLabels).toBe(4);
    const greedy = fakeStrategy('b', (_, { ask }) => {
      ask(rows);
      ask(Int32Array.of(3));
      return {};
    });
    await expectError(runAll(fakePlan([greedy])), 'ERR_INVALID_ARGUMENT', "'b' to use 4 labels at most");
  });

  it('scores what a strategy answers', async () => {
    const rows = Int32Array.of(0, 1, 2, 3);
    const kept = { rows: rows.subarray(0, 1), labels: [0] };
    const audit = { clusters: 2, nLabels: 1, abstained: 1, expected: { value: 0.5, low: 0, high: 1 } };
    const strategy = fakeStrategy('a', () => ({
      right: 90,
      trainedOn: { rows, labels: [0, 1, 2, 0] },
      fit: { ...fit, stopReason: 'it was late' },
      audit: { ...audit, all: { rows, labels: [0, 0, 0, 0] }, kept },
    }));
    const [{ run }] = (await runAll(fakePlan([strategy]))) as [FinishedRun];
    expect(run).toMatchObject({ accuracy: 0.75, trainedRows: 4, labelAccuracy: 0.75 });
    expect(run.fit!.stopReason).toBe('it was late');
    expect(run.audit).toEqual({ ...audit, coverage: 0.25, before: 0.25, after: 1 });
  });

  it('does once for a seed what its strategies share, and charges it to each', async () => {
    const work: string[] = [];
    const sharing = (name: string) =>
      fakeStrategy(name, async (budget, { seed, share }) => {
        const features = await share('features', async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          work.push(`features ${seed}`);
          return { of: seed };
        });
        expect(features).toEqual({ of: seed });
        await share(`graph ${budget}`, async () => work.push(`graph ${seed} ${budget}`));
        return {};
      });
    const finished = await runAll(fakePlan([sharing('a'), sharing('b')]));
    expect(work).toEqual(
      [1, 2, 3].flatMap((seed) => [`features ${seed}`, `graph ${seed} 4`, `graph ${seed} 8`]),
    );
    for (const { run } of finished) {
      expect(Object.keys(run.shared)).toEqual(['features', `graph ${run.budget}`]);
      const ofSeed = finished.filter((each) => each.run.seed === run.seed);
      expect(new Set(ofSeed.map((each) => each.run.shared.features)).size).toBe(1);
      expect(run.seconds).toBeGreaterThanOrEqual(run.shared.features!);
    }
  });

  it('notes the parts of shared work in the run that does it, and in no other of its seed', async () => {
    const sharing = (name: string) =>
      fakeStrategy(name, async (_, { share, watch }) => {
        await share('features', () => watch.time('looking', () => {}));
        await watch.time(name, () => {});
        return {};
      });
    const finished = await runAll(fakePlan([sharing('a'), sharing('b')], { budgets: [4] }));
    expect(finished.map(({ run: { seed, phases } }) => [seed, ...Object.keys(phases)])).toEqual(
      [1, 2, 3].flatMap((seed) => [
        [seed, 'looking', 'a'],
        [seed, 'b'],
      ]),
    );
    for (const { run } of finished) expect(run.seconds).toBeGreaterThanOrEqual(run.secondsHere);
  });

  it('tells which of how many runs it is at, and after one of each strategy how long the rest takes', async () => {
    const told: RunProgress[] = [];
    const strategies = ['a', 'b'].map((name) =>
      fakeStrategy(name, () => new Promise((resolve) => setTimeout(() => resolve({}), 30))),
    );
    await runAll(fakePlan(strategies), { onProgress: (progress) => told.push(progress) });
    const starts = told.filter(({ phase }) => phase === 'start');
    expect(starts.map(({ runsDone, runs }) => [runsDone, runs])).toEqual(
      Array.from({ length: 12 }, (_, i) => [i, 12]),
    );
    expect(starts.slice(0, 4).map(({ secondsLeft }) => secondsLeft === undefined)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    // Nine runs of 0.03 s and a little.
    expect(starts[3]!.secondsLeft).toBeGreaterThan(0.2);
    expect(starts[4]).toMatchObject({ planned: { strategy: { name: 'a' }, budget: 4, seed: 2 } });
  });

  it('stops soon after an abort, with the runs that stand by then', async () => {
    const controller = new AbortController();
    const finished: FinishedRun[] = [];
    const strategy = fakeStrategy('a', async (budget, { seed, control }) => {
      if (seed === 2 && budget === 8) {
        controller.abort();
        await run(control, async () => {});
      }
      return {};
    });
    const work = async () => {
      const control = { signal: controller.signal };
      for await (const each of runStrategies(data, plannedRuns(fakePlan([strategy])), control))
        finished.push(each);
    };
    await expectError(work(), 'ABORT_ERR');
    expect(finished.map((each) => `${each.run.seed} ${each.run.budget}`)).toEqual(['1 4', '1 8', '2 4']);
  });

  it('hands on what a strategy throws', async () => {
    const strategy = fakeStrategy('a', () => {
      throw new TypeError('spilt');
    });
    await expect(runAll(fakePlan([strategy]))).rejects.toThrow('spilt');
  });

  it('refuses a budget of more labels than rows before anything runs', async () => {
    const strategy = fakeStrategy('a', () => ({}));
    await expectError(runAll(fakePlan([strategy], { budgets: [4, 121] })), 'ERR_INVALID_ARGUMENT', 'labels');
    expect(strategy.calls).toEqual([]);
  });
});

describe('a comparison with a cache', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'handful-cache-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const random = () => fakeStrategy('random', (_, { seed }) => ({ right: 10 * seed }));

  it('runs nothing twice, and tells of each run what it told the first time', async () => {
    const cache = new RunCache(join(folder, 'new'), environment);
    const before = await runAll(fakePlan([random()]), { cache });
    expect((await readdir(cache.folder)).length).toBe(6);
    const again = random();
    const after = await runAll(fakePlan([again]), { cache });
    expect(again.calls).toEqual([]);
    expect(after).toEqual(
      before.map(({ planned, run }) => ({ planned: { ...planned, strategy: again }, run })),
    );
  });

  it('goes on where it was interrupted', async () => {
    const cache = new RunCache(folder, environment);
    const controller = new AbortController();
    const interrupted = fakeStrategy('a', (_, { seed }) => {
      if (seed === 2) controller.abort();
      return {};
    });
    await expectError(runAll(fakePlan([interrupted]), { cache, signal: controller.signal }), 'ABORT_ERR');
    const resumed = fakeStrategy('a', () => ({}));
    const finished = await runAll(fakePlan([resumed]), { cache });
    expect(resumed.calls).toEqual(['2 8', '3 4', '3 8']);
    expect(finished.map(({ seen }) => seen === undefined)).toEqual([true, true, true, false, false, false]);
  });

  it('runs only what more seeds, budgets or strategies add', async () => {
    const cache = new RunCache(folder, environment);
    await runAll(fakePlan([random()]), { cache });
    const [known, added] = [random(), fakeStrategy('b', () => ({}))];
    await runAll(fakePlan([known, added], { budgets: [4], seeds: { from: 3, to: 4 } }), { cache });
    expect(known.calls).toEqual(['4 4']);
    expect(added.calls).toEqual(['3 4', '4 4']);
  });

  it('knows the remaining time at once from runs that are kept', async () => {
    const cache = new RunCache(folder, environment);
    await runAll(fakePlan([random()], { seeds: { from: 1, to: 1 } }), { cache });
    const told: RunProgress[] = [];
    await runAll(fakePlan([random()]), { cache, onProgress: (progress) => told.push(progress) });
    expect(told[0]).toMatchObject({ runsDone: 2, runs: 6, secondsLeft: expect.any(Number) });
  });

  it.each<[string, Partial<RunEnvironment>]>([
    ['data', { data: 'cd34' }],
    ['version', { handful: '1.2.4' }],
    ['processor', { processor: 'another' }],
    ['backend', { backend: { ...environment.backend, backend: 'javascript' } }],
    ['instruction set', { backend: { ...environment.backend, instructionSet: 'scalar' } }],
    ['number of threads', { backend: { ...environment.backend, threads: 1 } }],
  ])('takes no run of another %s', async (_, changes) => {
    const cache = new RunCache(folder, environment);
    await runAll(fakePlan([random()]), { cache });
    const other = random();
    await runAll(fakePlan([other]), { cache: new RunCache(folder, { ...environment, ...changes }) });
    expect(other.calls.length).toBe(6);
  });

  it('takes no run of a strategy with other settings', async () => {
    const cache = new RunCache(folder, environment);
    const make = (share: number) => fakeStrategy('a', () => ({}), { share });
    await runAll(fakePlan([make(0.1)]), { cache });
    const other = make(0.2);
    await runAll(fakePlan([other]), { cache });
    expect(other.calls.length).toBe(6);
  });

  it('takes a damaged file for none, and mends it', async () => {
    const cache = new RunCache(folder, environment);
    await runAll(fakePlan([random()]), { cache });
    const [first, second, third] = (await readdir(folder)).map((name) => join(folder, name));
    const whole = await readFile(second!, 'utf8');
    await writeFile(first!, whole.slice(0, 30));
    await writeFile(second!, await readFile(third!));
    await writeFile(third!, 'null');
    const again = random();
    await runAll(fakePlan([again]), { cache });
    expect(again.calls.length).toBe(3);
    expect(JSON.parse(await readFile(second!, 'utf8'))).toMatchObject({
      description: { strategy: 'random', handful: '1.2.3' },
    });
  });

  it('says which file it can not read', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expectError(
      runAll(fakePlan([random()]), { cache: new RunCache(file, environment) }),
      'ERR_FILE',
      'file',
    );
  });
});
