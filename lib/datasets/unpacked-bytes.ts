import { type FileHandle, open } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { HandfulError } from '../core/errors.ts';
import { fileError } from '../core/files.ts';

const READ_BYTES = 2 ** 20;

/** Whether a file that begins with these bytes is compressed by gzip, whatever its name says. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The bytes of a file a piece at a time, unpacked if it is compressed by gzip.
 * @param pieceBytes how long a piece may be. Default 1 MiB.
 * @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT` for damaged compressed data; what `signal` aborts with
 */
export async function* unpackedBytes(
  path: string,
  { signal, pieceBytes = READ_BYTES }: { signal?: AbortSignal; pieceBytes?: number } = {},
): AsyncGenerator<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path);
    const { buffer } = await handle.read(new Uint8Array(2), 0, 2, 0);
    signal?.throwIfAborted(); // a stream that is born aborted fails before anybody listens
    const file = handle.createReadStream({ highWaterMark: pieceBytes, start: 0, autoClose: false, signal });
    yield* isGzip(buffer) ? unpacked(file, pieceBytes) : file;
  } catch (error) {
    throw asFileError(path, error);
  } finally {
    await handle?.close();
  }
}

/** The first `count` bytes of a file, unpacked; fewer if there are no more. */
export async function firstUnpackedBytes(path: string, count: number): Promise<Uint8Array> {
  let first = new Uint8Array(0);
  for await (const piece of unpackedBytes(path, { pieceBytes: 2 ** 10 })) {
    first = Buffer.concat([first, piece]);
    if (first.length >= count) break;
  }
  return first.subarray(0, count);
}

function unpacked(file: Readable, pieceBytes: number): Readable {
  const result = new PassThrough({ readableHighWaterMark: pieceBytes });
  // The reader sees what goes wrong, as the error of the stream that it reads.
  pipeline(file, createGunzip({ chunkSize: pieceBytes }), result).catch((error) => result.destroy(error));
  return result;
}

function asFileError(path: string, error: unknown): unknown {
  const { code = '', syscall, message } = error as NodeJS.ErrnoException;
  if (syscall) return fileError(path, 'read', error);
  if (!code.startsWith('Z_')) return error;
  return new HandfulError('ERR_FILE_FORMAT', `The compressed data of '${path}' is damaged: ${message}`, {
    cause: error,
  });
}
