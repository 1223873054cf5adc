import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Progress } from '../backend/run.ts';
import type { ImageGeometry } from '../core/image-geometry.ts';
import { DATA_FORMATS, type DataFormat } from '../datasets/formats/index.ts';
import { type DataChoice, type LoadedData, loadData, loadDataWith } from '../datasets/load-data.ts';
import type { ModelInput } from '../models/model-parts.ts';
import { formatProgress, type ProgressLine } from './progress.ts';

/** What the command line says of a file of data. */
export interface DataOptions {
  format?: DataFormat;
  array?: string;
  header?: boolean;
  columns?: string[];
  nameColumn?: string;
  labelColumn?: string;
  image?: ImageGeometry | false;
  size?: [number, number];
  color?: boolean;
  skipUnreadable?: boolean;
  followLinks?: boolean;
  scale?: number;
  readLimit?: number;
}

/** Adds the options that say how a file of data is to be read. */
export function addDataOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <name>', 'format of the data; default: inferred from name and content').choices(
        DATA_FORMATS,
      ),
    )
    .option('--array <name>', 'array of an .npz file; default: the only one, or X')
    .option('--header', 'the first line of a CSV file names the columns; default: detected')
    .option('--no-header', 'the first line is a row')
    .option('--columns <list>', 'columns to learn from, separated by commas; default: all', (text) =>
      text.split(',').map((each) => each.trim()),
    )
    .option(
      '--name-column <name>',
      'column of names, in the data or in files of labels; default: file, name or id',
    )
    .option('--label-column <name>', 'column of labels, in either; default: label')
    .option(
      '--image <size>',
      'rows are images of HEIGHTxWIDTH or HEIGHTxWIDTHxCHANNELS, or none; default: as the file says',
      imageSize,
    )
    .option(
      '--size <size>',
      'resize the images of a folder to HEIGHTxWIDTH; default: as they are, if all are alike',
      (text) => lengths(text, [2]) as [number, number],
    )
    .option('--color', 'images of a folder become colour; default: grey')
    .option(
      '--skip-unreadable',
      "leave out, and count, images of a folder that can't be read; default: an error",
    )
    .option('--follow-links', 'follow links that lead out of a folder of images')
    .option(
      '--scale <number>',
      'what values are multiplied by; default: 1, or 1 / 255 for images of bytes',
      positiveNumber,
    )
    .option(
      '--read-limit <seconds>',
      'seconds that a Parquet or Arrow file may take; default: 30, and 2 a megabyte',
      positiveNumber,
    );
}

/** The same as `loadData` has them. */
export function loadDataOptions(options: DataOptions): DataChoice {
  const { format, array, header, columns, nameColumn, labelColumn } = options;
  const { image, size, color, skipUnreadable, followLinks, scale, readLimit } = options;
  const table = { format, array, header, columns, nameColumn, labelColumn };
  return { ...table, image, size, color, skipUnreadable, followLinks, scale, readLimit };
}

/** The same for data that a model is given: what it was trained on tells the rest. */
export function modelDataOptions(options: DataOptions, { image, scale }: ModelInput): DataChoice {
  const told = loadDataOptions(options);
  return {
    ...told,
    image: told.image ?? image,
    scale: told.scale ?? scale,
    size: told.size ?? (image && [image.height, image.width]),
    color: told.color ?? image?.channels === 3,
  };
}

/** Data, and which of the columns of names and labels that were asked for it has. */
export interface ChosenData {
  data: LoadedData;
  found: ReadonlySet<string>;
}

/**
 * Loads a file of data, shows how far that is, and says what is to be known of it.
 * @param labelFiles files of labels: the columns of names and labels may be theirs, and missing from the data
 */
export async function loadChosenData(
  path: string,
  options: DataChoice,
  signal: AbortSignal,
  line: ProgressLine,
  labelFiles?: readonly string[],
): Promise<ChosenData> {
  const onProgress = (progress: Progress) => line.show(formatProgress('loading', progress));
  const found = new Set<string>();
  const whole = { ...options, signal, onProgress };
  const data = labelFiles ? await loadDataWith(path, whole, found) : await loadData(path, whole);
  line.note(data.notices);
  return { data, found };
}

function imageSize(text: string): ImageGeometry | false {
  if (text === 'none') return false;
  const [height, width, channels = 1] = lengths(text, [2, 3]);
  return { height: height!, width: width!, channels };
}

function lengths(text: string, counts: readonly number[]): number[] {
  const parts = text.split('x');
  if (!counts.includes(parts.length) || !parts.every((part) => /^[1-9]\d*$/.test(part))) {
    throw new InvalidArgumentError('Expected whole numbers with x between, such as 28x28.');
  }
  return parts.map(Number);
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < Infinity)) throw new InvalidArgumentError('Expected a number above 0.');
  return number;
}
