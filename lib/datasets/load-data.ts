import { type Control, controlOptions } from '../backend/run.ts';
import { HandfulError, invalidArgument, throwIfAborted } from '../core/errors.ts';
import { statPath } from '../core/files.ts';
import {
  checkImageShape,
  type ImageGeometry,
  type ImageShape,
  imageOfColumns,
} from '../core/image-geometry.ts';
import type { Matrix } from '../core/matrix.ts';
import { allocate, memoryBudget } from '../core/memory.ts';
import {
  boolean,
  type Check,
  integer,
  number,
  type OptionTable,
  oneOf,
  optional,
  parseOptions,
  positive,
} from '../core/options.ts';
import type { DataSource, FormatOptions, RowChunk } from './formats/data-source.ts';
import { DATA_FORMATS, type DataFormat, FORMATS, formatOf } from './formats/index.ts';
import { Spellings } from './label-text.ts';
import { requireFetched } from './lfs-pointer.ts';

/** What a file of rows does not say of itself. */
export interface DataChoice {
  /** What the file is, a `DataFormat`. Default: inferred from its name and its first bytes; a folder is one of images. */
  format?: DataFormat;
  /** The array of an `.npz` to take. Default: the only one, or that called `X` or `x`. */
  array?: string;
  /** Whether the first line of a CSV or TSV file names the columns. Default: detected. */
  header?: boolean;
  /** The columns of a table to learn from. Default: all but those of names and labels. */
  columns?: readonly string[];
  /** The column that says what each row is called. Default: `file`, `name` or `id`, the first there is. */
  nameColumn?: string;
  /** The column that says what each row is labelled. Default: `label`, where there is one. */
  labelColumn?: string;
  /**
   * How rows are images, where the file does not say so; sides left out follow from the number of columns. `false`:
   * rows are plain vectors, whatever the file says.
   */
  image?: ImageShape | false;
  /** Pixels that images of a folder are resized to, not keeping proportions. Default: as they are, if all are alike. */
  size?: readonly [height: number, width: number];
  /** Whether images of a folder become colour, else grey. Default false. */
  color?: boolean;
  /** Whether images of a folder that can't be read are left out, with a notice, and are no error. Default false. */
  skipUnreadable?: boolean;
  /** Whether links that lead out of a folder of images are followed. Default false. */
  followLinks?: boolean;
  /**
   * What each value is multiplied by. Default 1, but 1 / 255 for images of bytes, and for images whose first rows have
   * values above 1.
   */
  scale?: number;
  /**
   * Seconds that reading a Parquet or Arrow file may take, above 0; `Infinity` for no limit. One that is damaged could
   * keep its reader busy for ever. Default 30, and 2 more for each megabyte of the file.
   */
  readLimit?: number;
}

export interface LoadDataOptions extends DataChoice, Control {}

export interface LoadDataChunksOptions extends LoadDataOptions {
  /** Rows of a chunk, 1 or more; the last one may have fewer. Default 1000. */
  chunkRows?: number;
}

/** Rows, and what is known of them. */
export interface LoadedData {
  /** One row for each thing to be labelled. */
  X: Matrix;
  /** How rows are images; undefined where they are plain vectors. */
  image?: ImageGeometry;
  /** What each row is called: the image's path within its folder, what the column of names says, or its number. */
  names: readonly string[];
  /**
   * What the column of labels says of each row, `''` where it says nothing; of images that all lie in folders within
   * theirs, two or more, what the outermost of these is called; undefined where there is neither.
   */
  labels?: readonly string[];
  /**
   * What a person should know of how the file was read, a sentence each: a column that was left out, for instance. Of
   * chunks each has what came up since the last one.
   */
  notices: readonly string[];
  /** Where the rows came from. */
  source: DataOrigin;
}

/** What a file of data says of itself. */
export interface DataOrigin {
  path: string;
  format: DataFormat;
  /** The type of its numbers: NumPy's or the format's name for it, `'text'` or `'json'` where they are spelled. */
  type: string;
  /** Its lengths, the rows first, where it tells them. */
  shape: readonly [rows: number | undefined, ...lengths: number[]];
  /** What the columns of `X` are called, where they have names. */
  columnNames?: readonly string[];
}

/** The name of a column, or of an array. */
export const columnName: Check<string> = (value, name) => {
  if (typeof value !== 'string' || value === '') throw invalidArgument(name, 'a name', value);
  return value;
};

