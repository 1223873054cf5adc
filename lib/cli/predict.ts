import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { argmax } from '../core/argmax.ts';
import { AbortError } from '../core/errors.ts';
import { writeWholeFileFrom } from '../core/files.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { formatCount } from '../core/numbers.ts';
import { type LoadedData, loadDataChunks } from '../datasets/load-data.ts';
import type { TrainedModel } from '../models/trained-model.ts';
import { formatCsvLine } from '../report/kit/csv.ts';
import { addBackendOptions, applyBackendOptions, type BackendOptions } from './backend-options.ts';
import { addDataOptions, type DataOptions, modelDataOptions } from './data-options.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { loadModelArgument } from './model-argument.ts';
import { addForceOption, checkOutputs, type OutputOptions } from './outputs.ts';
import { printTable } from './print-table.ts';
import { ProgressLine } from './progress.ts';

type OutputFormat = 'csv' | 'jsonl';

interface PredictOptions extends DataOptions, BackendOptions, OutputOptions {
  out?: string;
  as?: OutputFormat;
}

/** Digits that a probability is known to, and more. */
const DIGITS = 6;

/** Adds `handful predict`: labels and probabilities of rows, some at a time. */
export function addPredictCommand(program: Command): void {
  const command = program
    .command('predict')
    .description('Predicts the labels of rows, with their probabilities, however many rows there are.')
    .argument('<model>', 'a model that handful train has written')
    .argument('<data>', 'a file of rows, or a folder of images')
    .option('--out <file>', 'write them there; default: print them')
    .addOption(
      new Option('--as <format>', "format; default: as the file's name ends, else csv").choices([
        'csv',
        'jsonl',
      ]),
    );
  addBackendOptions(addDataOptions(addForceOption(command)))
    .addHelpText(
      'after',
      `
What rows are, image sizes for instance, the model knows; options go before it.

Examples:
  handful predict model.handful images/ --out predictions.csv
  handful predict model.handful embeddings.npy --as jsonl
${EXIT_CODES_HELP}`,
    )
    .action((model: string, path: string, options: PredictOptions) =>
      interruptible((signal) => predict(model, path, options, signal)),
    );
}

async function predict(
  modelPath: string,
  path: string,
  options: PredictOptions,
  signal: AbortSignal,
): Promise<void> {
  const { out, as = out?.endsWith('.jsonl') ? 'jsonl' : 'csv' } = options;
  await checkOutputs({ '--out': out }, { 'the data': path, 'the model': modelPath }, options);
  applyBackendOptions(options);
  const model = await loadModelArgument(modelPath);
  const line = new ProgressLine();
  const chunks = loadDataChunks(path, { ...modelDataOptions(options, model.input), signal });
  const pieces = predictions(model, chunks, as, signal, line);
  try {
    if (out !== undefined) return await writeWholeFileFrom(out, pieces);
    for await (const piece of pieces) {
      line.clear();
      if (!printTable(piece)) await drained();
    }
  } finally {
    line.clear();
  }
}

/** @throws AbortError if standard output takes no more */
async function drained(): Promise<void> {
  await once(process.stdout, 'drain').catch((error) => {
    throw new AbortError(error);
  });
}

/** The lines of the output, those of a chunk at a time. */
async function* predictions(
  model: TrainedModel,
  chunks: AsyncIterable<LoadedData>,
  as: OutputFormat,
  signal: AbortSignal,
  line: ProgressLine,
): AsyncGenerator<string> {
  const format = as === 'csv' ? csvLine : jsonLine;
  const { classes } = model;
  const columns = ['row', 'file', 'label', 'probability', ...classes.map((each) => `probability_${each}`)];
  // With the first rows, and not before: data that can't be read is an error alone.
  let header = as === 'csv' ? formatCsvLine(columns) : '';
  let row = 0;
  for await (const { X, names, notices } of chunks) {
    line.note(notices);
    const probabilities = await model.predictProba(X, { signal });
    const lines = names.map((name, i) => format(row + i, name, classes, probabilities, i));
    row += names.length;
    line.show(`predicting: ${formatCount(row)} rows`);
    yield header + lines.join('');
    header = '';
  }
}

type FormatLine = (
  row: number,
  name: string,
  classes: TrainedModel['classes'],
  probabilities: FloatMatrix,
  i: number,
) => string;

const csvLine: FormatLine = (row, name, classes, { data, shape: [, width] }, i) => {
  const best = argmax(data, i * width, width);
  const all = Array.from(data.subarray(i * width, (i + 1) * width), rounded);
  return formatCsvLine([row, name, classes[best]!, all[best]!, ...all]);
};

const jsonLine: FormatLine = (row, name, classes, { data, shape: [, width] }, i) => {
  const best = argmax(data, i * width, width);
  const all = Array.from(data.subarray(i * width, (i + 1) * width), rounded);
  const probabilities = Object.fromEntries(classes.map((label, c) => [label, all[c]!]));
  return `${JSON.stringify({ row, file: name, label: classes[best]!, probability: all[best]!, probabilities })}\n`;
};

function rounded(probability: number): number {
  return Number(probability.toFixed(DIGITS));
}
