import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { HandfulError } from '../core/errors.ts';
import { formatCount, formatTimeLeft } from '../core/numbers.ts';
import { cacheFolder } from '../datasets/cache-folder.ts';
import {
  type CompareOptions,
  PRESET_NAMES,
  PRESETS,
  planCompare,
  plannedRuns,
  type SeedRange,
} from '../experiments/compare.ts';
import { type CompareRecord, compareRecord } from '../experiments/compare-record.ts';
import type { ExperimentData } from '../experiments/data.ts';
import { recordOf } from '../experiments/record.ts';
import { checkSameData, planRepeat, readComparison, repeatedRows } from '../experiments/repeat-compare.ts';
import { type Run, type RunEnvironment, runEnvironment } from '../experiments/run.ts';
import { RunCache } from '../experiments/run-cache.ts';
import { type RunProgress, runStrategies } from '../experiments/run-strategies.ts';
import { STRATEGIES } from '../experiments/strategies/catalogue.ts';
import { formatRepeated } from '../report/compare/repeated.ts';
import { compareReport } from '../report/compare/report.ts';
import { addBackendOptions, applyBackendOptions, type BackendOptions } from './backend-options.ts';
import {
  addComparedDataOptions,
  type ComparedDataOptions,
  checkComparedData,
  loadComparedData,
} from './compared-data.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { checkOutputs } from './outputs.ts';
import { formatProgress, ProgressLine } from './progress.ts';
import {
  addReportOptions,
  printReport,
  type ReportOptions,
  reportFiles,
  reportOutputs,
  writeReports,
} from './report-options.ts';

interface CompareCommandOptions
  extends Omit<CompareOptions, 'budgets'>,
    BackendOptions,
    ComparedDataOptions,
    ReportOptions {
  /** Budgets of labels. */
  labels?: number[];
  /** A folder; `false` for none. */
  cache?: string | false;
  repeat?: string;
}

/** Adds `handful compare`: strategies at several budgets over many seeds, each against labelling at random. */
export function addCompareCommand(program: Command): void {
  const command = program
    .command('compare')
    .description('Compares ways to use a budget of labels, over many seeds, with labelling at random.')
    .argument(
      '[data]',
      'your own labelled data: a file of rows, or a folder of images; default: a built-in dataset',
    )
    .addOption(
      new Option('--preset <name>', `what to compare; default: ${PRESET_NAMES[0]}`).choices(PRESET_NAMES),
    )
    .option(
      '--strategies <list>',
      `these, separated by commas; random always runs too; default: the preset's`,
      commaList,
    )
    .option('--labels <list>', `budgets, separated by commas; default: the preset's`, budgetList)
    .option('--seeds <from-to>', `seeds that each strategy runs with; default: the preset's`, seedRange)
    .option(
      '--coverage',
      'also propagate labels to the closest 5 % to 100 % of each cluster, and show how right they are',
    )
    .option('--audit', 'also spend half of the labels on finding mixed clusters: the strategy audited')
    .addOption(
      new Option(
        '--repeat <file>',
        'repeat the runs in such a file, those chosen by strategy, labels or seeds, and say whether they agree',
      ).conflicts(['preset', 'coverage', 'audit', 'json', 'html', 'markdown', 'cache']),
    )
    .option('--cache <dir>', 'folder of finished runs; default: one in your cache folder')
    .option('--no-cache', 'run everything, keep nothing');
  addBackendOptions(addComparedDataOptions(addReportOptions(command)))
    .addHelpText(
      'after',
      `
Presets:
${PRESET_NAMES.map(describePreset).join('\n')}
Strategies: ${[...STRATEGIES.keys()].join(', ')}

A finished run is kept: after Ctrl-C the same command goes on where it stopped, and
one with more seeds, budgets or strategies runs only what is new.

Examples:
  handful compare --preset notebook
  handful compare --preset best
  handful compare --strategies representatives,partial --labels 10,30,100 --seeds 0-4
  handful compare --preset notebook --coverage --audit --json results.json --html report.html
  handful compare --repeat results.json --strategies partial --seeds 3
  handful compare data.csv --label-column y --test-share 0.2 --labels 10,30,100
${EXIT_CODES_HELP}`,
    )
    .action((path: string | undefined, options: CompareCommandOptions) =>
      interruptible(async (signal) => {
        checkComparedData(path, options, (name) => command.getOptionValueSource(name) === 'cli');
        await (options.repeat === undefined ? compare : repeat)(path, options, signal);
      }),
    );
}

function describePreset(name: keyof typeof PRESETS): string {
  const { title, strategies, budgets, seeds } = PRESETS[name];
  return (
    `  ${name}: ${title}\n    ${strategies.join(', ')}\n    ` +
    `labels ${budgets.join(', ')}; seeds ${seeds.from}-${seeds.to}`
  );
}