const texts: Check<readonly string[]> = (value, name) => {
  if (!Array.isArray(value) || value.length === 0) throw invalidArgument(name, 'an array of names', value);
  return value.map((each, i) => columnName(each, `${name}[${i}]`));
};

const imageOption: Check<ImageShape | false> = (value, name) =>
  value === false ? false : checkImageShape(value, name);

const size: Check<readonly [number, number]> = (value, name) => {
  if (!Array.isArray(value) || value.length !== 2)
    throw invalidArgument(name, 'an array [height, width]', value);
  const [height, width] = value.map((each, i) => integer(1)(each, `${name}[${i}]`));
  return [height!, width!];
};

const table: OptionTable<LoadDataOptions> = {
  ...controlOptions,
  format: { check: optional(oneOf(...DATA_FORMATS)), default: undefined },
  array: { check: columnName, default: undefined },
  header: { check: boolean, default: undefined },
  columns: { check: texts, default: undefined },
  nameColumn: { check: columnName, default: undefined },
  labelColumn: { check: columnName, default: undefined },
  image: { check: imageOption, default: undefined },
  size: { check: size, default: undefined },
  color: { check: boolean, default: undefined },
  skipUnreadable: { check: boolean, default: undefined },
  followLinks: { check: boolean, default: undefined },
  scale: { check: number(Number.MIN_VALUE, Number.MAX_VALUE), default: undefined },
  readLimit: { check: positive, default: undefined },
};

const DEFAULT_CHUNK_ROWS = 1000;

/**
 * Reads a file of rows, or a folder of images, into memory: NPY, NPZ, CSV, TSV, JSON lines, IDX, Parquet, Arrow, PNG,
 * JPEG, WebP, GIF, AVIF. Text and IDX may be compressed by gzip.
 * @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT` and `ERR_NOT_FINITE`, naming the file and the line or row;
 *   `ERR_MISSING_PACKAGE` where a format needs a package that is not installed; `ERR_OUT_OF_MEMORY`;
 *   `ERR_INVALID_ARGUMENT`; AbortError
 */
export async function loadData(path: string, options?: LoadDataOptions): Promise<LoadedData> {
  return loadDataWith(path, parseOptions<LoadDataOptions>(options, table, 'loadData'));
}

/**
 * The same with options that are checked.
 * @param found where given, takes which of `nameColumn` and `labelColumn` are there: they need not be
 */
export async function loadDataWith(
  path: string,
  options: LoadDataOptions,
  found?: Set<string>,
): Promise<LoadedData> {
  let whole: Gathered | undefined;
  for await (const chunk of readChunks(path, { ...options, found })) {
    whole ??= new Gathered(chunk);
    whole.add(chunk);
  }
  return whole!.all;
}

/**
 * The same rows a chunk at a time, each as {@link loadData} would answer it, so that memory does not grow with the
 * file. IDX files and arrays in Fortran's order are read as a whole all the same.
 * @throws HandfulError as {@link loadData}
 */
export async function* loadDataChunks(
  path: string,
  options?: LoadDataChunksOptions,
): AsyncGenerator<LoadedData> {
  const { chunkRows, ...parsed } = parseOptions<LoadDataChunksOptions>(
    options,
    { ...table, chunkRows: { check: integer(1), default: DEFAULT_CHUNK_ROWS } },
    'loadDataChunks',
  );
  yield* readChunks(path, parsed, chunkRows!);
}

async function* readChunks(
  path: string,
  options: LoadDataOptions & FormatOptions,
  chunkRows?: number,
): AsyncGenerator<LoadedData> {
  if ((await statPath(path)).isFile()) await requireFetched(path);
  const format = options.format ?? (await formatOf(path));
  const source = await FORMATS[format].openRows(path, options);
  try {
    yield* chunksOf(source, { path, format }, options, chunkRows);
  } finally {
    await source.close?.();
  }
}

