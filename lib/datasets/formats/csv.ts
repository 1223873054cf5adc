import { HandfulError } from '../../core/errors.ts';
import { trimBlanks } from '../label-text.ts';
import { type CsvOptions, csvRecords, isBlank } from './csv-records.ts';
import type { DataSource, FormatOptions, RowChunk } from './data-source.ts';
import {
  hasDecimalComma,
  isIndexName,
  parseNumber,
  planTable,
  RowCollector,
  specialColumns,
  type TableLayout,
} from './table-rows.ts';

/** What is known of a file before its rows are read. */
interface Form {
  path: string;
  reading: CsvOptions;
  /** The columns, each by its header or its number. */
  keys: readonly string[];
  firstLine: number;
  hasHeader: boolean;
}

/**
 * Opens a table of text: fields with commas, semicolons or tabs between, quoted if need be (RFC 4180). The first line is
 * taken for a header if it has a name that is known, a word above a number, or counts 0, 1, 2, … as pandas names
 * columns. Columns that pandas wrote as an index are no features.
 */
export async function openCsv(
  path: string,
  delimiter: string | undefined,
  options: FormatOptions,
): Promise<DataSource> {
  const reading = { delimiter, signal: options.signal };
  const [first, second] = await firstRecords(path, reading);
  if (!first) throw new HandfulError('ERR_FILE_FORMAT', `'${path}' has no line`);
  const names = withoutEmptyEnd(first.fields.map(trimBlanks));
  const counts = options.header === undefined && isCount(names);
  const hasHeader = options.header ?? (counts || isHeader(names, second?.fields, options));
  const keys = hasHeader ? names : first.fields.map((_, i) => String(i));
  const form = { path, reading, keys, firstLine: first.line, hasHeader };
  const index = hasHeader ? await indexPlaces(form, options) : [];
  const layout = planTable(
    keys,
    [],
    options,
    `'${path}'`,
    index.map((place) => keys[place]!),
  );
  return {
    type: 'text',
    shape: [undefined, layout.columns],
    columns: layout.columns,
    ...(hasHeader && { columnNames: layout.columnNames }),
    notices: [
      ...(counts
        ? [`line ${first.line} of '${path}' counts from 0 and is taken for a header, not for a row`]
        : []),
      ...index.map(
        (place) =>
          `column ${place + 1} of '${path}', '${keys[place]}', is an index and is left out of the features`,
      ),
    ],
    chunks: (rows) => chunks(form, layout, rows),
  };
}

/** The first two records that hold something. */
async function firstRecords(path: string, reading: CsvOptions) {
  const start = [];
  for await (const batch of csvRecords(path, reading)) {
    start.push(...batch.filter((record) => !isBlank(record)).slice(0, 2));
    if (start.length >= 2) break;
  }
  return start;
}

async function* chunks(form: Form, layout: TableLayout, rows: number): AsyncGenerator<RowChunk> {
  const { path, keys, firstLine } = form;
  const collector = new RowCollector(layout, rows);
  const needed = 1 + layout.features.reduce((last, { place }) => Math.max(last, place), 0);
  for await (const records of rowRecords(form)) {
    for (const record of records) {
      const fields =
        record.fields.length > keys.length ? withoutEmptyEnd(record.fields, keys.length) : record.fields;
      const place = `'${path}', line ${record.line}`;
      if (fields.length < needed || fields.length > keys.length) {
        throw new HandfulError(
          'ERR_FILE_FORMAT',
          `${place}: expected ${keys.length} fields, as in line ${firstLine}, but there are ${fields.length}`,
        );
      }
      collector.add(fields, place);
      if (collector.isFull) yield collector.take();
    }
  }
  if (!collector.isEmpty) yield collector.take();
}

/** The records that are rows: without the header, and without those that hold nothing. */
async function* rowRecords({ path, reading, firstLine, hasHeader }: Form) {
  for await (const batch of csvRecords(path, reading)) {
    yield batch.filter((record) => !isBlank(record) && !(hasHeader && record.line === firstLine));
  }
}

/** The places of the leading columns that are an index: by their names, and by their distinct whole numbers. */
async function indexPlaces(
  form: Form,
  { columns, nameColumn, labelColumn }: FormatOptions,
): Promise<number[]> {
  const { keys } = form;
  const chosen = [...(columns ?? []), nameColumn, labelColumn];
  const end = keys.findIndex((key) => !isIndexName(key) || chosen.includes(key));
  let places = [...keys.keys()].slice(0, Math.max(end, 0));
  if (places.length === 0) return places;
  const seen = places.map(() => new Set<number>());
  for await (const records of rowRecords(form)) {
    for (const { fields } of records) {
      places = places.filter((place) => {
        const value = parseNumber(fields[place] ?? '');
        if (!Number.isInteger(value) || seen[place]!.has(value)) return false;
        seen[place]!.add(value);
        return true;
      });
    }
    if (places.length === 0) break;
  }
  return places;
}

/** The fields without those at the end that are empty, as spreadsheets add them, but not fewer than `least`. */
function withoutEmptyEnd(fields: readonly string[], least = 1): readonly string[] {
  let length = fields.length;
  while (length > least && fields[length - 1] === '') length--;
  return fields.slice(0, length);
}

/** Whether names are 0, 1, 2, …, as pandas names the columns of an array, after that of an index or not. */
function isCount(names: readonly string[]): boolean {
  const counted = names[0] === '' ? names.slice(1) : names;
  return names.length > 1 && counted.every((name, i) => name === String(i));
}

function isHeader(
  first: readonly string[],
  second: readonly string[] | undefined,
  options: FormatOptions,
): boolean {
  const special = specialColumns(options);
  const isNumber = (text: string | undefined) =>
    text !== undefined && (!Number.isNaN(parseNumber(text)) || hasDecimalComma(text));
  return first.some(
    (field, i) =>
      special.has(field.toLowerCase()) ||
      (field !== '' && !isNumber(field) && (!second || isNumber(second[i]))),
  );
}
