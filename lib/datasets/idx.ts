import { Buffer, constants } from 'node:buffer';
import { constants as fileConstants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { endianness } from 'node:os';
import { promisify } from 'node:util';
import { createGunzip, type Gunzip, gunzip, gzip } from 'node:zlib';
import { HandfulError, invalidArgument } from '../core/errors.ts';
import { checkPath, fileError, notPlain, writeWholeFile } from '../core/files.ts';
import { allocate } from '../core/memory.ts';
import { isGzip } from './unpacked-bytes.ts';

/** The elements of an IDX array; which of these it is, is its type in the file. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** What an IDX file holds: an array of any number of dimensions, the last one running fastest. */
export interface IdxArray {
  data: IdxData;
  /** Lengths of the 1 to 255 dimensions, each from 0 to 2^32 - 1; their product is `data.length`. */
  shape: number[];
}

type IdxDataConstructor = { new (buffer: ArrayBuffer): IdxData; BYTES_PER_ELEMENT: number };

/** The third byte of the magic number says the type of the elements. */
const TYPES: ReadonlyMap<number, IdxDataConstructor> = new Map<number, IdxDataConstructor>([
  [0x08, Uint8Array],
  [0x09, Int8Array],
  [0x0b, Int16Array],
  [0x0c, Int32Array],
  [0x0d, Float32Array],
  [0x0e, Float64Array],
]);

const MAX_DIMENSIONS = 255;
const MAX_HEADER_BYTES = 4 + 4 * MAX_DIMENSIONS;

/** What a header claims. */
interface IdxHeader {
  type: IdxDataConstructor;
  shape: number[];
  /** Bytes of the header itself. */
  headerBytes: number;
  /** Bytes of the header and all elements. */
  totalBytes: number;
}

/**
 * Reads an IDX file, the format of MNIST and its kin: `{ data, shape }` in the element type of the file, in this
 * machine's byte order. Whether the file is compressed by gzip is seen from its first bytes, not from its name.
 * What the header claims is checked against the size of the file before memory is taken for it.
 * @throws HandfulError `ERR_FILE_FORMAT` for anything but exactly one IDX array: a wrong magic number, impossible
 *   dimensions, missing or trailing bytes, a damaged compressed stream; `ERR_FILE` where it can't be read;
 *   `ERR_INVALID_ARGUMENT`
 */
export async function readIdx(path: string): Promise<IdxArray> {
  checkPath(path);
  let file: FileHandle;
  try {
    // Without blocking: a pipe that nothing writes to would hold up a thread of the file pool for ever.
    file = await open(path, fileConstants.O_RDONLY | (fileConstants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw fileError(path, 'read', error);
  }
  try {
    const status = await file.stat();
    if (!status.isFile()) throw notPlain(path);
    const start = await readBytes(file, Math.min(status.size, MAX_HEADER_BYTES));
    if (isGzip(start)) return await parseGzippedIdx(await readBytes(file, status.size), path);
    checkSize(parseHeader(start, path), status.size, path);
    return parseIdx(await readBytes(file, status.size), path);
  } catch (error) {
    throw fileError(path, 'read', error);
  } finally {
    await file.close();
  }
}

/** The first `count` bytes of a file, or all where it has fewer. */
async function readBytes(file: FileHandle, count: number): Promise<Uint8Array> {
  const bytes = allocate(Uint8Array, count, 'the bytes of the file');
  let filled = 0;
  while (filled < count) {
    const { bytesRead } = await file.read(bytes, filled, count - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/**
 * The array that uncompressed IDX bytes hold. Bytes (`Uint8Array`, `Int8Array`) are a view of `bytes`, without a
 * copy; wider elements are converted from the file's big-endian order.
 * @param name what an error message calls the bytes
 * @throws HandfulError `ERR_FILE_FORMAT`
 */
export function parseIdx(bytes: Uint8Array, name = 'the IDX bytes'): IdxArray {
  const header = parseHeader(bytes, name);
  checkSize(header, bytes.length, name);
  const { type, shape, headerBytes, totalBytes } = header;
  if (type.BYTES_PER_ELEMENT === 1) {
    const View = type as unknown as typeof Uint8Array;
    return { data: new View(bytes.buffer, bytes.byteOffset + headerBytes, totalBytes - headerBytes), shape };
  }
  const elements = allocate(Uint8Array, totalBytes - headerBytes, `the elements of ${name}`);
  elements.set(bytes.subarray(headerBytes));
  swapBigEndian(elements, type.BYTES_PER_ELEMENT);
  return { data: new type(elements.buffer), shape };
}

/** Turns big-endian elements into this machine's order, or back, in place. */
function swapBigEndian(elements: Uint8Array, width: number): void {
  if (width === 1 || endianness() === 'BE') return;
  const buffer = Buffer.from(elements.buffer, elements.byteOffset, elements.length);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else buffer.swap64();
}

function parseHeader(bytes: Uint8Array, name: string): IdxHeader {
  const type = TYPES.get(bytes[2]!);
  const dimensions = bytes[3]!;
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || !type || dimensions === 0) {
    const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw formatError(
      name,
      `expected an IDX magic number (00 00, a type from 08 to 0e, the number of dimensions) but it starts with ` +
        `${magic || 'nothing'}`,
    );
  }
  const headerBytes = 4 + 4 * dimensions;
  if (bytes.length < headerBytes) {
    throw formatError(name, `it ends within the header, after ${bytes.length} of ${headerBytes} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const totalBytes = headerBytes + product(shape) * type.BYTES_PER_ELEMENT;
  if (totalBytes > constants.MAX_LENGTH) {
    throw formatError(name, `its dimensions ${shape.join(' x ')} are impossible: no array can be that large`);
  }
  return { type, shape, headerBytes, totalBytes };
}

function checkSize({ shape, headerBytes, totalBytes }: IdxHeader, size: number, name: string): void {
  if (size === totalBytes) return;
  const claim = `its dimensions ${shape.join(' x ')} make ${totalBytes} bytes with the header of ${headerBytes}`;
  throw formatError(
    name,
    size < totalBytes
      ? `${claim}, but it has only ${size}: it is cut short, or its dimensions are impossible`
      : `${claim}, but it has ${size}: ${size - totalBytes} trailing bytes`,
  );
}

/** Deflate can't pack more than this many bytes into one: 258 of them into 2 bits. */
const MAX_DEFLATE_RATIO = 1032;

/** Memory taken at once for what is being unpacked, as a multiple of the packed size; beyond it grows by need. */
const CREDIBLE_RATIO = 16;

async function parseGzippedIdx(packed: Uint8Array, name: string): Promise<IdxArray> {
  const header = parseHeader(await unpackStart(packed, name), name);
  const { shape, totalBytes } = header;
  if (totalBytes > packed.length * MAX_DEFLATE_RATIO) {
    throw formatError(
      name,
      `its dimensions ${shape.join(' x ')} are impossible: ${packed.length} compressed bytes can't hold ` +
        `${totalBytes}`,
    );
  }
  return parseIdx(await unpack(packed, totalBytes, name), name);
}

/** The first bytes of a compressed stream, enough for any header, unpacking no more than a few kilobytes. */
async function unpackStart(packed: Uint8Array, name: string): Promise<Uint8Array> {
  const stream = createGunzip({ chunkSize: MAX_HEADER_BYTES });
  stream.end(packed);
  try {
    for await (const chunk of stream) return chunk;
  } catch (error) {
    throw formatError(name, `its compressed data is damaged: ${(error as Error).message}`, error);
  }
  return new Uint8Array(0);
}

/** Unpacks a compressed stream that must hold exactly `size` bytes, in one call off the event loop. */
function unpack(packed: Uint8Array, size: number, name: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const options = {
      // One byte more than expected, so that the right amount never fills the chunk and asks for another; at
      // least a pool's size, so that the result has its buffer for itself.
      chunkSize: Math.max(Buffer.poolSize, Math.min(size + 1, packed.length * CREDIBLE_RATIO)),
      maxOutputLength: size,
      info: true,
    };
    gunzip(packed, options, (error, result) => {
      if (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        const reason =
          code === 'ERR_BUFFER_TOO_LARGE'
            ? `trailing bytes: it unpacks to more than the ${size} bytes that its dimensions make`
            : `its compressed data is damaged or cut short: ${message}`;
        return reject(formatError(name, reason, error));
      }
      // With `info` the types still say Buffer, while the result is the buffer and the stream that made it.
      const { buffer, engine } = result as unknown as { buffer: Buffer; engine: Gunzip };
      const rest = packed.length - engine.bytesWritten;
      if (rest > 0) return reject(formatError(name, `${rest} trailing bytes after the compressed data`));
      resolve(buffer);
    });
  });
}

/**
 * Writes an IDX file; where `path` ends in `.gz`, compressed by gzip. The type of the elements is that of `data`.
 * The file appears whole or not at all (`writeWholeFile`).
 * @throws HandfulError `ERR_INVALID_ARGUMENT`; `ERR_FILE` where it can't be written
 */
export async function writeIdx(path: string, array: IdxArray): Promise<void> {
  checkPath(path);
  const bytes = formatIdx(array);
  await writeWholeFile(path, /\.gz$/i.test(path) ? await promisify(gzip)(bytes) : bytes);
}

/**
 * The uncompressed bytes of an IDX file that holds the array.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function formatIdx(array: IdxArray): Uint8Array {
  const { data, shape } = array ?? {};
  const type = [...TYPES].find(([, elements]) => data instanceof elements);
  if (!type) {
    throw invalidArgument('data', 'a Uint8Array or an Int8, Int16, Int32, Float32 or Float64 array', data);
  }
  if (!Array.isArray(shape) || shape.length < 1 || shape.length > MAX_DIMENSIONS) {
    throw invalidArgument('shape', `an array of 1 to ${MAX_DIMENSIONS} lengths`, shape);
  }
  shape.forEach((length, i) => {
    if (!Number.isInteger(length) || length < 0 || length >= 2 ** 32) {
      throw invalidArgument(`shape[${i}]`, 'a whole number from 0 to 4294967295', length);
    }
  });
  if (product(shape) !== data.length) {
    throw invalidArgument(
      'data',
      `${shape.join(' x ')} = ${product(shape)} elements, as the shape says`,
      data,
    );
  }
  const [code, { BYTES_PER_ELEMENT: width }] = type;
  const headerBytes = 4 + 4 * shape.length;
  const bytes = new Uint8Array(headerBytes + data.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, code, shape.length]);
  shape.forEach((length, i) => {
    view.setUint32(4 + 4 * i, length);
  });
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), headerBytes);
  swapBigEndian(bytes.subarray(headerBytes), width);
  return bytes;
}

function product(shape: readonly number[]): number {
  // A length of 0 decides, whatever overflows beside it.
  return shape.includes(0) ? 0 : shape.reduce((total, length) => total * length, 1);
}

function formatError(name: string, reason: string, cause?: unknown): HandfulError {
  return new HandfulError('ERR_FILE_FORMAT', `${name} is not a valid IDX file: ${reason}`, { cause });
}