async function* chunksOf(
  source: DataSource,
  { path, format }: Pick<DataOrigin, 'path' | 'format'>,
  options: LoadDataOptions,
  chunkRows?: number,
): AsyncGenerator<LoadedData> {
  const { signal, onProgress } = options;
  const { type, shape, columnNames, columns } = source;
  const image = imageOf(source, options.image, path);
  const origin: DataOrigin = { path, format, type, shape, ...(columnNames && { columnNames }) };
  const spellings = new Spellings(`the labels of '${path}'`);
  let scale = options.scale;
  let row = 0;
  const atOnce = chunkRows ?? (source.isInMemory ? shape[0]! : DEFAULT_CHUNK_ROWS);
  for await (const chunk of source.chunks(atOnce)) {
    throwIfAborted(signal);
    if (scale === undefined) {
      scale = image && type !== 'bool' ? scaleOfImages(chunk.data) : 1;
      if (scale !== 1 && chunk.data.includes(1) && chunk.data.every((value) => value <= 1)) {
        source.notices ??= [];
        source.notices.push(
          `Images of bytes are multiplied by 1 / 255, but the first rows of '${path}' hold 0 and 1 alone: if 1 is ` +
            'white there, state the scale 1 (--scale 1)',
        );
      }
    }
    const rows = chunk.data.length / columns;
    yield {
      X: { data: chunk.data, shape: [rows, columns], ...(scale !== 1 && { scale }) },
      ...(image && { image }),
      names: chunk.names ?? Array.from({ length: rows }, (_, i) => String(row + i)),
      ...(chunk.labels && { labels: chunk.labels }),
      notices: [...(source.notices?.splice(0) ?? []), ...spellings.add(chunk.labels ?? [])],
      source: origin,
    };
    row += rows;
    onProgress?.({ phase: 'rows', done: row, total: shape[0] ?? 0 });
  }
  if (row === 0) throw new HandfulError('ERR_FILE_FORMAT', `'${path}' has no row`);
}

/** Images are meant to have values from 0 to 1. */
function scaleOfImages(data: RowChunk['data']): number {
  return data instanceof Uint8Array || data.some((value) => value > 1) ? 1 / 255 : 1;
}

function imageOf(
  { image, columns }: DataSource,
  option: LoadDataOptions['image'],
  path: string,
): ImageGeometry | undefined {
  if (option === false) return undefined;
  return option ? imageOfColumns(option, columns, `'${path}'`) : image;
}

/** Bytes of a text beside its letters: its head, and its place in a list. */
const TEXT_BYTES = 24;

/** Chunks put together, within what may be taken of memory. */
class Gathered {
  readonly #first: LoadedData;
  readonly #names: string[] = [];
  readonly #labels: string[] = [];
  readonly #notices: string[] = [];
  #data: Float32Array | Uint8Array;
  #filled = 0;
  /** What the names and the labels take, roughly. */
  #textBytes = 0;

  constructor(first: LoadedData) {
    this.#first = first;
    const { data, shape } = first.X;
    const [rows = shape[0]] = first.source.shape;
    // A chunk that is all there is need not be copied.
    this.#data = rows === shape[0] ? data : this.#newData(rows * shape[1]);
  }

  #newData(length: number): Float32Array | Uint8Array {
    const { X, source } = this.#first;
    const Type = X.data.constructor as Float32ArrayConstructor;
    return allocate(Type, length, `the rows of '${source.path}'`, this.#heldBytes);
  }

  get #heldBytes(): number {
    return (this.#data ?? this.#first.X.data).byteLength + this.#textBytes;
  }

  /** @throws HandfulError `ERR_OUT_OF_MEMORY` */
  add({ X: { data }, names, labels = [], notices }: LoadedData): void {
    const needed = this.#filled + data.length;
    if (needed > this.#data.length) {
      const larger = this.#newData(Math.max(needed, 2 * this.#data.length));
      larger.set(this.#data.subarray(0, this.#filled));
      this.#data = larger;
    }
    if (data !== this.#data) this.#data.set(data, this.#filled);
    this.#filled = needed;
    for (const [texts, all] of [
      [names, this.#names],
      [labels, this.#labels],
    ] as const) {
      for (const text of texts) {
        all.push(text);
        this.#textBytes += TEXT_BYTES + text.length;
      }
    }
    this.#notices.push(...notices);
    memoryBudget().require(`the rows of '${this.#first.source.path}'`, 0, this.#heldBytes);
  }

  get all(): LoadedData {
    const { X, labels, ...rest } = this.#first;
    const columns = X.shape[1];
    return {
      ...rest,
      X: { ...X, data: this.#data.subarray(0, this.#filled), shape: [this.#filled / columns, columns] },
      names: this.#names,
      ...(labels && { labels: this.#labels }),
      notices: this.#notices,
    };
  }
}
