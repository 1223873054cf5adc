// Starts fits and searches of varied shapes, cancels some and lets some fail, and looks whether the process keeps what
// they took: `npm run test:leak`, [--operations N], ten thousand where left out. Then makes twenty times as many small
// calls in a tight loop, which may neither grow the process nor hold up a timer. Ends with lines of figures.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  AbortError,
  backendInfo,
  HandfulError,
  KMeans,
  LabelSpreading,
  LogisticRegression,
  type Matrix,
  MiniBatchKMeans,
  NearestNeighbors,
  PCA,
  pairwiseDistances,
  prepare,
  RandomState,
  selectRows,
} from '../lib/index.ts';

const { values } = parseArgs({ options: { operations: { type: 'string', default: '10000' } } });
const operations = Number(values.operations);
const collectGarbage = globalThis.gc;
if (!Number.isInteger(operations) || operations < 100 || !collectGarbage) {
  console.error('Expected a whole number of 100 or more for --operations, and node --expose-gc');
  process.exit(2);
}

/** How often memory is measured in each third of the operations: of so many the median counts, for it goes up and down. */
const MEASURED = 10;

/**
 * A process has kept nothing where its memory grew by no more than this from the second third to the last: some hundred
 * bytes for each of 3333 operations, which take up to a megabyte. The first third finds its caches cold.
 */
const TOLERANCE = 2 * 2 ** 20;

/** What small calls may leave behind, garbage that no collection has seen included. */
const SMALL_CALLS_TOLERANCE = 20 * 2 ** 20;

/**
 * glibc keeps what is freed, in as many places as there are threads: tens of megabytes that come and go. Told to give
 * it back, the process holds what is in use.
 */
const GIVING_BACK = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_MMAP_THRESHOLD_: '65536',
};
if (process.env.MALLOC_ARENA_MAX !== GIVING_BACK.MALLOC_ARENA_MAX) {
  const env = { ...process.env, ...GIVING_BACK };
  const { status } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env,
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}

const random = new RandomState(0);
const draw = (low: number, high: number) => random.randint(low, high + 1);

function matrix(rows: number, columns: number): Matrix {
  const bytes = random.randint(0, 2) === 0;
  const data = Float32Array.from(random.randomSample(rows * columns));
  return bytes
    ? { data: Uint8Array.from(data, (value) => value * 255), shape: [rows, columns], scale: 1 / 255 }
    : { data, shape: [rows, columns] };
}

type Control = { signal?: AbortSignal; onProgress?: () => void };
const labelsOf = (rows: number) => Array.from({ length: rows }, (_, i) => i % 3);

/** Everything that is fitted or searched. */
const WORK: ((X: Matrix, control: Control) => Promise<unknown>)[] = [
  (X, control) => new KMeans({ nClusters: draw(1, 12), nInit: 2, randomState: 0 }).fit(X, control),
  (X, control) =>
    new MiniBatchKMeans({ nClusters: draw(1, 12), batchSize: 64, randomState: 0 }).fit(X, control),
  (X, control) => new LogisticRegression<number>({ maxIter: 30 }).fit(X, labelsOf(X.shape[0]), control),
  async (X, control) => (await new NearestNeighbors().fit(X)).kneighbors(X, 3, control),
  (X, control) => pairwiseDistances(X, undefined, control),
  (X, control) => new PCA({ nComponents: 2 }).fit(prepare(X), control),
  (X, control) =>
    new LabelSpreading<number>({ nNeighbors: 4 }).fit(X, { rows: [0, 1], labels: [0, 1] }, control),
  (X, control) => selectRows(X, { budget: 3, strategy: 'farthest-first', ...control }),
];

const outcomes = { done: 0, cancelled: 0, failed: 0 };

/** Runs one operation to its end, its cancelling or its failure. */
async function runOne(i: number): Promise<void> {
  // Every twentieth is large enough to run on threads of its own.
  const X = i % 20 === 0 ? matrix(draw(1000, 3000), draw(20, 60)) : matrix(draw(12, 120), draw(2, 40));
  const controller = new AbortController();
  const control: Control = { signal: controller.signal };
  if (i % 7 === 0) setImmediate(() => controller.abort());
  if (i % 11 === 0) controller.abort();
  if (i % 13 === 0) X.data = Float32Array.from(X.data, (value, at) => (at === 5 ? Number.NaN : value));
  if (i % 5 === 0) control.onProgress = () => controller.abort();
  try {
    await WORK[i % WORK.length]!(X, control);
    outcomes.done++;
  } catch (error) {
    if (!(error instanceof HandfulError)) throw error;
    if (error instanceof AbortError) outcomes.cancelled++;
    else outcomes.failed++;
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function residentBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collectGarbage!();
    await new Promise(setImmediate);
  }
  return process.memoryUsage.rss();
}

const inMegabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
const measured: number[] = [];
for (let i = 0; i < operations; i += 4) {
  // Some at once, some one after the other.
  await Promise.all([0, 1, 2, 3].filter((more) => i + more < operations).map((more) => runOne(i + more)));
  if (measured.length === Math.floor(((i + 4) * 3 * MEASURED) / operations)) continue;
  measured.push(await residentBytes());
  console.log(`${i + 4} operations: ${inMegabytes(measured.at(-1)!)} MB`);
}

const { backend, instructionSet } = backendInfo();
const [, second, last] = [0, 1, 2].map((third) =>
  median(measured.slice(third * MEASURED, (third + 1) * MEASURED)),
);
console.log(
  `leaks: ${operations} operations (${outcomes.done} done, ${outcomes.cancelled} cancelled, ${outcomes.failed} ` +
    `failed) on ${backend} ${instructionSet}: ${inMegabytes(second!)} MB resident in the second third of them, ` +
    `${inMegabytes(last!)} MB in the last (medians), ${inMegabytes(last! - second!)} MB more`,
);

const fixture = fileURLToPath(new URL('../test/fixtures/small-calls.ts', import.meta.url));
const { MALLOC_ARENA_MAX, MALLOC_TRIM_THRESHOLD_, MALLOC_MMAP_THRESHOLD_, ...usual } = process.env;
const calls = 20 * operations;
const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', fixture, backend, String(calls)], {
  env: usual,
  encoding: 'utf8',
});
const { grown, timerFired } = JSON.parse(stdout);
console.log(
  `small calls: ${calls} in a tight loop on ${backend}: ${inMegabytes(grown)} MB more, a timer of 50 ms ` +
    `${timerFired ? 'fired' : 'did not fire'} meanwhile`,
);
process.exit(last! - second! <= TOLERANCE && grown <= SMALL_CALLS_TOLERANCE && timerFired ? 0 : 1);
