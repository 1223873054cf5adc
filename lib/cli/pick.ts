import { type Command, Option } from 'commander';
import { HandfulError } from '../core/errors.ts';
import { writeWholeFile } from '../core/files.ts';
import { formatCount, formatSeconds } from '../core/numbers.ts';
import { integer, optional } from '../core/options.ts';
import type { LoadedData } from '../datasets/load-data.ts';
import { formatContactSheet } from '../report/kit/contact-sheet.ts';
import { formatCsvLine } from '../report/kit/csv.ts';
import { dataRecord, describeData } from '../report/kit/data-record.ts';
import { pictureOfImage } from '../report/kit/picture.ts';
import { SELECTION_STRATEGIES, type SelectionStrategyName } from '../selection/select-rows.ts';
import type { Selection } from '../selection/strategy.ts';
import { FewLabels } from '../semi-supervised/few-labels.ts';
import { appendPicks, type Pick } from './append-picks.ts';
import { applyBackendOptions, wholeNumber } from './backend-options.ts';
import { loadChosenData, loadDataOptions } from './data-options.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { fileLabels, several } from './labels.ts';
import { addLearningOptions, type LearningOptions } from './learning-options.ts';
import { addForceOption, checkOutputs, isAmong, type OutputOptions } from './outputs.ts';
import { printTable } from './print-table.ts';
import { formatProgress, ProgressLine } from './progress.ts';

interface PickOptions extends LearningOptions, OutputOptions {
  budget: number;
  out?: string;
  sheet?: string;
  already?: string[];
  strategy: SelectionStrategyName;
  candidates?: number;
}

/** The columns of a file of picks; `label` is for a person to fill in. */
const COLUMNS = ['row', 'file', 'rank', 'cluster', 'cluster_size', 'label'];

/** Adds `handful pick`: which rows are worth a label. */
export function addPickCommand(program: Command): void {
  const command = program
    .command('pick')
    .description('Chooses the rows that are worth a label, the most useful first.')
    .argument('<data>', 'a file of rows, or a folder of images')
    .option('--budget <count>', 'rows to choose, 2 or more', wholeNumber, 100)
    .option('--out <file>', 'write them there, as CSV, or add them to --already; default: print them')
    .option('--sheet <file>', 'also write a contact sheet of them there, as PNG')
    .option(
      '--already <file>',
      'rows that have a label, once or several times: choose the next ones',
      several,
    )
    .addOption(
      new Option('--strategy <name>', 'how to choose; margin and entropy want --already')
        .choices(SELECTION_STRATEGIES)
        .default('representatives'),
    )
    .option(
      '--candidates <count>',
      'choose among so many rows, drawn at random, which is faster; default: all',
      wholeNumber,
    );
  addLearningOptions(addForceOption(command))
    .addHelpText(
      'after',
      `
The file has a line for each row, in order of rank, and a column for its label:
  ${COLUMNS.join(', ')}
Fill in the labels, and give the file to handful train.

Examples:
  handful pick images/ --size 64x64 --budget 50 --out picks.csv --sheet picks.png
  handful pick embeddings.npy --out picks.csv
  handful pick embeddings.npy --already picks.csv --budget 20 --out picks.csv
${EXIT_CODES_HELP}`,
    )
    .action((path: string, options: PickOptions) => interruptible((signal) => pick(path, options, signal)));
}

async function pick(path: string, options: PickOptions, signal: AbortSignal): Promise<void> {
  const { out, sheet, already, strategy, seed } = options;
  const budget = integer(2)(options.budget, '--budget');
  const candidates = optional(integer(budget))(options.candidates, '--candidates');
  const appends = out !== undefined && (await isAmong(out, already ?? []));
  const outputs = { '--out': appends ? undefined : out, '--sheet': sheet };
  await checkOutputs(outputs, { 'the data': path, '--already': already }, options);
  applyBackendOptions(options);
  const start = performance.now();
  const line = new ProgressLine();
  try {
    const chosen = await loadChosenData(path, loadDataOptions(options), signal, line, already);
    const { data } = chosen;
    if (sheet !== undefined) requireImages(data, path);
    const labelled =
      already === undefined ? undefined : await fileLabels(already, chosen, options, line, signal);
    const learner = new FewLabels<string>({
      budget,
      candidates,
      image: data.image,
      randomState: seed,
    });
    await learner.pick(data.X, {
      labelled,
      strategy,
      signal,
      onProgress: (progress) => line.show(formatProgress('picking', progress)),
    });
    line.clear();
    const { selection } = learner;
    const picks = picksOf(selection, data.names);
    const added = appends ? await appendPicks(out, picks) : undefined;
    if (out === undefined) printTable(formatPicks(picks));
    else if (!appends) await writeWholeFile(out, formatPicks(picks));
    if (sheet !== undefined) await writeWholeFile(sheet, sheetOf(selection, data));
    if (out !== undefined) {
      const known = labelled ? `, beside ${formatCount(labelled.rows.length)} that have a label` : '';
      const seconds = (performance.now() - start) / 1000;
      process.stdout.write(
        `${describeData(dataRecord(data))}\n${formatCount(budget)} of them to label${known}: ${out}\n` +
          (added === undefined || added === budget
            ? ''
            : `${formatCount(budget - added)} of these it had already\n`) +
          `${formatSeconds(seconds)} with loading\n`,
      );
    }
  } finally {
    line.clear();
  }
}

function requireImages({ image }: LoadedData, path: string): void {
  if (image) return;
  throw new HandfulError(
    'ERR_INVALID_ARGUMENT',
    `Expected images for a contact sheet, but the rows of '${path}' are vectors: --image HEIGHTxWIDTH says what they are`,
  );
}

/** The picks, in order of rank. */
function picksOf({ rows, clusters }: Selection, names: readonly string[]): Pick[] {
  const sizes = new Map<number, number>();
  for (const cluster of clusters ?? []) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  return Array.from(rows, (row, place) => {
    // A cluster bears the rank of the row that stands for it.
    const size = sizes.get(place);
    const cluster = { cluster: size === undefined ? '' : place + 1, cluster_size: size ?? '' };
    return { row, file: names[row]!, rank: place + 1, ...cluster, label: '' };
  });
}

/** A header, and a line for each pick. */
function formatPicks(picks: readonly Pick[]): string {
  const lines = picks.map((pick) => COLUMNS.map((column) => pick[column]!));
  return [COLUMNS, ...lines].map((fields) => formatCsvLine(fields)).join('');
}

function sheetOf({ rows }: Selection, { X, image }: LoadedData): Uint8Array {
  const pictures = Array.from(rows, (row) => pictureOfImage(X, row, image!));
  const zoom = Math.max(1, Math.floor(112 / Math.max(image!.height, image!.width)));
  return formatContactSheet(pictures, { zoom });
}
