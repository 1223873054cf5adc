import { controlOptions } from '../backend/run.ts';
import { HandfulError, invalidArgument, throwIfAborted } from '../core/errors.ts';
import { type OptionTable, parseOptions, positive, texts } from '../core/options.ts';
import { openLabels } from './formats/index.ts';
import { type LabelColumns, type LabelEntry, labelColumns } from './formats/label-entries.ts';
import { Spellings } from './label-text.ts';
import { columnName } from './load-data.ts';
import { RowFinder } from './row-finder.ts';

/** Labels of some rows. */
export interface RowLabels {
  /** Distinct row numbers, in the order in which their labels were first told. */
  rows: Int32Array;
  /** What each is labelled. */
  labels: string[];
  /** What a person should know of how the files were read, a sentence each. */
  notices: readonly string[];
}

export interface LoadLabelsOptions {
  /** The column of labels in a table. Default: `label`. */
  labelColumn?: string;
  /** The column of a table that says which row is meant, by its name. Default: `file`, `name` or `id`. */
  nameColumn?: string;
  /** Seconds that reading a Parquet or Arrow file may take. Default 30, and 2 more for each megabyte of the file. */
  readLimit?: number;
  /** Stops the reading. */
  signal?: AbortSignal;
}

const table: OptionTable<LoadLabelsOptions> = {
  labelColumn: { check: columnName, default: undefined },
  nameColumn: { check: columnName, default: undefined },
  readLimit: { check: positive, default: undefined },
  signal: controlOptions.signal,
};

/** What a file says of a row. */
interface Said {
  label: string;
  place: string;
}

/**
 * Reads files of labels. A table (CSV, TSV, JSON lines, Parquet or Arrow) has columns `label` and `row`, `file` (also
 * `name` or `id`) or both, and whatever else. If no column states the row, the index of a pandas table does; without
 * one, and in an IDX or NPY file, there is a label for each row. Blanks around labels are left out; an empty label says nothing. Of several files the later win, row by row. In a
 * file that `handful label` wrote (`row,file,label,note,time`) what comes last of a row counts, and an empty label takes
 * back one before; in others a row with two different labels is an error.
 * @param path a file, or several
 * @param names what the rows are called, as `loadData` tells
 * @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT`, naming the line, if a row is not there, bears another name, shares
 *   its name with others, or has two labels; `ERR_INVALID_ARGUMENT`; AbortError
 */
export async function loadLabels(
  path: string | readonly string[],
  names: readonly string[],
  options?: LoadLabelsOptions,
): Promise<RowLabels> {
  const { nameColumn, labelColumn, ...control } = parseOptions<LoadLabelsOptions>(
    options,
    table,
    'loadLabels',
  );
  const ofRows = texts(names, 'names');
  return readLabels(path, ofRows, { ...labelColumns(nameColumn, labelColumn), ...control });
}

/** The same, of the first of some columns that each file has. */
export async function readLabels(
  path: string | readonly string[],
  names: readonly string[],
  columns: LabelColumns,
): Promise<RowLabels> {
  const paths = typeof path === 'string' ? [path] : texts(path, 'path');
  if (paths.length === 0) throw invalidArgument('path', 'a path, or several', path);
  const finder = new RowFinder(names);
  const labels = new Map<number, string>();
  const fileOf = new Map<number, number>();
  const notices: string[] = [];
  for (const [file, each] of paths.entries()) {
    const said = await labelsOfFile(each, names.length, finder, columns, notices);
    for (const [row, { label }] of said) {
      labels.set(row, label);
      fileOf.set(row, file);
    }
  }
  const all = [...labels.values()];
  if (paths.length > 1) notices.push(countsOf(paths, fileOf));
  notices.push(...new Spellings(`the labels of ${paths.map((each) => `'${each}'`).join(', ')}`).add(all));
  return { rows: Int32Array.from(labels.keys()), labels: all, notices };
}

/** `labels by file: 20 of 'a.csv', 18 of 'b.csv'`. */
function countsOf(paths: readonly string[], fileOf: ReadonlyMap<number, number>): string {
  const counts = paths.map(() => 0);
  for (const file of fileOf.values()) counts[file]!++;
  const each = paths.map((path, file) => `${counts[file]} of '${path}'`).join(', ');
  return `labels by file, of which later ones go before earlier ones: ${each}`;
}

async function labelsOfFile(
  path: string,
  rows: number,
  finder: RowFinder,
  columns: LabelColumns,
  notices: string[],
): Promise<Map<number, Said>> {
  const { entries, tellsRows, isHistory, notices: ofFile } = await openLabels(path, columns);
  notices.push(...ofFile);
  const said = new Map<number, Said>();
  const take = (row: number, { label, place }: LabelEntry) => {
    const before = said.get(row);
    if (label === '') {
      if (isHistory) said.delete(row);
      return;
    }
    if (before && before.label !== label && !isHistory) {
      throw new HandfulError(
        'ERR_FILE_FORMAT',
        `${place}: row ${row} is labelled '${label}', but '${before.label}' in ${before.place}: leave one of the two`,
      );
    }
    if (!before || isHistory) said.set(row, { label, place });
  };
  const inOrder: LabelEntry[] = [];
  for await (const entry of entries) {
    throwIfAborted(columns.signal);
    if (!tellsRows) {
      // Blank lines beyond the rows say nothing, however many there are.
      if (!entry.blank || inOrder.length < rows) inOrder.push(entry);
    } else if (entry.label !== '' || entry.row || entry.name) {
      take(finder.find(entry.row, entry.name, entry.place), entry);
    }
  }
  for (const [row, entry] of oneForEachRow(inOrder, rows, path, tellsRows).entries()) take(row, entry);
  return said;
}

/** Entries that tell no rows, of which there must be one for each: blank lines may be rows without a label, or none. */
function oneForEachRow(
  entries: readonly LabelEntry[],
  rows: number,
  path: string,
  tellsRows: boolean,
): readonly LabelEntry[] {
  if (tellsRows || (entries.length >= rows && entries.slice(rows).every(({ blank }) => blank))) {
    return entries.slice(0, rows);
  }
  const filled = entries.filter(({ blank }) => !blank);
  if (filled.length === rows) return filled;
  throw new HandfulError(
    'ERR_FILE_FORMAT',
    `'${path}' does not say which rows its ${filled.length} labels belong to, and the data has ${rows} rows`,
  );
}
