import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';
import type { Operations, PreparedRows } from '../../binding.d.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { fashionMnistFolder } from './fashion-mnist.ts';
import { trainingImages, trainingLabels } from './training-images.ts';

/** Rows that test/oracle/make.py makes by the same steps, or images of Fashion-MNIST, from one up to another. */
export type OracleData =
  | { rows: number; columns: number; centers: number; spread: number; seed: number }
  | { fashionMnist: readonly [from: number, to: number] };

/** What scikit-learn or NumPy finds; see test/oracle/make.py. */
export function oracleCases<Case>(name: string): Case[] {
  const path = fileURLToPath(new URL(`../oracle/${name}.json`, import.meta.url));
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] };
  if (cases.length === 0) throw new Error(`${path} has no case`);
  return cases;
}

/** A test for each case of a file; those on Fashion-MNIST are skipped if it is absent. */
export function itMatchesTheOracle<Case extends { data: OracleData }>(
  name: string,
  title: (found: Case) => string,
  test: (found: Case) => Promise<void>,
  wanted: (found: Case) => boolean = () => true,
): void {
  const cases = oracleCases<Case>(name).filter(wanted);
  if (cases.length === 0) throw new Error(`no case of ${name} is wanted`);
  for (const each of cases) {
    const absent = 'fashionMnist' in each.data && !fashionMnistFolder;
    it.skipIf(absent)(`${title(each)} on ${described(each.data)}`, () => test(each), 60_000);
  }
}

/** How many rows a case is about. */
export const rowsOf = (data: OracleData): number =>
  'fashionMnist' in data ? data.fashionMnist[1] - data.fashionMnist[0] : data.rows;

/** The rows of a case, and their classes. */
export async function oracleRows(
  operations: Operations,
  data: OracleData,
): Promise<{ x: PreparedRows; labels: Int32Array }> {
  if ('fashionMnist' in data) {
    const [from, to] = data.fashionMnist;
    return { x: await trainingImages(operations, to, from), labels: await trainingLabels(to, from) };
  }
  const { rows, columns, centers, spread, seed } = data;
  const random = new RandomState(seed);
  const middles = random.randomSample(centers * columns).map((value) => 10 * value - 5);
  const labels = Int32Array.from(random.randint(0, centers, rows));
  const noise = random.randomSample(rows * columns);
  const values = Float32Array.from(noise, (value, i) => {
    const center = labels[Math.floor(i / columns)]!;
    return middles[center * columns + (i % columns)]! + spread * (value - 0.5);
  });
  return { x: operations.prepare(values, rows, columns, 1), labels };
}

function described(data: OracleData): string {
  if ('fashionMnist' in data) return `images ${data.fashionMnist.join(' to ')}`;
  return `${data.rows} rows of ${data.columns} columns`;
}
