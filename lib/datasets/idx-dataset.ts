import { join } from 'node:path';
import { type Control, controlOptions } from '../backend/run.ts';
import { AbortError, HandfulError, invalidArgument, throwIfAborted } from '../core/errors.ts';
import { boolean, type Check, integer, type OptionTable, parseOptions } from '../core/options.ts';
import { cacheFolder } from './cache-folder.ts';
import type { Dataset, DatasetSource, LabelledImages } from './dataset.ts';
import { download, exists, type RemoteFile } from './download.ts';
import { readIdx } from './idx.ts';
import { sourceFile } from './source-file.ts';

/** Two IDX files that belong together: bytes of `shape`, and one label for each of its rows. */
interface IdxPart {
  images: RemoteFile & { shape: readonly [images: number, rows: number, columns: number] };
  labels: RemoteFile;
}

/** A published dataset of four IDX files, compressed by gzip, and where to find them. */
export interface IdxDatasetDescription {
  name: string;
  /** What messages call it. */
  title: string;
  classNames: readonly string[];
  train: IdxPart;
  test: IdxPart;
  /** Addresses of folders that hold the four files. */
  hosts: readonly string[];
}

/** Where to look for a published dataset. */
export interface FashionMnistOptions extends Control {
  /** A folder that holds the four files, compressed or not. Default: the environment's `HANDFUL_DATA`. */
  dir?: string;
  /** Looked into next, and downloaded into. Default: a folder of the dataset's name in the user's cache folder. */
  cache?: string;
  /** Whether files that are found in neither folder may be downloaded. Default: true. */
  download?: boolean;
  /** Addresses of folders to download from, tried in turn. Default: the places where it is published. */
  hosts?: readonly string[];
  /** Milliseconds without a new byte after which a host is given up. Default: 10,000. */
  stallTimeout?: number;
}

/** The same with defaults filled in. */
interface ResolvedOptions extends Control {
  dir?: string;
  cache: string;
  download: boolean;
  hosts: readonly string[];
  stallTimeout: number;
}

/** Accepts the path of a folder, which need not exist. */
export const folderPath: Check<string> = (value, name) => {
  if (typeof value !== 'string' || value === '') throw invalidArgument(name, 'the path of a folder', value);
  return value;
};

const addresses: Check<readonly string[]> = (value, name) => {
  const isAddress = (host: unknown) =>
    typeof host === 'string' && /^https?:/.test(host) && URL.canParse(host);
  if (!Array.isArray(value) || !value.every(isAddress)) {
    throw invalidArgument(name, 'an array of http or https addresses', value);
  }
  return value;
};

/** Bytes between two reports of progress. */
const PROGRESS_STEP = 2 ** 18;

/**
 * Loads a published dataset from `dir`, else from the cache folder, else downloads it there. The files are decoded
 * concurrently, off the event loop.
 * @param owner the function that messages name
 * @throws HandfulError `ERR_DATASET` where it is neither present nor reachable, telling how to provide it;
 *   `ERR_FILE_FORMAT` where a file is not what it should be; `ERR_INVALID_ARGUMENT`
 * @throws AbortError
 */
export async function loadIdxDataset(
  description: IdxDatasetDescription,
  given: FashionMnistOptions | undefined,
  owner: string,
): Promise<Dataset> {
  const table: OptionTable<ResolvedOptions> = {
    ...controlOptions,
    dir: { check: folderPath, default: process.env.HANDFUL_DATA || undefined },
    cache: { check: folderPath, default: join(cacheFolder(), description.name) },
    download: { check: boolean, default: true },
    hosts: { check: addresses, default: description.hosts },
    stallTimeout: { check: integer(1), default: 10_000 },
  };
  const options = parseOptions(given, table, owner);
  throwIfAborted(options.signal);
  const paths = await obtain(description, options);
  const [train, test] = await Promise.all([
    loadPart(description, description.train, paths),
    loadPart(description, description.test, paths),
  ]);
  throwIfAborted(options.signal);
  const [, height, width] = description.train.images.shape;
  let source: Promise<DatasetSource> | undefined;
  return {
    name: description.name,
    synthetic: false,
    classNames: description.classNames,
    image: { height, width, channels: 1 },
    train,
    test,
    source() {
      source ??= describeFiles([...paths.values()]);
      return source;
    },
  };
}

