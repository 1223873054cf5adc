import { parse } from 'csv-parse/sync';
import { describe, HandfulError } from '../core/errors.ts';
import { formatCsvLine } from '../report/kit/csv.ts';

/** What was said of a row. */
export interface LabelEntry {
  row: number;
  /** What the row is called. */
  file: string;
  /** Its class; `''` if it has none, or has none any more. */
  label: string;
  /** How that came about; see {@link LABEL_NOTES}. */
  note: LabelNote;
  /** When, in milliseconds since 1970: entries of one action have the same time. */
  time: number;
}

/** A label given to the row itself, given to a whole cluster, none given for a reason, or one taken back. */
const LABEL_NOTES = ['', 'cluster', 'mixed', 'skipped', 'not sure', 'undone'] as const;

export type LabelNote = (typeof LABEL_NOTES)[number];

const COLUMNS = ['row', 'file', 'label', 'note', 'time'];

export const LABELS_HEADER = Buffer.from(formatCsvLine(COLUMNS));

/** More bytes than the header has in any form: with a byte order mark, quotes and `\r\n`. */
export const MAX_HEADER_BYTES = 100;

/** An entry as a line of the file. */
export function formatEntry({ row, file, label, note, time }: LabelEntry): string {
  return inUtf8(formatCsvLine([row, file, label, note, new Date(time).toISOString()]));
}

/** The text as a file gives it back: halves of a surrogate pair, which UTF-8 has no bytes for, become U+FFFD. */
function inUtf8(text: string): string {
  return Buffer.from(text).toString();
}

/**
 * Bytes of the header with its end of line; 0 if the file ends before that.
 * @param start the first {@link MAX_HEADER_BYTES} of a file that is not empty, or all of it
 * @throws HandfulError `ERR_FILE_FORMAT` for another first line
 */
export function headerLength(start: Buffer, path: string): number {
  const end = start.indexOf('\n') + 1;
  const line = start.toString('utf8', 0, end || start.length).replace(/^\uFEFF/, '');
  if (line.replaceAll('"', '').trimEnd() === COLUMNS.join()) return end;
  throw new HandfulError(
    'ERR_FILE_FORMAT',
    `Expected '${path}' to be a file that handful label began, with the first line ${COLUMNS.join()}, but it begins ` +
      `with ${describe(line.trimEnd())}: nothing was changed; give --labels another file`,
  );
}

const [LINE_FEED, QUOTE] = Buffer.from('\n"');

/** Bytes of the whole lines that the bytes begin with. A line break between quotes ends none. */
export function wholeLinesLength(bytes: Buffer): number {
  let end = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === QUOTE) quoted = !quoted;
    else if (bytes[i] === LINE_FEED && !quoted) end = i + 1;
  }
  return end;
}

/**
 * The entries of whole lines.
 * @param text what follows the header, or any line
 * @param linesBefore lines of the file before the text
 * @throws HandfulError `ERR_FILE_FORMAT`, naming the line
 */
export function parseEntries(text: string, path: string, linesBefore: number): LabelEntry[] {
  return recordsOf(text, path, linesBefore).map(({ record, info }) => {
    const entry = entryOf(record);
    if (entry) return entry;
    throw damaged(path, linesBefore + info.lines, `there is ${describe(record.join())}`);
  });
}

interface CsvParseRecord {
  record: string[];
  info: { lines: number };
}

function recordsOf(text: string, path: string, linesBefore: number): CsvParseRecord[] {
  try {
    return parse(text, {
      relaxColumnCount: true,
      skipEmptyLines: true,
      recordDelimiter: ['\r\n', '\n'],
      info: true,
    }) as unknown as CsvParseRecord[];
  } catch (error) {
    const { message, lines = 1 } = error as Error & { lines?: number };
    throw damaged(path, linesBefore + lines, message);
  }
}

function damaged(path: string, line: number, what: string): HandfulError {
  return new HandfulError(
    'ERR_FILE_FORMAT',
    `Expected line ${line} of '${path}' to be one that handful label wrote but ${what}: mend or remove that line`,
  );
}

function entryOf(fields: readonly string[]): LabelEntry | undefined {
  const [row = '', file = '', label = '', note = '', time = ''] = fields;
  const entry = { row: Number(row), file, label, note: note as LabelNote, time: Date.parse(time) };
  const known = fields.length === COLUMNS.length && LABEL_NOTES.includes(entry.note);
  return known && /^\d+$/.test(row) && !Number.isNaN(entry.time) ? entry : undefined;
}

/** A field with its end, and one that may lack it. */
const FIELD = '(?:"[^"]*(?:""[^"]*)*"|[^",\\r\\n]*)';
const CUT_FIELD = '(?:"[^"]*(?:""[^"]*)*"?|[^",\\r\\n]*)';

/** What is left of a line of which only the beginning was written. */
const TORN_LINE = new RegExp(
  `^\\d+(?:,${CUT_FIELD}|,${FIELD},${CUT_FIELD}|,${FIELD},${FIELD},[a-z ]*(?:,[-+\\dT:.Z]*)?)?$`,
);

/** A line that lacks nothing but its end. */
const WHOLE_LINE = new RegExp(`^\\d+,${FIELD},${FIELD},[a-z ]*,[-+\\dT:]+\\.\\d{3}Z$`);

/**
 * What stands at the end of a file that has no end of line: a line that lacks nothing else, or a part of one.
 * @throws HandfulError `ERR_FILE_FORMAT` if handful can't have written it
 */
export function kindOfTail(tail: Buffer, path: string, linesBefore: number): 'whole' | 'torn' {
  if (linesBefore === 0) return 'whole'; // the header
  const line = tail.toString().replace(/\r$/, '');
  if (WHOLE_LINE.test(line)) {
    parseEntries(line, path, linesBefore);
    return 'whole';
  }
  // After a power cut a file may have its new length, and zeros in place of what was written.
  const part = line.replace(/\0+$/, '');
  if (part === '' || TORN_LINE.test(part)) return 'torn';
  throw damaged(path, linesBefore + 1, `there is ${describe(line)}`);
}

/**
 * Refuses labels of other data, as `loadLabels` does.
 * @param names what the rows are called
 * @throws HandfulError `ERR_FILE_FORMAT`
 */
export function checkNames(entries: readonly LabelEntry[], names: readonly string[], path: string): void {
  for (const { row, file } of entries) {
    const name = names[row];
    if (name !== undefined && inUtf8(name) === file) continue;
    const known =
      name === undefined ? `the data has ${names.length} rows` : `the data calls it ${describe(name)}`;
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `'${path}' has a label of row ${row}, ${describe(file)}, but ${known}: the labels are those of other data; ` +
        'give --labels another file',
    );
  }
}
