import { type Command, Option } from 'commander';
import type { Dataset } from '../datasets/dataset.ts';
import { EXPERIMENT_NAMES, type NotebookOptions, notebookOptions } from '../experiments/notebook.ts';
import type { NotebookRecord } from '../experiments/notebook-record.ts';
import { recordOf } from '../experiments/record.ts';
import { type ExperimentResult, type NotebookProgress, runNotebook } from '../experiments/run-notebook.ts';
import { writeWholeFile } from '../files.ts';
import { parseOptions } from '../options.ts';
import { Stopwatch } from '../phases.ts';
import { formatJson } from '../report/json.ts';
import { formatNotebook } from '../report/table-notebook.ts';
import {
  addBackendOptions,
  applyBackendOptions,
  type BackendOptions,
  wholeNumber,
} from './backend-options.ts';
import { addDatasetOptions, type DatasetOptions, loadChosenDataset } from './dataset-options.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { formatProgress, ProgressLine } from './progress.ts';

interface NotebookCommandOptions extends Required<NotebookOptions>, BackendOptions, DatasetOptions {
  json?: string;
}

/** Adds `handful notebook`: the five experiments beside the notebook's figures. */
export function addNotebookCommand(program: Command): void {
  const { protocol, clusters, seed, neighbors, seeds, only } = notebookOptions;
  const command = program
    .command('notebook')
    .description("Runs the notebook's five experiments and prints them beside its figures.")
    .addOption(
      new Option('--protocol <name>', "repeat the notebook's mistake in `propagated`, mend it, or do both")
        .choices(['notebook', 'corrected', 'both'])
        .default(protocol.default),
    )
    .option('--clusters <count>', 'clusters, and labels known', wholeNumber, clusters.default)
    .option('--seed <number>', 'seed of the clustering', wholeNumber, seed.default)
    .option(
      '--neighbors <count>',
      'rows a representative labels in `partial`',
      wholeNumber,
      neighbors.default,
    )
    .option('--seeds <count>', 'draws of `random`', wholeNumber, seeds.default)
    .addOption(
      new Option('--only <name...>', `run only these: ${EXPERIMENT_NAMES.join(', ')}`)
        .choices(EXPERIMENT_NAMES)
        .default(only.default, 'all'),
    )
    .option('--json <file>', 'write all results there, with everything needed to repeat them');
  addBackendOptions(addDatasetOptions(command))
    .addHelpText(
      'after',
      `
An experiment's time is what it does itself. What several share is done once and
charged to the first that needs it, as in the notebook: clustering and the search
for representatives to \`representatives\`. The last, \`handful\`, is no part of the notebook:
what this package makes of as many labels.

Examples:
  handful notebook
  handful notebook --only representatives propagated --protocol corrected --seed 7
  handful notebook --data ~/fashion-mnist --json results.json
  handful notebook --dataset synthetic --backend javascript --only representatives partial
${EXIT_CODES_HELP}`,
    )
    .action((options: NotebookCommandOptions) => interruptible((signal) => runCommand(options, signal)));
}

async function runCommand(options: NotebookCommandOptions, signal: AbortSignal): Promise<void> {
  const { protocol, clusters, seed, neighbors, seeds, only, json } = options;
  const settings = parseOptions<Required<NotebookOptions>>(
    { protocol, clusters, seed, neighbors, seeds, only },
    notebookOptions,
    'handful notebook',
  );
  applyBackendOptions(options);
  try {
    const { record, dataset } = await runAndPrint(options, settings, signal);
    if (json === undefined) return;
    const manifest = { ...record.manifest, data: await dataset.source() };
    await writeWholeFile(json, formatJson({ ...record, manifest }));
  } catch (error) {
    if (json !== undefined) process.stderr.write(`handful: nothing is written to ${json}\n`);
    throw error;
  }
}

/** Runs the experiments and prints what they found: where one fails or is interrupted, what stood by then. */
async function runAndPrint(
  options: DatasetOptions,
  settings: Required<NotebookOptions>,
  signal: AbortSignal,
): Promise<{ record: NotebookRecord; dataset: Dataset }> {
  const start = performance.now();
  const line = new ProgressLine();
  const watch = new Stopwatch();
  const experiments: ExperimentResult[] = [];
  let dataset: Dataset | undefined;
  let record: NotebookRecord | undefined;
  try {
    dataset = await watch.time('loading', () => loadChosenDataset(options, signal, line));
    const onProgress = (progress: NotebookProgress) =>
      line.show(formatProgress(`${progress.name} (${progress.protocol})`, progress));
    for await (const result of runNotebook(dataset, settings, { signal, onProgress }))
      experiments.push(result);
  } finally {
    line.clear();
    if (dataset && experiments.length > 0) {
      const { manifest, ...common } = recordOf(dataset, (performance.now() - start) / 1000);
      record = {
        experiments,
        ...common,
        manifest: { ...manifest, options: settings, phases: watch.phases },
      };
      process.stdout.write(`${formatNotebook(record)}\n`);
    }
  }
  return { record: record!, dataset };
}
