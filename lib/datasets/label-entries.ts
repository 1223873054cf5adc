import { HandfulError } from '../core/errors.ts';
import { type CsvRecord, csvRecords, isBlank } from './formats/csv-records.ts';
import { JsonLine } from './formats/json-line.ts';
import { readNpyLabels } from './formats/npy.ts';
import { textOfNumber } from './formats/number-text.ts';
import { ColumnNames, isIndexName, LABEL_COLUMN, NAME_COLUMNS, textOf } from './formats/table-rows.ts';
import { textLines } from './formats/text-lines.ts';
import type { RowTexts, TextColumns } from './formats/typed-table.ts';
import { readIdx } from './idx.ts';
import { trimBlanks } from './label-text.ts';
import { requireFetched } from './lfs-pointer.ts';
import { formatOf } from './load-data.ts';
import { openTableTexts, type ReadControl } from './table-reader.ts';

/** A label in a file, and the row that it is of: by its number, its name or both; by its place if neither is told. */
export interface LabelEntry {
  row: string | undefined;
  name: string | undefined;
  /** Without blanks around; `''` for none. */
  label: string;
  /** Whether its line holds nothing at all. */
  blank: boolean;
  place: string;
}

/** What a file of labels says. */
export interface LabelEntries {
  entries: AsyncIterable<LabelEntry> | Iterable<LabelEntry>;
  /** Whether rows are told; else there is an entry for each row. */
  tellsRows: boolean;
  /** Whether it is a history that `handful label` wrote, in which what comes last of a row counts. */
  isHistory: boolean;
  notices: string[];
}

/** The columns of a file of labels, each the first of some that is there. */
export interface LabelColumns extends ReadControl {
  label: readonly string[];
  name: readonly string[];
}

/** The columns of the file that the labelling page writes. */
const HISTORY_COLUMNS = 'row,file,label,note,time';

/** What Prodigy writes of a label that is none. */
const NO_ANSWERS = ['reject', 'ignore'];

/** @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT`, naming the line */
export async function labelEntries(path: string, columns: LabelColumns): Promise<LabelEntries> {
  const format = await formatOf(path);
  await requireFetched(path);
  if (format === 'csv' || format === 'tsv') return tableEntries(path, format, columns);
  if (format === 'jsonl') return jsonEntries(path, columns);
  if (format === 'npy') return listEntries(path, await readNpyLabels(path));
  if (format === 'idx') return listEntries(path, await idxList(path));
  if (format === 'parquet' || format === 'arrow') return typedEntries(path, format, columns);
  throw new HandfulError(
    'ERR_FILE_FORMAT',
    `'${path}' can't hold labels: expected a file of CSV, TSV, JSON lines, Parquet, Arrow, IDX or NPY`,
  );
}

/** The columns that are looked for, if some may be chosen. */
export function labelColumns(
  nameColumn: string | undefined,
  labelColumn: string | undefined,
): Pick<LabelColumns, 'label' | 'name'> {
  return {
    label: labelColumn === undefined ? [LABEL_COLUMN] : [labelColumn],
    name: nameColumn === undefined ? NAME_COLUMNS : [nameColumn],
  };
}

async function tableEntries(
  path: string,
  format: 'csv' | 'tsv',
  columns: LabelColumns,
): Promise<LabelEntries> {
  const batches = csvRecords(path, {
    delimiter: format === 'tsv' ? '\t' : undefined,
    signal: columns.signal,
  });
  try {
    return await entriesOfTable(path, batches, columns);
  } catch (error) {
    await batches.return(undefined); // closes the file
    throw error;
  }
}

async function entriesOfTable(
  path: string,
  batches: AsyncGenerator<CsvRecord[]>,
  columns: LabelColumns,
): Promise<LabelEntries> {
  let start: CsvRecord[] = [];
  while (start.length === 0) {
    const { done, value } = await batches.next();
    if (done) throw new HandfulError('ERR_FILE_FORMAT', `'${path}' has no line`);
    start = value.slice(value.findIndex((record: CsvRecord) => !isBlank(record)));
    if (start.every(isBlank)) start = [];
  }
  const [header, ...rest] = start;
  const keys = header!.fields.map(trimBlanks);
  const names = new ColumnNames(keys);
  const places = {
    label: names.findFirst(columns.label),
    name: names.findFirst(columns.name),
    row: names.find('row'),
    answer: names.find('answer'),
  };
  const where = `'${path}', line ${header!.line}`;
  requireColumns(places.label, places.name, columns, keys, where);
  const notices: string[] = [];
  if (places.row < 0 && places.name < 0 && places.label !== 0 && isIndexName(keys[0]!)) {
    places.row = 0;
    notices.push(`the first column of '${path}', '${keys[0]}', is taken for row numbers`);
  }
  async function* entries(): AsyncGenerator<LabelEntry> {
    try {
      for (const record of rest) yield entryOf(record);
      for await (const records of batches) for (const record of records) yield entryOf(record);
    } finally {
      await batches.return(undefined);
    }
  }
  function entryOf(record: CsvRecord): LabelEntry {
    const place = `'${path}', line ${record.line}`;
    const { length } = record.fields;
    if (record.fields.slice(keys.length).some((field) => field !== '')) {
      throw new HandfulError(
        'ERR_FILE_FORMAT',
        `${place}: expected ${keys.length} fields, as in the header, but there are ${length}`,
      );
    }
    const get = (at: number) => (at < 0 ? undefined : (record.fields[at] ?? ''));
    return entry(get(places.row), get(places.name), get(places.label), get(places.answer), {
      blank: isBlank(record),
      place,
    });
  }
  return {
    entries: entries(),
    tellsRows: places.row >= 0 || places.name >= 0,
    isHistory: keys.join() === HISTORY_COLUMNS,
    notices,
  };
}

