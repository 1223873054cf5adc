import { createReadStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { HandfulError } from '../../errors.ts';
import { fileError } from '../../files.ts';

const READ_BYTES = 2 ** 20;

/** A line of a text file. */
export interface Line {
  text: string;
  /** From 1. */
  number: number;
}

/**
 * The lines of a text file in UTF-8, as many at a time as a piece of the file has; where the file's name ends in
 * `.gz`, it is unpacked. Without their ends, which may be those of Unix or of Windows.
 * @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT` where it is no such text
 */
export async function* textLines(path: string): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let number = 0;
  const linesOf = (text: string, last: boolean): Line[] => {
    const parts = (rest + text).split('\n');
    rest = last ? '' : parts.pop()!;
    return parts.map((part) => ({ text: part.endsWith('\r') ? part.slice(0, -1) : part, number: ++number }));
  };
  try {
    for await (const bytes of bytesOf(path)) yield linesOf(decoder.decode(bytes, { stream: true }), false);
    rest += decoder.decode();
    if (rest !== '') yield linesOf('', true);
  } catch (error) {
    throw asFormatError(path, error, number);
  }
}

function bytesOf(path: string): Readable {
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  if (!path.endsWith('.gz')) return file;
  const unpacked = new PassThrough();
  // The reader sees what goes wrong, as the error of the stream that it reads.
  pipeline(file, createGunzip(), unpacked).catch((error) => unpacked.destroy(error));
  return unpacked;
}

function asFormatError(path: string, error: unknown, lines: number): unknown {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (syscall) return fileError(path, 'read', error);
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return new HandfulError(
      'ERR_FILE_FORMAT',
      `'${path}' is no text in UTF-8, somewhere after line ${lines}`,
      {
        cause: error,
      },
    );
  }
  if (code.startsWith('Z_')) {
    return new HandfulError(
      'ERR_FILE_FORMAT',
      `The compressed data of '${path}' is damaged: ${(error as Error).message}`,
      { cause: error },
    );
  }
  return error;
}
