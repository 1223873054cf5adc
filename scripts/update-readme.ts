// Puts results into README.md: its table of times, and its pictures, in docs/images/. On a quiet machine:
//
//   npx handful notebook --json results.json && npx tsx scripts/update-readme.ts results.json

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../bench/support/machine.ts';
import { writeSection } from '../bench/support/report.ts';
import { writeWholeFile } from '../lib/core/files.ts';
import { formatSeconds, formatSize, formatSpeedUp } from '../lib/core/numbers.ts';
import { EXPERIMENTS, NOTEBOOK_NAMES } from '../lib/experiments/notebook.ts';
import type { NotebookRecord } from '../lib/experiments/notebook-record.ts';
import { loadSyntheticGarments, MiniBatchKMeans, prepare, representatives } from '../lib/index.ts';
import { formatContactSheet } from '../lib/report/kit/contact-sheet.ts';
import { pictureOfImage } from '../lib/report/kit/picture.ts';

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));

/** The rows that handful would ask about among the synthetic images, sorted by kind: 20 side by side. */
async function drawRepresentatives(): Promise<Uint8Array> {
  const { train, image } = await loadSyntheticGarments();
  const images = prepare(train.images);
  const { clusterCenters } = await new MiniBatchKMeans({ nClusters: 100, randomState: 42 }).fit(images);
  const rows = Array.from(await representatives(images, clusterCenters, { unique: true }));
  rows.sort((a, b) => train.labels[a] - train.labels[b] || a - b);
  const pictures = rows.map((row) => pictureOfImage(train.images, row, image));
  return formatContactSheet(pictures, { columns: 20, zoom: 2, margin: 4 });
}

const WIDTH = 760;
const BAR_LEFT = 150;
const BAR_WIDTH = 400;
const BAR_HEIGHT = 14;
const ROW_HEIGHT = 48;
const TOP = 58;

interface Comparison {
  name: string;
  /** The notebook's accuracy and ours. */
  accuracies: string;
  /** The notebook's seconds. */
  before: number;
  /** Ours. */
  now: number;
}

/** What the notebook does too, and all of it together. */
function compare({ experiments }: NotebookRecord): Comparison[] {
  const each = experiments
    .filter(({ name, protocol }) => NOTEBOOK_NAMES.some((each) => each === name) && protocol === 'notebook')
    .map(({ name, accuracy, accuracyStd, seconds }) => {
      const { notebook } = EXPERIMENTS[name];
      const spread = accuracyStd === undefined ? '' : ` ± ${accuracyStd.toFixed(4)}`;
      const accuracies = `${notebook.accuracy.toFixed(4)} → ${accuracy.toFixed(4)}${spread}`;
      return { name, accuracies, before: notebook.seconds, now: seconds };
    });
  const total = (pick: (row: Comparison) => number) => each.reduce((sum, row) => sum + pick(row), 0);
  return [
    ...each,
    { name: 'all', accuracies: '', before: total((row) => row.before), now: total((row) => row.now) },
  ];
}

/** The table of times, and what to know about it. */
function tabulateTimes(record: NotebookRecord): string {
  const rows = compare(record).map(
    ({ name, before, now }) =>
      `| ${name === 'all' ? 'all five' : `\`${name}\``} | ${formatSeconds(before)} | ${formatSeconds(now)} | ` +
      `${formatSpeedUp(before / now)} |`,
  );
  const { backend, manifest, totalSeconds, peakMemoryBytes } = record;
  const { processor, cores, load } = describeMachine();
  return `| experiment | notebook | handful | |
|---|---:|---:|---:|
${rows.join('\n')}

One run of \`handful notebook\` on ${processor}, ${cores} cores, ${backend.threads} threads, ${backend.instructionSet},
Node ${manifest.versions.node}, at a load of ${load.toFixed(1)}. All of it, with loading, both protocols and
${manifest.options.seeds} draws of \`random\`, took ${formatSeconds(totalSeconds)} and ${formatSize(peakMemoryBytes)}.
The notebook's times are those of its author's machine, so the last column compares machines as well as programs.`;
}

/** Pairs of bars, the notebook's time above ours on one scale, with both accuracies beside them. */
function drawNotebook(record: NotebookRecord): string {
  const rows = compare(record);
  const longest = Math.max(...rows.map(({ before }) => before));
  const bar = (y: number, seconds: number, tone: string) => {
    const width = Math.max(1, (BAR_WIDTH * seconds) / longest);
    return (
      `<rect x="${BAR_LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" fill="${tone}"/>` +
      `<text x="${(BAR_LEFT + width + 6).toFixed(1)}" y="${y + 11}" class="time">${formatSeconds(seconds)}</text>`
    );
  };
  const { backend, manifest } = record;
  const machine = `${manifest.processor}, ${backend.threads} threads, ${backend.instructionSet}`;
  const height = TOP + rows.length * ROW_HEIGHT + 14;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">
<title>The notebook's five experiments on Fashion-MNIST: its time and handful's</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2937 }
.name { font-weight: 600; text-anchor: end }
.time, .accuracy { font-size: 12px }
.accuracy { text-anchor: end }
</style>
<rect width="${WIDTH}" height="${height}" rx="8" fill="#ffffff"/>
<rect x="${BAR_LEFT}" y="18" width="12" height="12" fill="#cbd5e1"/><text x="${BAR_LEFT + 18}" y="28">the notebook</text>
<rect x="${BAR_LEFT + 120}" y="18" width="12" height="12" fill="#c2410c"/><text x="${BAR_LEFT + 138}" y="28">handful (${machine})</text>
<text x="${WIDTH - 20}" y="48" class="accuracy">accuracy</text>
${rows
  .map(({ name, accuracies, before, now }, i) => {
    const y = TOP + i * ROW_HEIGHT;
    return `<text x="${BAR_LEFT - 12}" y="${y + 20}" class="name">${name}</text>
${bar(y, before, '#cbd5e1')}
${bar(y + BAR_HEIGHT + 2, now, '#c2410c')}
<text x="${WIDTH - 20}" y="${y + 20}" class="accuracy">${accuracies}</text>`;
  })
  .join('\n')}
</svg>
`;
}

const results = process.argv[2];
if (results === undefined) {
  console.error('Expected the file that `handful notebook --json FILE` wrote');
  process.exit(2);
}
const record: NotebookRecord = JSON.parse(await readFile(results, 'utf8'));
if (record.dataset.synthetic) {
  console.error('The chart compares with the notebook, and so needs results on Fashion-MNIST');
  process.exit(2);
}
await writeSection('README.md', 'notebook', tabulateTimes(record));
await writeWholeFile(`${folder}notebook.svg`, drawNotebook(record));
await writeWholeFile(`${folder}representatives-synthetic.png`, await drawRepresentatives());
