import * as zlib from 'node:zlib';
import { type Entry, open, type ZipFile } from 'yauzl';
import { HandfulError } from '../../core/errors.ts';
import { fileError } from '../../core/files.ts';
import type { DataSource, RowChunk } from './data-source.ts';
import { npySource } from './npy.ts';
import { shortList } from './table-rows.ts';

const ENDING = '.npy';

/** Deflate packs no more bytes into one. */
const MAX_RATIO = 1032;

/**
 * Opens one of the arrays that NumPy's `savez` or `savez_compressed` has put into a file.
 * @param array its name; the only one where left out, or else the one called `X` or `x`
 */
export async function openNpz(path: string, array: string | undefined): Promise<DataSource> {
  let zip: ZipFile | undefined;
  try {
    zip = await openZip(path);
    const entries = await entriesOf(zip);
    const entry = chooseEntry(entries, array, path);
    const name = `the array '${nameOf(entry)}' in '${path}'`;
    requireHonestSize(entry, name);
    const stream = checkedStream(await openEntry(zip, entry), entry, name);
    const source = await npySource(stream, entry.uncompressedSize, name);
    const opened = zip;
    return { ...source, chunks: (rows) => closing(source.chunks(rows), opened, path) };
  } catch (error) {
    zip?.close();
    throw asFormatError(path, error);
  }
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

function entriesOf(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', reject);
    zip.readEntry();
  });
}

function openEntry(zip: ZipFile, entry: Entry): Promise<AsyncIterable<Uint8Array>> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}

function nameOf(entry: Entry): string {
  return entry.fileName.endsWith(ENDING) ? entry.fileName.slice(0, -ENDING.length) : entry.fileName;
}

function chooseEntry(entries: readonly Entry[], array: string | undefined, path: string): Entry {
  const names = entries.map(nameOf);
  const list = names.length > 0 ? `it has ${shortList(names)}` : 'it has none';
  const place =
    array !== undefined
      ? names.indexOf(array)
      : names.length === 1
        ? 0
        : names.findIndex((name) => name === 'X' || name === 'x');
  if (place >= 0) return entries[place]!;
  throw new HandfulError(
    names.length > 0 ? 'ERR_INVALID_ARGUMENT' : 'ERR_FILE_FORMAT',
    array !== undefined
      ? `'${path}' has no array '${array}': ${list}`
      : `Expected the name of an array of '${path}': ${list}`,
  );
}

/** Refuses a size that the compressed bytes can't unpack to, before memory is taken for it. */
function requireHonestSize({ compressedSize, uncompressedSize }: Entry, name: string): void {
  if (uncompressedSize <= MAX_RATIO * compressedSize) return;
  throw new HandfulError(
    'ERR_FILE_FORMAT',
    `${name} is damaged: ${compressedSize} compressed bytes can't hold ${uncompressedSize}`,
  );
}

/** The same bytes, with their checksum compared at the end: what is stored uncompressed has no other guard. */
async function* checkedStream(
  stream: AsyncIterable<Uint8Array>,
  entry: Entry,
  name: string,
): AsyncGenerator<Uint8Array> {
  // Node has it from 20.15 on.
  const crc32 = (zlib as { crc32?: typeof zlib.crc32 }).crc32;
  let sum = 0;
  for await (const chunk of stream) {
    if (crc32) sum = crc32(chunk, sum);
    yield chunk;
  }
  if (crc32 && sum !== entry.crc32) {
    throw new HandfulError('ERR_FILE_FORMAT', `${name} is damaged: its checksum does not agree`);
  }
}

async function* closing(
  chunks: AsyncGenerator<RowChunk>,
  zip: ZipFile,
  path: string,
): AsyncGenerator<RowChunk> {
  try {
    yield* chunks;
  } catch (error) {
    throw asFormatError(path, error);
  } finally {
    zip.close();
  }
}

/** What yauzl and zlib throw tells of a damaged file, unless the system did not let them read it. */
function asFormatError(path: string, error: unknown): HandfulError {
  if (error instanceof HandfulError) return error;
  if ((error as NodeJS.ErrnoException).syscall) return fileError(path, 'read', error);
  return new HandfulError(
    'ERR_FILE_FORMAT',
    `'${path}' is not a valid NPZ file: ${(error as Error).message}`,
    {
      cause: error,
    },
  );
}
