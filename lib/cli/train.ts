import { stat } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { writeWholeFile } from '../files.ts';
import { wilsonInterval } from '../metrics/intervals.ts';
import { saveModel } from '../models/model-file.ts';
import { formatJson } from '../report/json.ts';
import { formatCount, formatMegabytes } from '../report/table.ts';
import { formatEstimate } from '../report/table-evaluation.ts';
import { FewLabels } from '../semi-supervised/few-labels.ts';
import {
  addBackendOptions,
  applyBackendOptions,
  type BackendOptions,
  wholeNumber,
} from './backend-options.ts';
import {
  addDataOptions,
  type DataOptions,
  describeData,
  loadChosenData,
  loadDataOptions,
} from './data-options.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { chosenLabels } from './labels.ts';
import { formatProgress, ProgressLine } from './progress.ts';

interface TrainOptions extends DataOptions, BackendOptions {
  labels?: string;
  out: string;
  classPrior: 'uniform' | 'estimated' | 'none';
  seed: number;
  json?: string;
}

/** Adds `handful train`: from many rows and a few labels to a model in a file. */
export function addTrainCommand(program: Command): void {
  const command = program
    .command('train')
    .description('Trains a model from many rows of which a few are labelled, and writes it to a file.')
    .argument('<data>', 'a file of rows, or a folder of images')
    .option('--labels <file>', "labels of some of them; default: the data's own column of labels")
    .requiredOption('--out <file>', 'write the model there')
    .addOption(
      new Option('--class-prior <name>', 'how frequent the classes are')
        .choices(['uniform', 'estimated', 'none'])
        .default('uniform'),
    )
    .option('--seed <number>', 'seed of all chance', wholeNumber, 42)
    .option('--json <file>', 'write what came out there');
  addBackendOptions(addDataOptions(command))
    .addHelpText(
      'after',
      `
The file of labels is CSV, TSV or JSON lines with columns row or file, and label, such as
handful pick writes; or IDX or NPY with a label for each row.

Examples:
  handful train images/ --size 64x64 --labels picks.csv --out model.handful
  handful train embeddings.npy --labels picks.csv --out model.handful --class-prior estimated
${EXIT_CODES_HELP}`,
    )
    .action((path: string, options: TrainOptions) => interruptible((signal) => train(path, options, signal)));
}

async function train(path: string, options: TrainOptions, signal: AbortSignal): Promise<void> {
  const { out, classPrior, seed, json } = options;
  applyBackendOptions(options);
  const line = new ProgressLine();
  try {
    const data = await loadChosenData(path, loadDataOptions(options), signal, line);
    const labelled = await chosenLabels(options.labels, data);
    const learner = new FewLabels<string>({ image: data.image, classPrior, randomState: seed });
    await learner.fit(data.X, labelled, {
      signal,
      onProgress: (progress) => line.show(formatProgress('training', progress)),
    });
    await saveModel(out, learner, { image: data.image, scale: data.X.scale });
    line.clear();
    const { crossValidation, classes, phases } = learner;
    const count = labelled.rows.length;
    const { spreading, regression, spreadingMisleads } = crossValidation;
    const expected = wilsonInterval(Math.round((spreadingMisleads ? regression : spreading) * count), count);
    const bytes = (await stat(out)).size;
    process.stdout.write(
      `${describeData(data)}; ${formatCount(count)} labels of ${classes.length} classes\n\n${learner.summary()}\n\n` +
        `accuracy to expect, by cross-validation on the labels: ${formatEstimate(expected)}\n` +
        `model: ${out}, ${formatMegabytes(bytes)}\n`,
    );
    if (json === undefined) return;
    const rows = data.X.shape[0];
    await writeWholeFile(
      json,
      formatJson({
        data: { rows, columns: data.X.shape[1], image: data.image, source: data.source },
        labels: { count, classes, rows: labelled.rows },
        crossValidation,
        expectedAccuracy: expected,
        model: { path: out, bytes },
        phases,
      }),
    );
  } finally {
    line.clear();
  }
}
