import { parse } from 'csv-parse/sync';
import { HandfulError } from '../../errors.ts';
import type { DataSource, FormatOptions, RowChunk } from '../data-source.ts';
import { isSpecialColumn, parseNumber, planTable, RowCollector, type TableLayout } from './table-rows.ts';
import { textLines } from './text-lines.ts';

/** The fields of one record. */
export interface CsvRecord {
  fields: string[];
  /** The line that it begins in, from 1. */
  line: number;
}

/** What may stand between fields: of these the one that the first line has most of. */
const DELIMITERS = [',', ';', '\t'];

/**
 * Opens a table of text: fields with commas, semicolons or tabs between, quoted where need be (RFC 4180). The first
 * line is taken for a header where it has a name that is known, or a word above a number.
 * @param delimiter what stands between fields; seen from the first line where left out
 */
export async function openCsv(
  path: string,
  format: 'csv' | 'tsv',
  options: FormatOptions,
): Promise<DataSource> {
  const records = csvRecords(path, format === 'tsv' ? '\t' : undefined);
  const start: CsvRecord[] = [];
  for await (const batch of records) {
    start.push(...batch);
    if (start.length >= 2) break;
  }
  const first = start[0];
  if (!first) throw new HandfulError('ERR_FILE_FORMAT', `'${path}' has no line`);
  const hasHeader = options.header ?? isHeader(first.fields, start[1]?.fields, options);
  const keys = hasHeader ? first.fields : first.fields.map((_, i) => String(i));
  const layout = planTable(keys, [], options, `'${path}'`);
  return {
    format,
    type: 'text',
    shape: [undefined, layout.columns],
    columns: layout.columns,
    ...(hasHeader && { columnNames: layout.columnNames }),
    chunks: (rows) => chunks(path, format, layout, { fields: keys.length, hasHeader, first }, rows),
  };
}

/** What is known of the records of a file. */
interface Form {
  fields: number;
  hasHeader: boolean;
  first: CsvRecord;
}

async function* chunks(
  path: string,
  format: 'csv' | 'tsv',
  layout: TableLayout,
  { fields, hasHeader, first }: Form,
  rows: number,
): AsyncGenerator<RowChunk> {
  const collector = new RowCollector(layout, rows);
  for await (const batch of csvRecords(path, format === 'tsv' ? '\t' : undefined)) {
    for (const record of batch) {
      if (hasHeader && record.line === first.line) continue;
      const place = `'${path}', line ${record.line}`;
      if (record.fields.length !== fields) {
        throw new HandfulError(
          'ERR_FILE_FORMAT',
          `${place}: expected ${fields} fields, as in line ${first.line}, but there are ${record.fields.length}`,
        );
      }
      collector.add(record.fields, place);
      if (collector.isFull) yield collector.take();
    }
  }
  if (!collector.isEmpty) yield collector.take();
}

function isHeader(
  first: readonly string[],
  second: readonly string[] | undefined,
  options: FormatOptions,
): boolean {
  const isNumber = (text: string | undefined) => text !== undefined && !Number.isNaN(parseNumber(text));
  return first.some(
    (field, i) => isSpecialColumn(field, options) || (!isNumber(field) && (!second || isNumber(second[i]))),
  );
}

/**
 * The records of a file, some at a time; empty lines are left out.
 * @throws HandfulError `ERR_FILE`, `ERR_FILE_FORMAT`
 */
export async function* csvRecords(path: string, delimiter?: string): AsyncGenerator<CsvRecord[]> {
  let separator = delimiter;
  /** A record of which only a part has come: a quoted field may span lines. */
  let begun: CsvRecord | undefined;
  for await (const lines of textLines(path)) {
    const records: CsvRecord[] = [];
    for (const { text, number } of lines) {
      if (text === '' && !begun) continue;
      separator ??= commonestDelimiter(text);
      if (!begun && !text.includes('"')) {
        records.push({ fields: text.split(separator), line: number });
        continue;
      }
      const line: number = begun?.line ?? number;
      const whole: string = begun ? `${begun.fields[0]}\n${text}` : text;
      // Quotes come in pairs, within fields too: an odd number of them leaves a field open.
      const isOpen = whole.split('"').length % 2 === 0;
      begun = isOpen ? { fields: [whole], line } : undefined;
      if (!isOpen) records.push({ fields: parseQuoted(whole, separator, `'${path}', line ${line}`), line });
    }
    yield records;
  }
  if (begun) {
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `'${path}', line ${begun.line}: a quote is opened and never closed`,
    );
  }
}

function parseQuoted(text: string, delimiter: string, place: string): string[] {
  try {
    const [fields] = parse(text, { delimiter, relax_column_count: true }) as string[][];
    return fields!;
  } catch (error) {
    throw new HandfulError('ERR_FILE_FORMAT', `${place}: ${(error as Error).message}`, { cause: error });
  }
}

function commonestDelimiter(text: string): string {
  const unquoted = text.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => unquoted.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}
