import { HandfulError, throwIfAborted } from '../../core/errors.ts';
import { unpackedBytes } from '../unpacked-bytes.ts';

/** Characters that a line, or a record of several lines, may have: a file without line ends must not fill memory. */
export const MAX_LINE_LENGTH = 2 ** 26;

/** A line of a text file. */
export interface Line {
  text: string;
  /** From 1. */
  number: number;
  /** What ends it: `\n`, `\r\n`, `\r\r\n` or `\r`; empty at the end of the file. */
  end: string;
}

/**
 * The lines of a text file, as many at a time as a piece of the file has. The text is UTF-8, or UTF-16 if it begins
 * with a byte order mark; a file that begins as gzip does is unpacked.
 * @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT` for other text and for a line beyond {@link MAX_LINE_LENGTH};
 *   AbortError
 */
export async function* textLines(path: string, signal?: AbortSignal): AsyncGenerator<Line[]> {
  const splitter = new LineSplitter(path);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  try {
    for await (const bytes of atLeastTwo(unpackedBytes(path, { signal }))) {
      decoder ??= decoderOf(bytes);
      yield splitter.add(decoder.decode(bytes, { stream: true }));
    }
    if (decoder) yield splitter.end(decoder.decode());
  } catch (error) {
    throwIfAborted(signal);
    throw asFormatError(path, error, splitter.lines);
  }
}

/** Cuts text that comes in pieces into lines. Each character is looked at once, however long a line is. */
class LineSplitter {
  readonly #path: string;
  /** The line that has begun: what came of it so far. */
  #parts: string[] = [];
  #length = 0;
  /** Carriage returns at the end of a piece: they may belong to an end of line that goes on in the next. */
  #held = '';
  /** Lines that have ended. */
  lines = 0;

  constructor(path: string) {
    this.#path = path;
  }

  add(piece: string): Line[] {
    const text = this.#held + piece;
    this.#held = /\r{0,2}$/.exec(text.slice(-2))![0];
    return this.#split(text.slice(0, text.length - this.#held.length));
  }

  /** The last lines. */
  end(piece: string): Line[] {
    const lines = this.#split(this.#held + piece);
    return this.#length > 0 ? [...lines, this.#line('')] : lines;
  }

  #split(text: string): Line[] {
    const lines: Line[] = [];
    const ends = /\r{0,2}\n|\r/g;
    let from = 0;
    for (let match = ends.exec(text); match; match = ends.exec(text)) {
      this.#take(text.slice(from, match.index));
      lines.push(this.#line(match[0]));
      from = ends.lastIndex;
    }
    this.#take(text.slice(from));
    return lines;
  }

  #take(part: string): void {
    if (part === '') return;
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length > MAX_LINE_LENGTH) {
      throw new HandfulError(
        'ERR_FILE_FORMAT',
        `'${this.#path}', line ${this.lines + 1}: expected a line of at most ${MAX_LINE_LENGTH} characters but it goes on`,
      );
    }
  }

  #line(end: string): Line {
    const line = { text: this.#parts.join(''), number: ++this.lines, end };
    this.#parts = [];
    this.#length = 0;
    return line;
  }
}

/** Reads the encoding that a byte order mark states; the decoder leaves the mark out. */
function decoderOf(bytes: Uint8Array): InstanceType<typeof TextDecoder> {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  return new TextDecoder(encoding, { fatal: true });
}

/** The same bytes, of which the first piece has two or more if there are as many: a byte order mark is whole. */
async function* atLeastTwo(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first: Uint8Array | undefined;
  for await (const piece of pieces) {
    const bytes: Uint8Array = first ? Buffer.concat([first, piece]) : piece;
    first = bytes.length < 2 ? bytes : undefined;
    if (!first) yield bytes;
  }
  if (first) yield first;
}

function asFormatError(path: string, error: unknown, lines: number): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') return error;
  return new HandfulError(
    'ERR_FILE_FORMAT',
    `'${path}' is no text in UTF-8, or in UTF-16 with a byte order mark, somewhere after line ${lines}: ` +
      'save it as UTF-8',
    { cause: error },
  );
}
