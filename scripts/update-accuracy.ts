// Puts the tables of comparisons into docs/accuracy.md, each under the name of its preset, and draws the README's
// picture of accuracy against labels:
//
//   npx handful compare --preset notebook --coverage --audit --json notebook.json
//   npx tsx scripts/update-accuracy.ts notebook.json

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeSection } from '../bench/support/report.ts';
import { writeWholeFile } from '../lib/core/files.ts';
import { formatCount, formatSeconds } from '../lib/core/numbers.ts';
import type { CompareRecord } from '../lib/experiments/compare-record.ts';
import { budgetChart } from '../lib/report/compare/charts.ts';
import { otherTables, resultsTable } from '../lib/report/compare/tables.ts';
import { drawPicture } from '../lib/report/kit/chart.ts';
import { formatMarkdownTable } from '../lib/report/kit/table.ts';

const picture = fileURLToPath(new URL('../docs/images/accuracy.svg', import.meta.url));

/** The tables of a comparison, and what they were measured on. */
function tabulate(record: CompareRecord): string {
  const { dataset, backend, manifest, runs } = record;
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0);
  const machine =
    `${dataset.name}, ${formatCount(runs.length)} runs, ${formatSeconds(seconds)} in all had each been alone; ` +
    `${manifest.processor}, ${backend.threads} threads, ${backend.instructionSet}, Node ${manifest.versions.node}, ` +
    `handful ${manifest.versions.handful}.`;
  const tables = [resultsTable(record), ...otherTables(record)];
  return [...tables.map(({ columns, rows }) => formatMarkdownTable(columns, rows)), machine].join('\n\n');
}

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('Expected files that `handful compare --json FILE` wrote');
  process.exit(2);
}
for (const file of files) {
  const record: CompareRecord = JSON.parse(await readFile(file, 'utf8'));
  const { preset } = record.manifest.options;
  const section = record.dataset.synthetic ? `${preset} on synthetic images` : preset;
  await writeSection('docs/accuracy.md', section, tabulate(record));
  if (preset === 'best' && !record.dataset.synthetic) {
    await writeWholeFile(picture, await drawPicture(budgetChart(record)));
  }
}
