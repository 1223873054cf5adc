import { CsvError, parse } from 'csv-parse/sync';
import { HandfulError } from '../../core/errors.ts';
import { hasDecimalComma, MAX_COLUMNS, tooManyColumns } from './table-rows.ts';
import { MAX_LINE_LENGTH, textLines } from './text-lines.ts';

/** The fields of one record; a line without a character is a record of one empty field. */
export interface CsvRecord {
  fields: string[];
  /** The line that it begins in, from 1. */
  line: number;
}

/** How a file of records is read. */
export interface CsvOptions {
  /** What stands between fields; seen from the first line if left out. */
  delimiter?: string;
  signal?: AbortSignal;
}

/** What may stand between fields: of these the one that the first line has most of. */
const DELIMITERS = [',', ';', '\t'];

/** Whether a record holds nothing, as spreadsheets write a row whose cells were cleared. */
export function isBlank({ fields }: CsvRecord): boolean {
  return fields.every((field) => field === '');
}

/**
 * The records of a file, some at a time (RFC 4180). A first line `sep=;`, as Excel understands it, states the delimiter.
 * @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT`, naming the line; AbortError
 */
export async function* csvRecords(
  path: string,
  { delimiter, signal }: CsvOptions = {},
): AsyncGenerator<CsvRecord[]> {
  let separator = delimiter;
  /** A record of which only a part has come, because a quoted field spans lines. */
  let begun: OpenRecord | undefined;
  for await (const lines of textLines(path, signal)) {
    const records: CsvRecord[] = [];
    for (const { text, number, end } of lines) {
      const stated = number === 1 ? /^"?sep=(.)"?$/i.exec(text)?.[1] : undefined;
      if (stated) {
        separator = stated;
        continue;
      }
      separator ??= text === '' ? undefined : delimiterOf(text);
      if (!begun && !text.includes('"')) {
        records.push({ fields: fieldsOf(text, separator ?? ',', path, number), line: number });
        continue;
      }
      begun ??= new OpenRecord(path, separator!, number);
      begun.add(text, number);
      if (begun.isOpen) begun.add(end, number);
      else {
        records.push(begun.close());
        begun = undefined;
      }
    }
    yield records;
  }
  if (begun) throw formatError(path, begun.fieldLine, 'a quote is opened and never closed');
}

function fieldsOf(text: string, separator: string, path: string, line: number): string[] {
  const fields = text.split(separator, MAX_COLUMNS + 2);
  if (fields.length > MAX_COLUMNS + 1) throw tooManyColumns(`'${path}', line ${line}`, MAX_COLUMNS + 1);
  return fields;
}

/** A record with quotes, whose lines come one after the other: each is looked through once. */
class OpenRecord {
  readonly #path: string;
  readonly #delimiter: string;
  readonly #line: number;
  readonly #parts: string[] = [];
  #length = 0;
  #fields = 1;
  /** The line in which the field with the last quotes began. */
  fieldLine: number;
  /** Whether a quoted field goes on in the next line. */
  isOpen = false;

  constructor(path: string, delimiter: string, line: number) {
    this.#path = path;
    this.#delimiter = delimiter;
    this.#line = line;
    this.fieldLine = line;
  }

  /** @throws HandfulError `ERR_FILE_FORMAT` for a quote where none can be, as soon as it comes */
  add(text: string, line: number): void {
    let from = 0;
    for (let quote = text.indexOf('"'); quote >= 0; quote = text.indexOf('"', from)) {
      if (!this.isOpen) {
        if (quote > 0 && text[quote - 1] !== this.#delimiter) throw strayQuote(this.#path, line);
        this.#countFields(text, from, quote);
        this.isOpen = true;
        this.fieldLine = line;
      } else if (text[quote + 1] === '"') quote++;
      else this.isOpen = false;
      from = quote + 1;
    }
    if (!this.isOpen) this.#countFields(text, from, text.length);
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length > MAX_LINE_LENGTH) {
      throw formatError(
        this.#path,
        this.fieldLine,
        `a quote is opened and not closed within ${MAX_LINE_LENGTH} characters`,
      );
    }
  }

  #countFields(text: string, from: number, to: number): void {
    for (
      let at = text.indexOf(this.#delimiter, from);
      at >= 0 && at < to;
      at = text.indexOf(this.#delimiter, at + 1)
    ) {
      if (++this.#fields > MAX_COLUMNS + 1)
        throw tooManyColumns(`'${this.#path}', line ${this.#line}`, this.#fields);
    }
  }

  close(): CsvRecord {
    try {
      const options = { delimiter: this.#delimiter, relax_column_count: true };
      const [fields] = parse(this.#parts.join(''), options) as string[][];
      return { fields: fields!, line: this.#line };
    } catch (error) {
      if (error instanceof CsvError) throw strayQuote(this.#path, this.fieldLine, error);
      throw error;
    }
  }
}

function strayQuote(path: string, line: number, cause?: unknown): HandfulError {
  return formatError(
    path,
    line,
    'a field has a quote but is not quoted as a whole: put the field in quotes, and write each quote in it twice',
    cause,
  );
}

function formatError(path: string, line: number, message: string, cause?: unknown): HandfulError {
  return new HandfulError('ERR_FILE_FORMAT', `'${path}', line ${line}: ${message}`, { cause });
}

/** A delimiter other than the comma is seen by numbers with decimal commas between, however many these are. */
function delimiterOf(text: string): string {
  const unquoted = text.replace(/"[^"]*"/g, '');
  const parts = DELIMITERS.map((delimiter) => unquoted.split(delimiter, MAX_COLUMNS + 2));
  const around = parts.findIndex(
    (fields, i) =>
      i > 0 &&
      fields.length > 1 &&
      fields.some(hasDecimalComma) &&
      fields.every((field) => !field.includes(',') || hasDecimalComma(field)),
  );
  const counts = parts.map((fields) => fields.length);
  return DELIMITERS[around > 0 ? around : counts.indexOf(Math.max(...counts))]!;
}
