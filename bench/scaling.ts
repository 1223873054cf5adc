/** `npm run bench:scaling`: what a multiply-add takes from small problems to large ones: it must show no cliff. */

import { formatCount } from '../lib/core/numbers.ts';
import { formatMarkdownTable } from '../lib/report/kit/table.ts';
import { handfulByDefault } from './contestants/handful.ts';
import { type BenchData, firstRows, syntheticEmbeddings } from './support/data.ts';
import { describeMachine, formatMachine } from './support/machine.ts';
import { type Effort, QUICK, race } from './support/measure.ts';
import { Report, settingsFromCommandLine } from './support/report.ts';
import { columns, formatDuration, significant } from './support/table.ts';
import type { Workload } from './support/tasks.ts';
import {
  assign,
  kMeans,
  logisticFit,
  logisticPass,
  miniBatchKMeans,
  nearest,
  pairwiseDistances,
} from './workloads/workloads.ts';

/** What grows, over which values, while the others stay at their middle. */
interface Axis {
  name: 'rows' | 'columns' | 'k';
  values: readonly number[];
}

const MIDDLE = { rows: 10_000, columns: 128, k: 10 };

const AXES: readonly Axis[] = [
  { name: 'rows', values: [100, 300, 1000, 3000, 10_000, 30_000, 100_000] },
  { name: 'columns', values: [8, 16, 32, 64, 128, 256, 512, 1024, 2048] },
  { name: 'k', values: [2, 5, 10, 20, 50, 100, 200, 500, 1000] },
];

interface Size {
  rows: number;
  columns: number;
  k: number;
}

/** Something that is measured on rows in k classes. */
interface Subject {
  name: string;
  of(data: BenchData, k: number): Workload;
  /** Multiply-adds that the plain method takes; those of one pass where the data decides how many there are. */
  work(size: Size): number;
  /** Whether a multiply-add should cost the same at every size. */
  even: boolean;
}

const each = ({ rows, columns, k }: Size) => rows * columns * k;

const LLOYD_ITERATIONS = 3;

const SUBJECTS: readonly Subject[] = [
  {
    name: 'distances to k rows',
    of: ({ X }, k) => pairwiseDistances(X, firstRows(X, k)),
    work: each,
    even: true,
  },
  {
    // All rows are looked at whatever the number that is kept.
    name: 'k nearest of 10 rows',
    of: ({ X }, k) => nearest(X, firstRows(X, 10), k, ''),
    work: ({ rows, columns }) => rows * columns * 10,
    even: true,
  },
  { name: 'nearest of k centres', of: ({ X }, k) => assign(X, firstRows(X, k)), work: each, even: true },
  {
    name: `k-means, ${LLOYD_ITERATIONS} iterations`,
    of: ({ X }, k) => kMeans(X, firstRows(X, k), LLOYD_ITERATIONS),
    // The last search finds the labels under the last centres.
    work: (size) => (LLOYD_ITERATIONS + 1) * each(size),
    even: true,
  },
  { name: 'mini-batch k-means', of: ({ X }, k) => miniBatchKMeans(X, k), work: each, even: false },
  {
    name: 'regression, a pass',
    of: (data) => logisticPass(data),
    work: (size) => 2 * each(size),
    even: true,
  },
  { name: 'regression, a fit', of: (data) => logisticFit(data), work: (size) => 2 * each(size), even: false },
];

/** So that all sizes take minutes. */
const EFFORT: Effort = { secondsEach: 0.3, fewest: 3, most: 15, oneTrialFrom: 1 };

/** A trial repeats what is smaller than so many multiply-adds, so many times at most. */
const LEAST_WORK = 4e6;
const MOST_CALLS = 200;

/**
 * A step of an axis is a cliff where a multiply-add takes so many times as long as at the size before, or where the
 * larger problem as a whole takes so many times less: then the smaller one pays too much.
 */
const CLIFF = 1.5;

/** A time, and what one multiply-add takes of it. */
interface Point extends Size {
  subject: string;
  seconds: number;
  secondsEach: number;
  /** How many times as long a multiply-add takes as at the size before, where it should take as long. */
  step?: number;
  cliff?: '↑' | '↓';
}

const settings = settingsFromCommandLine();
const machine = describeMachine();
const contestant = handfulByDefault();
const subjects = SUBJECTS.filter(({ name }) => settings.only.test(name));
const middle: Size = settings.quick ? { ...MIDDLE, rows: 1000 } : MIDDLE;
const effort = settings.quick ? QUICK : EFFORT;
const report = new Report('bench:scaling', settings);
report.say(formatMachine(machine));
report.say(
  `Data: ${syntheticEmbeddings(10, 8).name}, for k classes. What does not grow is ${middle.rows} rows, ` +
    `${middle.columns} columns, k = ${middle.k}. In brackets the time of a multiply-add, of those that the plain ` +
    'method takes; for mini-batch k-means and the fit, whose iterations depend on the data, of those of one pass. ' +
    'The worst step is how many times as long a multiply-add takes as at the size before, at most. A cliff is ' +
    `${CLIFF} or more (**↑**), or a problem that takes ${CLIFF} times less than the smaller one before it (**↓**).`,
);

const points: Point[] = [];
for (const { name, values } of AXES) {
  const lines: string[][] = [];
  const worst = subjects.map(() => 0);
  let before: Point[] = [];
  for (const value of values.filter((value) => !settings.quick || value <= 300)) {
    const size = { ...middle, [name]: value };
    const data = syntheticEmbeddings(size.rows, size.columns, size.k);
    const now: Point[] = [];
    for (const [i, subject] of subjects.entries()) {
      const point = await measure(subject, data, size, before[i]);
      worst[i] = Math.max(worst[i]!, point.step ?? 0);
      now.push(point);
    }
    lines.push([formatCount(value), ...now.map(formatPoint)]);
    points.push(...now);
    before = now;
  }
  lines.push(['worst step', ...worst.map((step) => (step === 0 ? '–' : significant(step)))]);
  report.say(
    `**Growing: ${name}**\n\n${formatMarkdownTable(columns([name, ...subjects.map(({ name }) => name)]), lines)}`,
  );
}
const cliffs = points.filter(({ cliff }) => cliff !== undefined);
report.say(
  cliffs.length === 0
    ? 'No cliff.'
    : `Cliffs: ${cliffs.map((point) => `${point.subject} at ${point.rows} x ${point.columns}, k = ${point.k}`).join('; ')}.`,
);
await report.finish({ machine, points });

async function measure(
  subject: Subject,
  data: BenchData,
  size: Size,
  before: Point | undefined,
): Promise<Point> {
  const work = subject.work(size);
  const calls = subject.even ? Math.max(1, Math.min(MOST_CALLS, Math.floor(LEAST_WORK / work))) : 1;
  const { standings } = await race({ ...subject.of(data, size.k), calls }, [contestant], effort);
  const seconds = standings[0]!.median;
  const secondsEach = seconds / work;
  const point: Point = { subject: subject.name, ...size, seconds, secondsEach };
  if (before === undefined || !subject.even) return point;
  point.step = secondsEach / before.secondsEach;
  if (point.step >= CLIFF) point.cliff = '↑';
  if (before.seconds >= CLIFF * seconds) point.cliff = '↓';
  return point;
}

function formatPoint({ seconds, secondsEach, cliff }: Point): string {
  const mark = cliff === undefined ? '' : `**${cliff}** `;
  return `${mark}${formatDuration(seconds)} (${significant(secondsEach * 1e9)} ns)`;
}