/** Runs a comparison, prints its tables and writes its file. */
async function compare(
  path: string | undefined,
  options: CompareCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const { preset, strategies, labels: budgets, seeds, coverage, audit } = options;
  const plan = planCompare({ preset, strategies, budgets, seeds, coverage, audit });
  const inputs = { '--data': options.data, 'the data': path, '--labels-file': options.labelsFile };
  await checkOutputs(reportOutputs(options), inputs, options);
  applyBackendOptions(options);
  const folder = options.cache ?? join(cacheFolder(), 'compare');
  const files = reportFiles(options);
  const start = performance.now();
  const line = new ProgressLine(options);
  const planned = plannedRuns(plan);
  const runs: Run[] = [];
  let cachedRuns = 0;
  let loaded: Loaded | undefined;
  let record: CompareRecord | undefined;
  try {
    loaded = await load(path, options, signal, line);
    const cache = folder === false ? undefined : new RunCache(folder, loaded.environment);
    const control = { signal, cache, onProgress: showProgress(line) };
    for await (const { run, seen } of runStrategies(loaded.data, planned, control)) {
      runs.push(run);
      cachedRuns += Number(seen === undefined);
    }
  } finally {
    line.clear();
    if (loaded && runs.length > 0) {
      const { data, environment } = loaded;
      const common = recordOf(data, (performance.now() - start) / 1000);
      record = compareRecord(plan, runs, cachedRuns, environment.data, common);
      printReport(options, compareReport(record));
    }
    if (runs.length < planned.length) {
      if (runs.length > 0) {
        process.stderr.write(`handful: ${tellHowToGoOn(runs.length, planned.length, folder)}\n`);
      }
      for (const file of files) process.stderr.write(`handful: nothing is written to ${file}\n`);
    }
  }
  if (files.length === 0) return;
  const data = await loaded.data.source();
  const whole = { ...record!, manifest: { ...record!.manifest, data } };
  await writeReports(options, whole, compareReport(whole));
}

/** Repeats what a file records, and fails where something else comes out. */
async function repeat(
  path: string | undefined,
  options: CompareCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const { strategies, labels: budgets, seeds } = options;
  const file = options.repeat!;
  const recorded = await readComparison(file);
  const plan = planRepeat(recorded, { strategies, budgets, seeds });
  applyBackendOptions(options);
  const line = new ProgressLine(options);
  const runs: Run[] = [];
  try {
    const { data, environment } = await load(path, options, signal, line);
    checkSameData(recorded, environment);
    const control = { signal, onProgress: showProgress(line) };
    for await (const { run } of runStrategies(data, plannedRuns(plan), control)) runs.push(run);
  } finally {
    line.clear();
  }
  const rows = repeatedRows(runs, recorded);
  if (!options.quiet) process.stdout.write(`${formatRepeated(rows, recorded)}\n`);
  if (rows.some(({ runs, same }) => same < runs)) {
    throw new HandfulError('ERR_NOT_REPEATED', `Not every run gives what ${file} records`);
  }
}

interface Loaded {
  data: ExperimentData;
  environment: RunEnvironment;
}

async function load(
  path: string | undefined,
  options: ComparedDataOptions,
  signal: AbortSignal,
  line: ProgressLine,
): Promise<Loaded> {
  const data = await loadComparedData(path, options, signal, line);
  return { data, environment: await runEnvironment(data) };
}

/** `run 13 of 100, about 3 min left; partial, 100 labels, seed 3: pass 12 of 10,000`. */
function showProgress(line: ProgressLine): (progress: RunProgress) => void {
  return (progress) => {
    const { planned, runsDone, runs, secondsLeft } = progress;
    const { strategy, budget, seed } = planned;
    const left =
      secondsLeft === undefined ? 'time left not known yet' : `about ${formatTimeLeft(secondsLeft)} left`;
    const run = `run ${formatCount(runsDone + 1)} of ${formatCount(runs)}, ${left}`;
    line.show(formatProgress(`${run}; ${strategy.name}, ${budget} labels, seed ${seed}`, progress));
  };
}

function tellHowToGoOn(done: number, planned: number, folder: string | false): string {
  const count = `${formatCount(done)} of ${formatCount(planned)} runs are done`;
  return folder === false
    ? `${count}, and none is kept: without --no-cache the next time would go on from there`
    : `${count} and kept in ${folder}: the same command goes on from there`;
}

function commaList(text: string): string[] {
  return text.split(',').map((each) => each.trim());
}

function budgetList(text: string): number[] {
  const budgets = commaList(text);
  if (budgets.every((each) => /^\d+$/.test(each))) return budgets.map(Number);
  throw new InvalidArgumentError(
    'Expected budgets, integers separated by commas; files of labels are given by --labels-file.',
  );
}

/** `FROM-TO`, or a single seed. */
function seedRange(text: string): SeedRange {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected FROM-TO, two whole numbers.');
  const from = Number(match[1]);
  return { from, to: match[2] === undefined ? from : Number(match[2]) };
}
