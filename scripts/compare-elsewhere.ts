// Compares FewLabels with as many labels at random, on rows that its numbers were not chosen on:
//
//   npx tsx scripts/compare-elsewhere.ts NAME FILE [HEIGHTxWIDTH]
//
// FILE is a table with a column `label`. A fifth of the rows is set aside for the score. With HEIGHTxWIDTH rows are images, else plain vectors. Prints a
// Markdown table, as docs/accuracy.md shows it.

import { formatCount } from '../lib/core/numbers.ts';
import { estimateDifference, mean, standardDeviation } from '../lib/core/statistics.ts';
import {
  FewLabels,
  LogisticRegression,
  loadData,
  type Matrix,
  prepare,
  RandomState,
  takeRows,
} from '../lib/index.ts';
import { formatVerdict } from '../lib/report/compare/tables.ts';
import { type Column, formatMarkdownTable } from '../lib/report/kit/table.ts';

const BUDGETS = [10, 30, 100, 300];
const SEEDS = Array.from({ length: 20 }, (_, seed) => 1000 + seed);

const [name, file, sides] = process.argv.slice(2);
if (!name || !file) {
  console.error('Expected NAME FILE [HEIGHTxWIDTH]');
  process.exit(2);
}
const [height, width] = sides?.split('x').map(Number) ?? [];
const image = sides === undefined ? undefined : { height, width };

const { X, labels = [] } = await loadData(file, { image: false });
if (labels.length === 0) throw new Error(`Expected a column 'label' in ${file}`);
const order = new RandomState(0).permutation(labels.length);
const cut = Math.floor(0.8 * labels.length);
const train = part(X, order.subarray(0, cut));
const test = part(X, order.subarray(cut));

function part(all: Matrix, rows: Int32Array) {
  return { X: prepare(takeRows(all, rows)), y: Array.from(rows, (row) => labels[row]!) };
}

/** The score of as many labels at random; of a single class where that is all they are of. */
async function scoreAtRandom(budget: number, seed: number): Promise<number> {
  const rows = new RandomState(seed).choice(cut, budget);
  const y = Array.from(rows, (row) => train.y[row]!);
  if (new Set(y).size === 1) return test.y.filter((label) => label === y[0]).length / test.y.length;
  const regression = await new LogisticRegression().fit(train.X.takeRows(rows), y);
  return regression.score(test.X, test.y);
}

async function scoreOfFewLabels(budget: number, seed: number): Promise<number> {
  const few = new FewLabels<string>({ budget, image, randomState: seed });
  await few.fit(train.X, (rows) => Array.from(rows, (row) => train.y[row]!));
  return few.score(test.X, test.y);
}

const table = [];
for (const budget of BUDGETS) {
  const random: number[] = [];
  const few: number[] = [];
  for (const seed of SEEDS) {
    random.push(await scoreAtRandom(budget, seed));
    few.push(await scoreOfFewLabels(budget, seed));
  }
  const spread = (scores: number[]) =>
    `${mean(scores).toFixed(4)} ± ${standardDeviation(scores)!.toFixed(4)}`;
  table.push([
    formatCount(budget),
    spread(random),
    spread(few),
    formatVerdict(estimateDifference(few, random)),
  ]);
}
const columns: Column[] = [
  { title: 'labels', align: 'right' },
  { title: 'random', align: 'left' },
  { title: 'few-labels', align: 'left' },
  { title: 'against random', align: 'left' },
];
console.log(
  `${name}, ${formatCount(cut)} rows to learn from, ${formatCount(test.y.length)} to score on, 20 seeds:\n`,
);
console.log(formatMarkdownTable(columns, table));
