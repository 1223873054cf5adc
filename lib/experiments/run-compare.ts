import { type PreparedMatrix, prepare } from '../backend/prepared-matrix.ts';
import type { Control, Progress } from '../backend/run.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { AbortError, HandfulError } from '../errors.ts';
import { requireAtMostRows } from '../estimators/input.ts';
import { type ComparePlan, type PlannedRun, plannedRuns } from './compare.ts';
import { type CompareRun, describeRun, type RunEnvironment, score } from './compare-run.ts';
import type { RunCache } from './run-cache.ts';
import { estimateSecondsLeft } from './time-left.ts';

/** How far a comparison has come. */
export interface CompareProgress extends Progress, Pick<CompareRun, 'strategy' | 'labels' | 'seed'> {
  /** Runs that are done, and runs in all. */
  runsDone: number;
  runs: number;
  /** Seconds until all are done, to a factor of two; undefined until every recipe has run once. */
  secondsLeft: number | undefined;
}

/** How a caller watches, stops and resumes a comparison. */
export interface CompareControl {
  signal?: AbortSignal;
  onProgress?: (progress: CompareProgress) => void;
  /** Where finished runs are kept, and looked for first. None where left out: then everything is run. */
  cache?: RunCache;
}

/** A run that stands, and whether it stood before. */
export interface FinishedRun {
  run: CompareRun;
  fromCache: boolean;
}

/** The data that a comparison needs. */
export type ComparedData = Pick<Dataset, 'train' | 'test' | 'imageShape'>;

/**
 * Does the runs of a comparison and yields each as soon as it stands, those in the cache first. A run goes into the
 * cache before it is yielded, so that whatever ends this early, the next time goes on from there.
 * @param environment of the runs, for the cache
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_FILE`; AbortError
 */
export async function* runCompare(
  dataset: ComparedData,
  plan: ComparePlan,
  environment: RunEnvironment,
  control: CompareControl = {},
): AsyncGenerator<FinishedRun, void, undefined> {
  const { signal, onProgress, cache } = control;
  requireAtMostRows(Math.max(...plan.labels), 'labels', dataset.train.images.shape[0]);
  const planned = plannedRuns(plan);
  const finished: CompareRun[] = [];
  const ahead: PlannedRun[] = [];
  for (const each of planned) {
    if (signal?.aborted) throw new AbortError(signal.reason);
    const run = await cache?.read(describeRun(each, environment));
    if (run === undefined) ahead.push(each);
    else {
      finished.push(run);
      yield { run, fromCache: true };
    }
  }

  if (ahead.length === 0) return;
  const data = new PreparedData(dataset);
  let ofSeed: SeedRuns | undefined;
  while (ahead.length > 0) {
    if (signal?.aborted) throw new AbortError(signal.reason);
    const next = ahead[0]!;
    const { recipe, labels, seed } = next;
    if (ofSeed?.seed !== seed) ofSeed = new SeedRuns(data, seed);
    const start = performance.now();
    const estimate = estimateSecondsLeft(ahead, finished, ofSeed.ready);
    const report = (progress: Progress) => {
      const elapsed = (performance.now() - start) / 1000;
      onProgress?.({
        ...progress,
        strategy: recipe.name,
        labels,
        seed,
        runsDone: finished.length,
        runs: planned.length,
        secondsLeft: estimate === undefined ? undefined : Math.max(0, estimate - elapsed),
      });
    };
    report({ phase: 'start', done: 0, total: 0 });
    const run = await ofSeed.run(next, { signal, onProgress: report });
    await cache?.write(describeRun(next, environment), run);
    ahead.shift();
    finished.push(run);
    yield { run, fromCache: false };
  }
}

/** The data, copied once into the backend's memory. */
class PreparedData {
  readonly train: PreparedMatrix;
  readonly test: PreparedMatrix;
  readonly trainLabels: Uint8Array;
  readonly testLabels: Uint8Array;
  readonly imageShape: readonly [rows: number, columns: number];

  constructor({ train, test, imageShape }: ComparedData) {
    this.train = prepare(train.images);
    this.test = prepare(test.images);
    this.trainLabels = train.labels;
    this.testLabels = test.labels;
    this.imageShape = imageShape;
  }
}

/** All runs of one seed: keeps what they share, and charges each of them for it. */
class SeedRuns {
  readonly seed: number;
  readonly #data: PreparedData;
  readonly #shelf = new Map<string, { value: unknown; seconds: number }>();

  constructor(data: PreparedData, seed: number) {
    this.#data = data;
    this.seed = seed;
  }

  /** The names of the shared work that is done. */
  get ready(): ReadonlySet<string> {
    return new Set(this.#shelf.keys());
  }

  async run({ recipe, labels, seed }: PlannedRun, control: Control): Promise<CompareRun> {
    const { train, test, imageShape, trainLabels, testLabels } = this.#data;
    const shared: Record<string, number> = {};
    let spentOnSharing = 0;
    const share = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      if (!this.#shelf.has(name)) {
        const begun = performance.now();
        const value = await work();
        const seconds = (performance.now() - begun) / 1000;
        spentOnSharing += seconds;
        this.#shelf.set(name, { value, seconds });
      }
      const kept = this.#shelf.get(name)!;
      shared[name] = kept.seconds;
      return kept.value as T;
    };
    const asked = new Set<number>();
    const ask = (rows: Int32Array): number[] => {
      for (const row of rows) asked.add(row);
      if (asked.size > labels) throw overBudget(recipe.name, asked.size, labels);
      return Array.from(rows, (row) => trainLabels[row]!);
    };
    const start = performance.now();
    const answer = await recipe.run(labels, { seed, train, test, imageShape, control, ask, share });
    const own = (performance.now() - start) / 1000 - spentOnSharing;
    return {
      strategy: recipe.name,
      labels,
      seed,
      ...score(answer, trainLabels, testLabels),
      labelsUsed: asked.size,
      seconds: Object.values(shared).reduce((sum, each) => sum + each, own),
      shared,
    };
  }
}

function overBudget(recipe: string, asked: number, labels: number): HandfulError {
  return new HandfulError(
    'ERR_INVALID_ARGUMENT',
    `Expected the strategy '${recipe}' to use ${labels} labels at most, but it asks for ${asked}`,
  );
}
