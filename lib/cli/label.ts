import { once } from 'node:events';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { HandfulError } from '../core/errors.ts';
import { integer } from '../core/options.ts';
import type { Dataset } from '../datasets/dataset.ts';
import type { LoadedData } from '../datasets/load-data.ts';
import { DATASET_CHOICES, type DatasetChoice, loadDataset } from '../datasets/load-dataset.ts';
import { LabellingServer } from '../labelling/labelling-server.ts';
import { LabellingSession } from '../labelling/labelling-session.ts';
import { LabelsFile } from '../labelling/labels-file.ts';
import { applyBackendOptions, wholeNumber } from './backend-options.ts';
import { loadChosenData, loadDataOptions } from './data-options.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { addLearningOptions, type LearningOptions } from './learning-options.ts';
import { checkOutputs } from './outputs.ts';
import { ProgressLine } from './progress.ts';

interface LabelOptions extends LearningOptions {
  labels: string;
  budget: number;
  classes: string[];
  dataset?: DatasetChoice;
  port: number;
}

/** Adds `handful label`: a page to label rows on. */
export function addLabelCommand(program: Command): void {
  const command = program
    .command('label')
    .description('Opens a page, on this machine alone, to label the rows that are worth it.')
    .argument('[data]', 'a file of rows, or a folder of images')
    .option(
      '--labels <file>',
      'where labels are stored, as CSV: a new file, or one that this command began',
      'labels.csv',
    )
    .option('--budget <count>', 'rows to choose, 2 or more', wholeNumber, 100)
    .option(
      '--classes <list>',
      'names of classes, separated by commas; the page can add others',
      commaList,
      [],
    )
    .addOption(
      new Option('--dataset <name>', 'label the training images of a built-in set instead of a file').choices(
        DATASET_CHOICES,
      ),
    )
    .option('--port <number>', 'port of the page; 0: any that is free', wholeNumber, 0);
  addLearningOptions(command)
    .addHelpText(
      'after',
      `
It prints the address of the page; open it in a browser on this machine. A label is on
disk before the page shows it. End it with Ctrl-C; the same command goes on from there.

Examples:
  handful label images/ --size 64x64 --classes cat,dog
  handful label embeddings.npy --budget 50 --labels mine.csv
  handful label --dataset synthetic
${EXIT_CODES_HELP}`,
    )
    .action((path: string | undefined, options: LabelOptions) =>
      interruptible((signal) => label(path, options, signal)),
    );
}

/** Serves the page until Ctrl-C, which is its proper end. */
async function label(path: string | undefined, options: LabelOptions, signal: AbortSignal): Promise<void> {
  const budget = integer(2)(options.budget, '--budget');
  const port = integer(0, 65_535)(options.port, '--port');
  await checkOutputs({ '--labels': options.labels }, { 'the data': path }, { force: true });
  applyBackendOptions(options);
  const data = await load(path, options, signal);
  const file = await LabelsFile.open(options.labels);
  const title = path === undefined ? options.dataset! : basename(path);
  const plan = { data, title, budget, seed: options.seed, classes: options.classes };
  const session = new LabellingSession(plan, file, signal);
  const server = new LabellingServer(session);
  try {
    const preparing = session.prepare();
    preparing.catch(() => {}); // awaited below, if the port can be had
    // The address comes after all checks, and before the wait.
    await Promise.race([preparing, once(session, 'begun')]);
    process.stdout.write(`${await server.listen(port)}\n`);
    await preparing;
    await aborted(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await server.close();
    await file.close();
  }
  process.stdout.write(`The labels are in ${options.labels}\n`);
}

function load(path: string | undefined, options: LabelOptions, signal: AbortSignal) {
  const line = new ProgressLine();
  if (path !== undefined)
    return loadChosenData(path, loadDataOptions(options), signal, line)
      .then(({ data }) => data)
      .finally(() => line.clear());
  if (options.dataset === undefined) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      'Expected a file of rows or a folder of images, or --dataset',
    );
  }
  return loadDataset({ dataset: options.dataset, signal }).then(trainingImages);
}

/** The images to learn from as if they were of a file: what they show is not told. */
function trainingImages({ train, image }: Dataset): Pick<LoadedData, 'X' | 'image' | 'names'> {
  const names = Array.from(train.labels, (_, row) => String(row));
  return { X: train.images, image, names };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function commaList(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