/** The paths of all four files by their names in the description. */
type Paths = ReadonlyMap<string, string>;

function filesOf({ train, test }: IdxDatasetDescription): RemoteFile[] {
  return [train.images, train.labels, test.images, test.labels];
}

/** The files' paths in the first folder that has them all, downloaded where none has. */
async function obtain(description: IdxDatasetDescription, options: ResolvedOptions): Promise<Paths> {
  const files = filesOf(description);
  const { dir, cache, signal, onProgress } = options;
  const folders = dir ? [dir, cache] : [cache];
  for (const folder of folders) {
    const paths = await findAll(files, folder);
    if (paths) return paths;
  }
  const absent = `${description.title} is not in ${folders.map((folder) => `'${folder}'`).join(' nor in ')}`;
  if (!options.download) throw unavailable(description, `${absent}, and downloading is switched off`, cache);
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  let reported = 0;
  const onBytes = (done: number) => {
    if (done - reported < PROGRESS_STEP && done < total) return;
    reported = done;
    onProgress?.({ phase: 'download', done, total });
  };
  try {
    await download(files, cache, { ...options, signal, onBytes });
  } catch (error) {
    if (error instanceof AbortError || !(error instanceof HandfulError)) throw error;
    throw unavailable(description, `${absent}, and ${error.message}`, cache, error);
  }
  return new Map(files.map(({ name }) => [name, join(cache, name)]));
}

function unavailable(
  description: IdxDatasetDescription,
  reason: string,
  cache: string,
  cause?: unknown,
): HandfulError {
  const names = filesOf(description).map(({ name }) => name);
  const message = [
    `${reason}.`,
    'There are three ways to provide it:',
    `1. put its four files (${names.join(', ')}; unpacked ones without .gz do as well) into a folder and name ` +
      'that folder with --data DIR, or the option dir, or the environment variable HANDFUL_DATA;',
    `2. put them into ${cache};`,
    '3. run again with a network connection, which downloads them to that place and goes on where it stopped.',
  ];
  return new HandfulError('ERR_DATASET', message.join('\n'), { cause });
}

/** The paths of all the files in `folder`, each under its own name or unpacked under it; undefined if one lacks. */
async function findAll(files: readonly RemoteFile[], folder: string): Promise<Paths | undefined> {
  const paths = new Map<string, string>();
  for (const { name } of files) {
    const candidates = [join(folder, name), join(folder, name.replace(/\.gz$/, ''))];
    const present = await Promise.all(candidates.map(exists));
    if (!present.includes(true)) return undefined;
    paths.set(name, candidates[present.indexOf(true)]!);
  }
  return paths;
}

async function loadPart(
  { classNames }: IdxDatasetDescription,
  { images, labels }: IdxPart,
  paths: Paths,
): Promise<LabelledImages> {
  const [count, rows, columns] = images.shape;
  const [pixels, classes] = await Promise.all([
    readBytes(paths.get(images.name)!, images.shape),
    readBytes(paths.get(labels.name)!, [count]),
  ]);
  const wrong = classes.findIndex((label) => label >= classNames.length);
  if (wrong >= 0) {
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `Expected labels from 0 to ${classNames.length - 1} in '${paths.get(labels.name)}' but label ${wrong} is ` +
        `${classes[wrong]}`,
    );
  }
  return { images: { data: pixels, shape: [count, rows * columns], scale: 1 / 255 }, labels: classes };
}

/** The bytes of an IDX file that must have the given shape. */
async function readBytes(path: string, expected: readonly number[]): Promise<Uint8Array> {
  const { data, shape } = await readIdx(path);
  if (!(data instanceof Uint8Array) || shape.join() !== expected.join()) {
    const received = `${shape.join(' x ')} elements of ${data.constructor.name}`;
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `Expected ${expected.join(' x ')} bytes in '${path}' but it holds ${received}`,
    );
  }
  return data;
}

async function describeFiles(paths: readonly string[]): Promise<DatasetSource> {
  return { kind: 'files', files: await Promise.all(paths.map(sourceFile)) };
}
