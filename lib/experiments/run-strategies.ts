import { type PreparedMatrix, prepare } from '../backend/prepared-matrix.ts';
import type { Control, Progress } from '../backend/run.ts';
import { HandfulError, throwIfAborted } from '../core/errors.ts';
import { Stopwatch } from '../core/phases.ts';
import type { ExperimentRows } from './data.ts';
import { type PlannedRun, type Run, score } from './run.ts';
import type { RunCache } from './run-cache.ts';
import type { Outcome } from './strategy.ts';
import { estimateSecondsLeft } from './time-left.ts';

/** How far the runs have come. */
export interface RunProgress<Planned extends PlannedRun = PlannedRun> extends Progress {
  /** The run that is at work. */
  planned: Planned;
  /** Runs that are done, and runs in all. */
  runsDone: number;
  runs: number;
  /** Seconds until all are done, to a factor of two; undefined until every strategy has run once. */
  secondsLeft: number | undefined;
}

/** How a caller watches, stops and resumes runs. */
export interface RunControl<Planned extends PlannedRun = PlannedRun> {
  signal?: AbortSignal;
  onProgress?: (progress: RunProgress<Planned>) => void;
  /** Where finished runs are kept, and looked for first. Default: everything is run. */
  cache?: RunCache;
}

/** A run that is done. */
export interface FinishedRun<Planned extends PlannedRun = PlannedRun> {
  planned: Planned;
  run: Run;
  /** What the run record is made of; undefined for a run from the cache. */
  seen?: SeenRun;
}

/** What a run came to, for those who want to look at it. */
export interface SeenRun extends Outcome {
  /** The training rows whose labels were asked for, each once. */
  labelledRows: Int32Array;
}

/**
 * Does runs in their order and yields each as soon as it is done, those in the cache first. What runs of one seed
 * share is kept until a run of another seed begins. A run goes into the cache before it is yielded, so that whatever
 * ends this early, the next time goes on from there.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_FILE`; AbortError
 */
export async function* runStrategies<Planned extends PlannedRun>(
  data: ExperimentRows,
  planned: readonly Planned[],
  { signal, onProgress, cache }: RunControl<Planned> = {},
): AsyncGenerator<FinishedRun<Planned>, void, undefined> {
  requireEnoughRows(Math.max(...planned.map(({ budget }) => budget)), data.train.X.shape[0]);
  const finished: Run[] = [];
  const ahead: Planned[] = [];
  for (const each of planned) {
    throwIfAborted(signal);
    const run = await cache?.read(each);
    if (run === undefined) ahead.push(each);
    else {
      finished.push(run);
      yield { planned: each, run };
    }
  }

  if (ahead.length === 0) return;
  const prepared = { train: prepare(data.train.X), test: prepare(data.test.X) };
  let ofSeed: SeedRuns | undefined;
  while (ahead.length > 0) {
    throwIfAborted(signal);
    const next = ahead[0]!;
    if (ofSeed?.seed !== next.seed) ofSeed = new SeedRuns(data, prepared, next.seed);
    const start = performance.now();
    const estimate = estimateSecondsLeft(ahead, finished, ofSeed.ready);
    const report = (progress: Progress) => {
      const elapsed = secondsSince(start);
      onProgress?.({
        ...progress,
        planned: next,
        runsDone: finished.length,
        runs: planned.length,
        secondsLeft: estimate === undefined ? undefined : Math.max(0, estimate - elapsed),
      });
    };
    report({ phase: 'start', done: 0, total: 0 });
    const done = await ofSeed.run(next, { signal, onProgress: report });
    await cache?.write(next, done.run);
    ahead.shift();
    finished.push(done.run);
    yield { planned: next, ...done };
  }
}

/** The rows, copied once into the backend's memory. */
type PreparedParts = Readonly<Record<'train' | 'test', PreparedMatrix>>;

/** Work that runs of a seed share. */
interface SharedWork {
  value: unknown;
  seconds: number;
}

/** All runs of one seed: keeps what they share, and charges each of them for it. */
class SeedRuns {
  readonly seed: number;
  readonly #data: ExperimentRows;
  readonly #prepared: PreparedParts;
  readonly #shelf = new Map<string, SharedWork>();

  constructor(data: ExperimentRows, prepared: PreparedParts, seed: number) {
    this.#data = data;
    this.#prepared = prepared;
    this.seed = seed;
  }

  /** The names of the shared work that is done. */
  get ready(): ReadonlySet<string> {
    return new Set(this.#shelf.keys());
  }

  async run({ strategy, budget, seed }: PlannedRun, control: Control): Promise<{ run: Run; seen: SeenRun }> {
    const { train, test, image } = this.#data;
    const watch = new Stopwatch();
    const shared: Record<string, number> = {};
    let borrowed = 0;
    const share = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      const known = this.#shelf.get(name);
      if (known) {
        if (!(name in shared)) borrowed += known.seconds;
        shared[name] = known.seconds;
        return known.value as T;
      }
      const begun = performance.now();
      const value = await work();
      const seconds = secondsSince(begun);
      this.#shelf.set(name, { value, seconds });
      shared[name] = seconds;
      return value;
    };
    const asked = new Set<number>();
    const ask = (rows: Int32Array): number[] => {
      for (const row of rows) asked.add(row);
      if (asked.size > budget) throw overBudget(strategy.name, asked.size, budget);
      return Array.from(rows, (row) => train.y[row]!);
    };
    const start = performance.now();
    const context = { seed, ...this.#prepared, image, control, watch, ask, share };
    const outcome = await strategy.run(budget, context);
    const secondsHere = secondsSince(start);
    const run = {
      strategy: strategy.name,
      budget,
      seed,
      ...score(outcome, train.y, test.y),
      nLabels: asked.size,
      seconds: secondsHere + borrowed,
      shared,
      secondsHere,
      phases: watch.phases,
    };
    return { run, seen: { ...outcome, labelledRows: Int32Array.from(asked) } };
  }
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}

function requireEnoughRows(budget: number, rows: number): void {
  if (budget <= rows) return;
  throw new HandfulError(
    'ERR_INVALID_ARGUMENT',
    `Expected budgets of at most ${rows} labels, for there are ${rows} rows to learn from, but received ${budget}: ` +
      'choose smaller ones (--labels)',
  );
}

function overBudget(strategy: string, asked: number, budget: number): HandfulError {
  return new HandfulError(
    'ERR_INVALID_ARGUMENT',
    `Expected the strategy '${strategy}' to use ${budget} labels at most, but it asks for ${asked}`,
  );
}
