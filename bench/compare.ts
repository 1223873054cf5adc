/** `npm run bench:compare -- OLD.json NEW.json`: what became slower or faster between two files of `--json`. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { formatMarkdownTable } from '../lib/report/kit/table.ts';
import type { Machine } from './support/machine.ts';
import type { Race } from './support/measure.ts';
import { columns, formatDuration, significant } from './support/table.ts';

const HELP = `npm run bench:compare -- OLD.json NEW.json [--tolerance 0.1]

Compares the medians of two runs of npm run bench -- --json FILE, as the files in bench/history/ are. A row is marked
if the median moved by more than the tolerance and the two spreads do not overlap. The exit code is 1 if one became
slower. Times of two processors are not comparable: the machines are printed first.
`;

interface Run {
  machine: Machine;
  races: Race[];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tolerance: { type: 'string', default: '0.1' }, help: { type: 'boolean', default: false } },
});
const tolerance = Number(values.tolerance);
if (values.help || positionals.length !== 2 || !(tolerance >= 0)) {
  (values.help ? process.stdout : process.stderr).write(HELP);
  process.exit(values.help ? 0 : 2);
}

const [before, after] = await Promise.all(positionals.map(readRun));
for (const { machine } of [before!, after!]) {
  console.log(`${machine.date}: ${machine.processor}, ${machine.instructionSet}, handful ${machine.handful}`);
}
const standings = new Map(
  before!.races.flatMap(({ title, standings }) =>
    standings.map((standing) => [`${title}\n${standing.contestant}`, standing]),
  ),
);
let slower = 0;
const rows: string[][] = [];
for (const { title, standings: now } of after!.races) {
  for (const standing of now) {
    const old = standings.get(`${title}\n${standing.contestant}`);
    if (!old) continue;
    const ratio = standing.median / old.median;
    const isSlower = ratio > 1 + tolerance && standing.fastest > old.slowest;
    const isFaster = ratio < 1 / (1 + tolerance) && standing.slowest < old.fastest;
    if (isSlower) slower++;
    rows.push([
      title,
      standing.contestant,
      formatDuration(old.median),
      formatDuration(standing.median),
      significant(ratio),
      isSlower ? 'slower' : isFaster ? 'faster' : '',
    ]);
  }
}
console.log(`\n${formatMarkdownTable(columns(['work', 'contestant', 'old', 'new', 'ratio', ''], 2), rows)}`);
process.exitCode = slower > 0 ? 1 : 0;

async function readRun(path: string): Promise<Run> {
  return JSON.parse(await readFile(path, 'utf8')) as Run;
}
