// Your own files: rows from a CSV file, a model from a few labels, and the model in a file.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classificationReport, FewLabels, loadData, loadModel, RandomState, saveModel } from 'handful';

const folder = await mkdtemp(join(tmpdir(), 'handful-example-'));

/** Three clouds of points in the plane, a name before each. */
const random = new RandomState(0);
const kinds = ['round', 'long', 'flat'];
const truth = Array.from({ length: 600 }, (_, i) => kinds[i % 3]!);
const lines = truth.map((kind, i) => {
  const [x, y] = random.uniform(2);
  return `point ${i},${x! + 3 * kinds.indexOf(kind)},${y! + (kind === 'long' ? 4 : 0)}`;
});
await writeFile(join(folder, 'points.csv'), `name,x,y\n${lines.join('\n')}\n`);

const { X, names, source } = await loadData(join(folder, 'points.csv'));
console.log(`${X.shape.join(' x ')} (${source.columnNames}), the first is called '${names[0]}'`);

const learner = new FewLabels<string>({ budget: 6, randomState: 0 });
await learner.fit(X, (rows) => Array.from(rows, (row) => truth[row]!));
await saveModel(join(folder, 'points.handful'), learner);

const model = await loadModel<string>(join(folder, 'points.handful'));
const { accuracy, classes } = classificationReport(truth, await model.predict(X));
console.log(
  `6 labels, accuracy ${accuracy.value.toFixed(2)}; ${classes.map(({ label }) => label).join(', ')}`,
);
await rm(folder, { recursive: true });
