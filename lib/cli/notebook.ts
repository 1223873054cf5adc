import { type Command, Option } from 'commander';
import { parseOptions } from '../core/options.ts';
import { Stopwatch } from '../core/phases.ts';
import { type ExperimentData, experimentData } from '../experiments/data.ts';
import { LossTraces } from '../experiments/loss-trace.ts';
import { EXPERIMENT_NAMES, type NotebookOptions, notebookOptions } from '../experiments/notebook.ts';
import type { ExperimentResult, NotebookRecord } from '../experiments/notebook-record.ts';
import { recordOf } from '../experiments/record.ts';
import { type NotebookProgress, runNotebook, type SeenExperiment } from '../experiments/run-notebook.ts';
import { type NotebookEvidence, notebookReport } from '../report/notebook/report.ts';
import { clusterMembers } from '../semi-supervised/cluster-members.ts';
import {
  addBackendOptions,
  applyBackendOptions,
  type BackendOptions,
  wholeNumber,
} from './backend-options.ts';
import { addDatasetOptions, type DatasetOptions, loadChosenDataset } from './dataset-options.ts';
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

interface NotebookCommandOptions
  extends Required<NotebookOptions>,
    BackendOptions,
    DatasetOptions,
    ReportOptions {}

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
      new Option('--only <name...>', 'run only these').choices(EXPERIMENT_NAMES).default(only.default, 'all'),
    );
  addBackendOptions(addDatasetOptions(addReportOptions(command)))
    .addHelpText(
      'after',
      `
An experiment's time is what it does itself. What several share is done once and
charged to the first that needs it, as in the notebook: clustering and the search
for representatives to \`representatives\`. The last, \`few-labels\`, is no part of the notebook:
what this package makes of as many labels.

Examples:
  handful notebook
  handful notebook --only representatives propagated --protocol corrected --seed 7
  handful notebook --data ~/fashion-mnist --json results.json --html report.html
  handful notebook --dataset synthetic --backend javascript --only representatives partial
${EXIT_CODES_HELP}`,
    )
    .action((options: NotebookCommandOptions) => interruptible((signal) => runCommand(options, signal)));
}

async function runCommand(options: NotebookCommandOptions, signal: AbortSignal): Promise<void> {
  const { protocol, clusters, seed, neighbors, seeds, only } = options;
  const settings = parseOptions<Required<NotebookOptions>>(
    { protocol, clusters, seed, neighbors, seeds, only },
    notebookOptions,
    'handful notebook',
  );
  await checkOutputs(reportOutputs(options), { '--data': options.data }, options);
  applyBackendOptions(options);
  const files = reportFiles(options);
  try {
    const { record, ...seen } = await runAndPrint(options, settings, signal);
    if (files.length === 0) return;
    const whole = { ...record, manifest: { ...record.manifest, data: await seen.data.source() } };
    await writeReports(options, whole, notebookReport(whole), async () =>
      notebookReport(whole, await gatherEvidence(seen, signal)),
    );
  } catch (error) {
    for (const file of files) process.stderr.write(`handful: nothing is written to ${file}\n`);
    throw error;
  }
}

/** What was seen of a run beside its record. */
interface Seen {
  data: ExperimentData;
  seen: SeenExperiment[];
  traces: LossTraces;
}

/** Runs the experiments and prints what they found: where one fails or is interrupted, what stood by then. */
async function runAndPrint(
  options: NotebookCommandOptions,
  settings: Required<NotebookOptions>,
  signal: AbortSignal,
): Promise<Seen & { record: NotebookRecord }> {
  const start = performance.now();
  const line = new ProgressLine(options);
  const watch = new Stopwatch();
  const experiments: ExperimentResult[] = [];
  const seen: SeenExperiment[] = [];
  const traces = new LossTraces();
  let data: ExperimentData | undefined;
  let record: NotebookRecord | undefined;
  try {
    data = experimentData(await watch.time('loading', () => loadChosenDataset(options, signal, line)));
    const onProgress = (progress: NotebookProgress) => {
      traces.note(progress);
      line.show(formatProgress(`${progress.name} (${progress.protocol})`, progress));
    };
    const onSeen = (experiment: SeenExperiment) => seen.push(experiment);
    for await (const result of runNotebook(data, settings, { signal, onProgress, onSeen }))
      experiments.push(result);
  } finally {
    line.clear();
    if (data && experiments.length > 0) {
      const { manifest, ...common } = recordOf(data, (performance.now() - start) / 1000);
      record = {
        experiments,
        ...common,
        manifest: { ...manifest, options: settings, phases: watch.phases },
      };
      printReport(options, notebookReport(record));
    }
  }
  return { record: record!, data, seen, traces };
}

/** Members of a cluster that a page shows, the nearest and the farthest each. */
const SHOWN_MEMBERS = 4;

async function gatherEvidence({ data, seen, traces }: Seen, signal: AbortSignal): Promise<NotebookEvidence> {
  const found = seen.find(({ clusters }) => clusters)?.clusters;
  if (!found) return { data, seen, traces: traces.all };
  const { ofRows, representatives } = found;
  const members = await clusterMembers(data.train.X, representatives, ofRows, SHOWN_MEMBERS, { signal });
  return { data, seen, traces: traces.all, clusters: { ofRows, members } };
}
