// Measures how far distances err, kernel by kernel, among rows that are nearly equal, and how fits of hard problems end:
// `npm run test:numbers`. Ends with lines of figures, and with 1 where one of them is beyond its bound.

import { parseArgs } from 'node:util';
import type { Metric, Operations } from '../binding.d.ts';
import { javascriptOperations } from '../lib/backend/javascript/operations.ts';
import { loadAddon } from '../lib/backend/native.ts';
import { RandomState } from '../lib/core/random-state.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '64' } } });
const ROWS = Number(values.rows);

/** What a distance in single precision may err by, relative to itself: a few roundings. */
const BOUND = 1e-6;

const random = new RandomState(0);

/** Rows that differ from one another by `spread` times what they have in common. */
function nearlyEqual(columns: number, common: number, spread: number): Float32Array {
  const middle = random.randomSample(columns);
  return Float32Array.from(random.randomSample(ROWS * columns), (value, i) =>
    Math.fround(common * (1 + middle[i % columns]!) * (1 + spread * (value - 0.5))),
  );
}

/** The distance by the plain loop in double precision. */
function plain(data: Float32Array, columns: number, i: number, j: number, metric: Metric): number {
  const row = (at: number) => data.subarray(at * columns, (at + 1) * columns);
  const [x, y] = [row(i), row(j)];
  const length = (a: Float32Array) => Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
  const [xUnit, yUnit] = metric === 'cosine' ? [length(x), length(y)] : [1, 1];
  let sum = 0;
  for (let c = 0; c < columns; c++) sum += (x[c]! / xUnit - y[c]! / yUnit) ** 2;
  return metric === 'euclidean' ? Math.sqrt(sum) : metric === 'cosine' ? sum / 2 : sum;
}

/** The largest relative error among all pairs of rows of several shapes. */
async function worstError(operations: Operations, metric: Metric): Promise<number> {
  let worst = 0;
  for (const columns of [1, 7, 64, 784]) {
    for (const common of [1e-6, 1, 1e6]) {
      for (const spread of [1, 1e-3, 1e-6]) {
        if (metric === 'cosine' && columns === 1) continue;
        const data = nearlyEqual(columns, common, spread);
        const rows = operations.prepare(data, ROWS, columns, 1);
        const found = await operations.pairwiseDistances(operations.createJob(), rows, rows, metric);
        for (let i = 0; i < ROWS; i++) {
          for (let j = 0; j < ROWS; j++) {
            const expected = plain(data, columns, i, j, metric);
            // A cosine distance below this is rounding of the double precision it is compared to.
            if (expected < (metric === 'cosine' ? 1e-20 : 1e-37)) continue;
            worst = Math.max(worst, Math.abs(found[i * ROWS + j]! - expected) / expected);
          }
        }
      }
    }
  }
  return worst;
}

const METRICS: Metric[] = ['euclidean', 'sqeuclidean', 'cosine'];
let sound = true;

async function measure(name: string, operations: Operations): Promise<void> {
  const errors: string[] = [];
  for (const metric of METRICS) {
    const worst = await worstError(operations, metric);
    sound &&= worst <= BOUND;
    errors.push(`${metric} ${worst.toExponential(1)}`);
  }
  console.log(`distances of nearly equal rows, ${name}: worst relative error ${errors.join(', ')}`);
}

await measure('javascript', javascriptOperations);
const { addon } = loadAddon();
for (const { name, supported } of addon?.instructionSets() ?? []) {
  if (!supported) continue;
  addon!.setInstructionSet(name);
  await measure(name, addon!);
}
process.exit(sound ? 0 : 1);
