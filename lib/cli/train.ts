import { stat } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { processRecord } from '../backend/process-record.ts';
import { wilsonInterval } from '../core/statistics.ts';
import type { LoadedData } from '../datasets/load-data.ts';
import type { RowLabels } from '../datasets/load-labels.ts';
import { saveModel } from '../models/model-file.ts';
import { dataRecord } from '../report/kit/data-record.ts';
import type { TrainingRecord } from '../report/training/record.ts';
import { trainingReport } from '../report/training/report.ts';
import { takenRows } from '../report/training/sure-rows.ts';
import { FewLabels } from '../semi-supervised/few-labels.ts';
import { applyBackendOptions } from './backend-options.ts';
import { loadChosenData, loadDataOptions } from './data-options.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { chosenLabels, several } from './labels.ts';
import { addLearningOptions, type LearningOptions } from './learning-options.ts';
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
import { sourceFiles } from './source-files.ts';

interface TrainOptions extends LearningOptions, ReportOptions {
  labels?: string[];
  out: string;
  classPrior: 'uniform' | 'estimated' | 'none';
}

/** Adds `handful train`: from many rows and a few labels to a model in a file. */
export function addTrainCommand(program: Command): void {
  const command = program
    .command('train')
    .description('Trains a model from many rows of which a few are labelled, and writes it to a file.')
    .argument('<data>', 'a file of rows, or a folder of images')
    .option(
      '--labels <file>',
      "labels of some of them, once or several times; default: the data's own column, or class folders",
      several,
    )
    .requiredOption('--out <file>', 'write the model there')
    .addOption(
      new Option(
        '--class-prior <name>',
        'how frequent the classes are: equally, as among the labels, or unknown',
      )
        .choices(['uniform', 'estimated', 'none'])
        .default('uniform'),
    );
  addLearningOptions(addReportOptions(command))
    .addHelpText(
      'after',
      `
The file of labels is CSV, TSV or JSON lines with columns row or file, and label, such as
handful pick writes; or IDX or NPY with a label for each row.

Examples:
  handful train images/ --size 64x64 --labels picks.csv --out model.handful
  handful train images/ --size 64x64 --labels picks.csv --out model.handful --html training.html
  handful train embeddings.npy --labels picks.csv --out model.handful --class-prior estimated
${EXIT_CODES_HELP}`,
    )
    .action((path: string, options: TrainOptions) => interruptible((signal) => train(path, options, signal)));
}

async function train(path: string, options: TrainOptions, signal: AbortSignal): Promise<void> {
  const { out, classPrior, seed } = options;
  await checkOutputs(
    { '--out': out, ...reportOutputs(options) },
    { 'the data': path, '--labels': options.labels },
    options,
  );
  applyBackendOptions(options);
  const start = performance.now();
  const line = new ProgressLine(options);
  try {
    const chosen = await loadChosenData(path, loadDataOptions(options), signal, line, options.labels);
    const { data } = chosen;
    const labelled = await chosenLabels(options.labels, chosen, options, line, signal);
    const learner = new FewLabels<string>({ image: data.image, classPrior, randomState: seed });
    await learner.fit(data.X, labelled, {
      signal,
      onProgress: (progress) => line.show(formatProgress('training', progress)),
    });
    await saveModel(out, learner, { image: data.image, scale: data.X.scale });
    const record = await trainingRecord(path, options, { data, labelled, learner, start });
    line.clear();
    printReport(options, trainingReport(record));
    if (reportFiles(options).length === 0) return;
    const whole = {
      ...record,
      manifest: { ...record.manifest, files: await sourceFiles(data, ...(options.labels ?? [])) },
    };
    const evidence = { data, labelled, distributions: learner.labelDistributions };
    await writeReports(options, whole, trainingReport(whole), () => trainingReport(whole, evidence));
  } finally {
    line.clear();
  }
}

/** A training that has taken place. */
interface Training {
  data: LoadedData;
  labelled: RowLabels;
  learner: FewLabels<string>;
  /** When it began, by `performance.now()`. */
  start: number;
}

async function trainingRecord(
  path: string,
  options: TrainOptions,
  { data, labelled, learner, start }: Training,
): Promise<TrainingRecord> {
  const { labels, out, classPrior, seed } = options;
  const { crossValidation, classes, phases } = learner;
  const { spreading, regression, spreadingMisleads } = crossValidation;
  const rightShare = spreadingMisleads ? regression : spreading;
  const count = labelled.rows.length;
  const taken = takenRows(learner.labelDistributions);
  const { manifest, ...run } = processRecord((performance.now() - start) / 1000);
  return {
    data: dataRecord(data),
    labels: { count, classes, rows: labelled.rows },
    classes: classes.map((label, c) => ({
      label,
      labels: labelled.labels.filter((each) => each === label).length,
      rows: taken[c]!,
    })),
    crossValidation,
    expectedAccuracy: classes.length > 1 ? wilsonInterval(Math.round(rightShare * count), count) : null,
    model: { path: out, bytes: (await stat(out)).size },
    summary: learner.summary(),
    phases,
    ...run,
    manifest: {
      ...manifest,
      options: { data: path, labels, out, classPrior, seed, ...loadDataOptions(options) },
    },
  };
}
