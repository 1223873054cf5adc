import { type Command, InvalidArgumentError } from 'commander';
import { HandfulError } from '../core/errors.ts';
import { integer } from '../core/options.ts';
import { type ExperimentData, experimentData } from '../experiments/data.ts';
import { splitRows } from '../experiments/split-rows.ts';
import { baseName } from '../report/kit/command-line.ts';
import { wholeNumber } from './backend-options.ts';
import { addDataOptions, type DataOptions, loadChosenData, loadDataOptions } from './data-options.ts';
import { addDatasetOptions, type DatasetOptions, loadChosenDataset } from './dataset-options.ts';
import { chosenLabels, several } from './labels.ts';
import type { ProgressLine } from './progress.ts';
import { sourceFiles } from './source-files.ts';

/** What a comparison runs on: a built-in dataset, or labelled data of one's own. */
export interface ComparedDataOptions extends DatasetOptions, DataOptions {
  labelsFile?: string[];
  testShare?: number;
  splitSeed?: number;
}

const TEST_SHARE = 0.2;
const SPLIT_SEED = 0;

/** Adds the options that choose what to compare on. */
export function addComparedDataOptions(command: Command): Command {
  command
    .option(
      '--labels-file <file>',
      "labels of your own data, once or several times; default: the data's own column",
      several,
    )
    .option('--test-share <share>', `share of each class to be scored on; default: ${TEST_SHARE}`, share)
    .option('--split-seed <number>', `seed of that split; default: ${SPLIT_SEED}`, wholeNumber);
  return addDataOptions(addDatasetOptions(command));
}

/**
 * Checks that options of built-in datasets and of one's own data are not mixed.
 * @param path of one's own data, if it is given
 * @param isGiven whether an option was given, by its name in the options
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function checkComparedData(
  path: string | undefined,
  options: ComparedDataOptions,
  isGiven: (name: string) => boolean,
): void {
  const { labelsFile, testShare, splitSeed } = options;
  const own = Object.entries({ labelsFile, testShare, splitSeed, ...loadDataOptions(options) });
  const builtIn = Object.entries({ data: options.data, dataset: options.dataset });
  const wrong = (path === undefined ? own : builtIn).find(([name]) => isGiven(name));
  if (wrong) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      path === undefined
        ? `Expected a file of your own data beside ${optionName(wrong[0])}: handful compare DATA`
        : `Expected no ${optionName(wrong[0])} beside your own data '${path}': it chooses a built-in dataset`,
    );
  }
  if (splitSeed !== undefined) integer(0, 2 ** 32 - 1)(splitSeed, '--split-seed');
}

/** Loads what a comparison runs on, and shows how far that is. */
export async function loadComparedData(
  path: string | undefined,
  options: ComparedDataOptions,
  signal: AbortSignal,
  line: ProgressLine,
): Promise<ExperimentData> {
  if (path === undefined) return experimentData(await loadChosenDataset(options, signal, line));
  const { labelsFile, testShare = TEST_SHARE, splitSeed = SPLIT_SEED } = options;
  const choice = loadDataOptions(options);
  const chosen = await loadChosenData(path, choice, signal, line, labelsFile);
  const { data } = chosen;
  const labelled = await chosenLabels(labelsFile, chosen, options, line, signal, '--labels-file');
  const left = data.X.shape[0] - labelled.rows.length;
  if (left > 0) line.note([`${left} rows without a label are left out`]);
  return {
    name: baseName(path),
    synthetic: false,
    image: data.image,
    ...splitRows(data.X, labelled, { testShare, seed: splitSeed }),
    source: async () => ({ kind: 'files', files: await sourceFiles(data, ...(labelsFile ?? [])) }),
    own: { path, labelsFile, testShare, splitSeed, ...choice },
  };
}

function share(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < 1)) throw new InvalidArgumentError('Expected a share above 0 and below 1.');
  return number;
}

/** `--label-column` of `labelColumn`. */
function optionName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
