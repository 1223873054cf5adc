import { type Command, Option } from 'commander';
import { writeWholeFile } from '../core/files.ts';
import { integer } from '../core/options.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { formatContactSheet } from '../report/kit/contact-sheet.ts';
import { pictureOfImage } from '../report/kit/picture.ts';
import {
  type CaptionedPicture,
  drawPictures,
  TERMINAL_COLORS,
  type TerminalColors,
  terminalColors,
} from '../report/kit/terminal-pictures.ts';
import { wholeNumber } from './backend-options.ts';
import { addDatasetOptions, type DatasetOptions, loadChosenDataset } from './dataset-options.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { addForceOption, checkOutputs, type OutputOptions } from './outputs.ts';
import { ProgressLine } from './progress.ts';

type Split = 'train' | 'test';

interface ShowOptions extends DatasetOptions, OutputOptions {
  split: Split;
  png?: string;
  columns?: number;
  colors: TerminalColors | 'auto';
  ascii?: boolean;
}

/** Width of a line where the output is no terminal. */
const DEFAULT_WIDTH = 80;

/** Adds `handful show`: images in the terminal or on a contact sheet, with their labels. */
export function addShowCommand(program: Command): void {
  const command = program
    .command('show')
    .description('Draws images in the terminal, or on a contact sheet, with their labels.')
    .argument('<index...>', 'rows to show, from 0', (text, previous: number[] = []) => [
      ...previous,
      wholeNumber(text),
    ])
    .addOption(
      new Option('--split <name>', 'the part they are in').choices(['train', 'test']).default('train'),
    )
    .option('--png <file>', 'write a contact sheet there instead of drawing; captions are printed')
    .option('--columns <count>', 'images side by side; default: as many as fit', wholeNumber)
    .addOption(
      new Option('--colors <mode>', 'how to draw; auto: as the terminal allows')
        .choices(['auto', ...TERMINAL_COLORS])
        .default('auto'),
    )
    .option('--ascii', 'the same as --colors ascii');
  addDatasetOptions(addForceOption(command))
    .addHelpText(
      'after',
      `
Examples:
  handful show 0 1 2
  handful show 17 --split test --ascii
  handful show 3 14 15 92 --png sheet.png
${EXIT_CODES_HELP}`,
    )
    .action((indices: number[], options: ShowOptions) =>
      interruptible((signal) => show(indices, options, signal)),
    );
}

async function show(indices: readonly number[], options: ShowOptions, signal: AbortSignal): Promise<void> {
  const { split, png, ascii } = options;
  await checkOutputs({ '--png': png }, { '--data': options.data }, options);
  const columns = options.columns === undefined ? undefined : integer(1)(options.columns, '--columns');
  const dataset = await load(options, signal);
  const pictures = indices.map((index) => captioned(dataset, split, index));
  const lines = dataset.notice ? [dataset.notice, ''] : [];
  if (png !== undefined) {
    const sheet = formatContactSheet(
      pictures.map(({ picture }) => picture),
      { columns },
    );
    await writeWholeFile(png, sheet);
    lines.push(...pictures.map(({ caption }) => caption));
  } else {
    const chosen = ascii ? 'ascii' : options.colors;
    const colors = chosen === 'auto' ? terminalColors(process.stdout) : chosen;
    lines.push(drawPictures(pictures, { colors, columns, width: process.stdout.columns ?? DEFAULT_WIDTH }));
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function load(options: DatasetOptions, signal: AbortSignal): Promise<Dataset> {
  const line = new ProgressLine();
  try {
    return await loadChosenDataset(options, signal, line);
  } finally {
    line.clear();
  }
}

/** An image with its place, its label and the name of its class: `train 0: 9 Ankle boot`. */
function captioned({ classNames, image, ...parts }: Dataset, split: Split, index: number): CaptionedPicture {
  const { images, labels } = parts[split];
  const row = integer(0, labels.length - 1)(index, `an index into the ${split} images`);
  const label = labels[row]!;
  return {
    picture: pictureOfImage(images, row, image),
    caption: `${split} ${row}: ${label} ${classNames[label]}`,
  };
}
