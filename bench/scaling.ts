/** `npm run bench:scaling`: the time for each unit of work from small problems to large ones: it must show no cliff. */

import { formatCount, formatMarkdownTable } from '../lib/report/table.ts';
import { handfulByDefault } from './contestants/handful.ts';
import { type BenchData, firstRows, syntheticEmbeddings } from './support/data.ts';
import { describeMachine, formatMachine } from './support/machine.ts';
import { race } from './support/measure.ts';
import { Report, settingsFromCommandLine } from './support/report.ts';
import { columns, formatDuration } from './support/table.ts';
import type { Workload } from './support/tasks.ts';
import {
  assign,
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
  units(size: Size): number;
  /**
   * Whether a unit should cost the same at every size: not so where the data decides how many iterations there are.
   */
  even: boolean;
}

const each = ({ rows, columns, k }: Size) => rows * columns * k;

const SUBJECTS: readonly Subject[] = [
  { name: 'regression, a pass', of: (data) => logisticPass(data), units: each, even: true },
  { name: 'regression, a fit', of: (data) => logisticFit(data), units: each, even: false },
  {
    // All rows are looked at whatever the number that is kept.
    name: 'k nearest of 10 rows',
    of: ({ X }, k) => nearest(X, firstRows(X, 10), k, ''),
    units: ({ rows, columns }) => rows * columns * 10,
    even: true,
  },
  { name: 'nearest of k centres', of: ({ X }, k) => assign(X, firstRows(X, k)), units: each, even: true },
  {
    name: 'distances to k rows',
    of: ({ X }, k) => pairwiseDistances(X, firstRows(X, k)),
    units: each,
    even: true,
  },
  { name: 'mini-batch k-means', of: ({ X }, k) => miniBatchKMeans(X, k), units: each, even: false },
];

/** A step of an axis is a cliff where a unit of work takes so many times as long as at the step before. */
const CLIFF = 1.5;

/** A time with what one unit of work takes of it. */
interface Point extends Size {
  subject: string;
  seconds: number;
  secondsPerUnit: number;
  /** Whether the step to this point is a cliff. */
  cliff: boolean;
}

const settings = settingsFromCommandLine();
const machine = describeMachine();
const contestant = handfulByDefault();
const subjects = SUBJECTS.filter(({ name }) => settings.only.test(name));
const middle: Size = settings.quick ? { ...MIDDLE, rows: 1000 } : MIDDLE;
const report = new Report('bench:scaling', settings);
report.say(formatMachine(machine));
report.say(
  `Data: ${syntheticEmbeddings(10, 8).name}, for k classes. What does not grow is ${middle.rows} rows, ` +
    `${middle.columns} columns, k = ${middle.k}. In brackets the time of a unit: of rows x columns x k, or of rows x ` +
    `columns x 10 for the k nearest of 10 rows. **↑** marks a step to units that take ${CLIFF} times as long or ` +
    'more; the two fits have no such marks, for it is the data that decides how many iterations they take.',
);

const points: Point[] = [];
for (const { name, values } of AXES) {
  const before = new Map<string, Point>();
  const lines: string[][] = [];
  for (const value of values.filter((value) => !settings.quick || value <= 300)) {
    const size = { ...middle, [name]: value };
    const data = syntheticEmbeddings(size.rows, size.columns, size.k);
    const line = [formatCount(value)];
    for (const subject of subjects) {
      const point = await measure(subject, data, size, before.get(subject.name));
      before.set(subject.name, point);
      points.push(point);
      line.push(formatPoint(point));
    }
    lines.push(line);
  }
  report.say(
    `**Growing: ${name}**\n\n${formatMarkdownTable(columns([name, ...subjects.map(({ name }) => name)]), lines)}`,
  );
}
const cliffs = points.filter(({ cliff }) => cliff);
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
  const { standings } = await race(subject.of(data, size.k), [contestant], settings.effort);
  const seconds = standings[0]!.median;
  const secondsPerUnit = seconds / subject.units(size);
  const cliff = subject.even && before !== undefined && secondsPerUnit >= CLIFF * before.secondsPerUnit;
  return { subject: subject.name, ...size, seconds, secondsPerUnit, cliff };
}

function formatPoint({ seconds, secondsPerUnit, cliff }: Point): string {
  return `${cliff ? '**↑** ' : ''}${formatDuration(seconds)} (${formatDuration(secondsPerUnit)})`;
}
