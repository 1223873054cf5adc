import { HandfulError } from '../errors.ts';
import { csvRecords } from './formats/csv.ts';
import { readNpyLabels } from './formats/npy.ts';
import { textOfNumber } from './formats/number-text.ts';
import { textOf } from './formats/table-rows.ts';
import { textLines } from './formats/text-lines.ts';
import { readIdx } from './idx.ts';
import { requireFetched } from './lfs-pointer.ts';
import { formatOf } from './load-data.ts';

/** Labels of some rows. */
export interface RowLabels {
  /** Distinct row numbers, in the order in which their labels were first told. */
  rows: Int32Array;
  /** What each is labelled. */
  labels: string[];
  /** What a person should know of how the file was read, a sentence each. */
  notices: readonly string[];
}

/** What a label is told of: a row by its number, its name, or both. */
interface Entry {
  row: string | undefined;
  name: string | undefined;
  label: string;
  place: string;
}

/** Columns that name a row, in a file of labels. */
const NAME_COLUMNS = ['file', 'name', 'id'];

/**
 * Reads a file of labels. A table (CSV, TSV or JSON lines) has columns `label` and `row`, `file` (also `name` or `id`)
 * or both, and whatever else; what it says last of a row counts, and an empty label takes back one before. With no
 * column that tells the row, and in an IDX or NPY file, there is a label for each row.
 * @param names what the rows are called, as `loadData` tells
 * @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT`, naming the line, where a row is not there or bears another name
 */
export async function loadLabels(path: string, names: readonly string[]): Promise<RowLabels> {
  const entries = await entriesOf(path);
  const rowOfName = new Map(names.map((name, row) => [name, row]));
  const labels = new Map<number, string>();
  let place = 0;
  let nameless = false;
  for await (const entry of entries) {
    nameless ||= entry.row === undefined && entry.name === undefined;
    const row = rowOf(entry, place++, names, rowOfName);
    if (entry.label === '') labels.delete(row);
    else labels.set(row, entry.label);
  }
  if (nameless && place !== names.length) {
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `'${path}' does not say which rows its ${place} labels belong to, and the data has ${names.length} rows`,
    );
  }
  return { rows: Int32Array.from(labels.keys()), labels: [...labels.values()], notices: [] };
}

function rowOf(
  { row: number, name, place: where }: Entry,
  place: number,
  names: readonly string[],
  rowOfName: ReadonlyMap<string, number>,
): number {
  if (number === undefined && name !== undefined) {
    const row = rowOfName.get(name);
    if (row === undefined)
      throw new HandfulError('ERR_FILE_FORMAT', `${where}: the data has no row '${name}'`);
    return row;
  }
  const row = number === undefined ? place : /^\d+$/.test(number) ? Number(number) : -1;
  if (row < 0 || row >= names.length) {
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `${where}: expected a row number from 0 to ${names.length - 1} but there is ${number ?? row}`,
    );
  }
  if (name !== undefined && names[row] !== name) {
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `${where}: row ${row} of the data is '${names[row]}', not '${name}': the labels are those of other data`,
    );
  }
  return row;
}

async function entriesOf(path: string): Promise<AsyncIterable<Entry> | Iterable<Entry>> {
  const format = await formatOf(path);
  await requireFetched(path);
  if (format === 'csv' || format === 'tsv') return tableEntries(path, format);
  if (format === 'jsonl') return jsonEntries(path);
  if (format === 'npy') return listEntries(path, await readNpyLabels(path));
  if (format === 'idx') return listEntries(path, await idxList(path));
  throw new HandfulError(
    'ERR_FILE_FORMAT',
    `'${path}' can't hold labels: expected a file of CSV, TSV, JSON lines, IDX or NPY`,
  );
}

async function* tableEntries(path: string, format: 'csv' | 'tsv'): AsyncGenerator<Entry> {
  let header: string[] | undefined;
  for await (const records of csvRecords(path, format === 'tsv' ? '\t' : undefined)) {
    for (const { fields, line } of records) {
      const place = `'${path}', line ${line}`;
      if (!header) {
        header = fields;
        if (!fields.includes('label')) {
          throw new HandfulError(
            'ERR_FILE_FORMAT',
            `${place}: expected a header with a column 'label' and one of 'row', 'file' but there is ${fields.join(', ')}`,
          );
        }
        continue;
      }
      if (fields.length !== header.length) {
        throw new HandfulError(
          'ERR_FILE_FORMAT',
          `${place}: expected ${header.length} fields, as in the header, but there are ${fields.length}`,
        );
      }
      yield entryOf((column) => fields[header!.indexOf(column)], place);
    }
  }
}

async function* jsonEntries(path: string): AsyncGenerator<Entry> {
  for await (const lines of textLines(path)) {
    for (const { text, number } of lines) {
      if (text.trim() === '') continue;
      const place = `'${path}', line ${number}`;
      const json = parseObject(text, place);
      yield entryOf((column) => {
        const value = json[column];
        return value === undefined || value === null ? undefined : textOf(value, column, place);
      }, place);
    }
  }
}

function parseObject(text: string, place: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (json !== null && typeof json === 'object' && 'label' in json) return json as Record<string, unknown>;
  } catch (error) {
    throw new HandfulError('ERR_FILE_FORMAT', `${place}: ${(error as Error).message}`, { cause: error });
  }
  throw new HandfulError('ERR_FILE_FORMAT', `${place}: expected an object with a 'label'`);
}

function entryOf(fieldOf: (column: string) => string | undefined, place: string): Entry {
  const name = NAME_COLUMNS.map(fieldOf).find((value) => value !== undefined);
  return { row: fieldOf('row'), name, label: fieldOf('label') ?? '', place };
}

function listEntries(path: string, labels: readonly string[]): Entry[] {
  return labels.map((label, row) => ({
    row: undefined,
    name: undefined,
    label,
    place: `'${path}', element ${row}`,
  }));
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