function requireColumns(
  labelPlace: number,
  namePlace: number,
  { label, name }: LabelColumns,
  keys: readonly string[],
  where: string,
): void {
  requireColumn(labelPlace, label, keys, where);
  // One name was asked for; of several none need be there.
  if (name.length === 1) requireColumn(namePlace, name, keys, where);
}

function requireColumn(
  place: number,
  columns: readonly string[],
  keys: readonly string[],
  where: string,
): void {
  if (place >= 0) return;
  throw new HandfulError(
    'ERR_FILE_FORMAT',
    `${where}: expected a header with a column '${columns[0]}' and one of 'row', 'file' but there is ` +
      `${keys.slice(0, 20).join(', ')}: --label-column and --name-column (labelColumn, nameColumn) name other columns`,
  );
}

/** Entries of Parquet and Arrow, in which the index of pandas states the row if no column does. */
async function typedEntries(
  path: string,
  format: 'parquet' | 'arrow',
  columns: LabelColumns,
): Promise<LabelEntries> {
  const wanted = [columns.label, columns.name, ['row'], ['answer']];
  const reader = await openTableTexts(format, path, wanted, columns);
  try {
    const { keys, places, index, notices = [] } = reader.head;
    requireColumns(places[0]!, places[1]!, columns, keys, `'${path}'`);
    const rowOfIndex = places[1]! < 0 && places[2]! < 0 ? indexOf(reader.head) : undefined;
    if (rowOfIndex) {
      const what = index === undefined ? '' : `, '${index}',`;
      notices.push(`the index of the pandas table '${path}'${what} is taken for what its rows are`);
    }
    return {
      entries: entries(rowOfIndex),
      tellsRows: places[1]! >= 0 || places[2]! >= 0 || rowOfIndex !== undefined,
      isHistory: keys.join() === HISTORY_COLUMNS,
      notices,
    };
  } catch (error) {
    await reader.close();
    throw error;
  }

  async function* entries(rowOfIndex: RowOfIndex = () => ({})): AsyncGenerator<LabelEntry> {
    try {
      let at = 0;
      for await (const rows of reader.chunks(0)) {
        for (const texts of rows) {
          const [label, named, numbered, answer] = texts;
          const { row = numbered, name = named } = rowOfIndex(texts, at);
          const blank = !label && !row && !name;
          yield entry(row, name, label, answer, { blank, place: `'${path}', row ${at++}` });
        }
      }
    } finally {
      await reader.close();
    }
  }
}

/** The row that the index of pandas states of a row of a table, at its place. */
type RowOfIndex = (texts: RowTexts, at: number) => { row?: string; name?: string };

function indexOf({ index, isNumbered, range }: TextColumns): RowOfIndex | undefined {
  if (range) return (_, at) => ({ row: String(range.start + at * range.step) });
  if (index === undefined) return undefined;
  return (texts) => (isNumbered ? { row: texts.at(-1) } : { name: texts.at(-1) });
}

async function jsonEntries(path: string, columns: LabelColumns): Promise<LabelEntries> {
  async function* entries(): AsyncGenerator<LabelEntry> {
    for await (const lines of textLines(path, columns.signal)) {
      for (const { text, number } of lines) {
        if (text.trim() === '') continue;
        const place = `'${path}', line ${number}`;
        yield jsonEntry(JsonLine.parse(text, place), columns, place);
      }
    }
  }
  const all: LabelEntry[] = [];
  for await (const each of entries()) all.push(each);
  const tellsRows = all.some(({ row, name }) => row !== undefined || name !== undefined);
  return { entries: all, tellsRows, isHistory: false, notices: [] };
}

function jsonEntry(json: JsonLine, columns: LabelColumns, place: string): LabelEntry {
  const { keys } = json;
  const names = new ColumnNames(keys);
  const get = (at: number, what: string) => {
    const value = at < 0 ? undefined : json.get(keys[at]!);
    return value === undefined || value === null ? undefined : textOf(value, what, place);
  };
  const label = names.findFirst(columns.label);
  if (label < 0) {
    throw new HandfulError('ERR_FILE_FORMAT', `${place}: expected an object with a '${columns.label[0]}'`);
  }
  const name = columns.name.map((key) => get(names.find(key), key)).find((each) => each !== undefined);
  const answer = json.get('answer');
  return entry(get(names.find('row'), 'row'), name, get(label, keys[label]!), answer, {
    blank: false,
    place,
  });
}

function entry(
  row: string | undefined,
  name: string | undefined,
  label: string | undefined,
  answer: unknown,
  rest: { blank: boolean; place: string },
): LabelEntry {
  const given = NO_ANSWERS.includes(String(answer)) ? '' : (label ?? '');
  return { row: row && trimBlanks(row), name, label: trimBlanks(given), ...rest };
}

function listEntries(path: string, labels: readonly string[]): LabelEntries {
  const entries = labels.map((label, row) => ({
    row: undefined,
    name: undefined,
    label: trimBlanks(label),
    blank: false,
    place: `'${path}', element ${row}`,
  }));
  return { entries, tellsRows: false, isHistory: false, notices: [] };
}

async function idxList(path: string): Promise<string[]> {
  const { data, shape } = await readIdx(path);
  const width = data instanceof Float32Array ? 4 : 8;
  if (shape.length === 1) return Array.from(data, (value) => textOfNumber(value, width));
  throw new HandfulError(
    'ERR_FILE_FORMAT',
    `'${path}' holds ${shape.join(' x ')} values, but labels have one length: are these the images?`,
  );
}
