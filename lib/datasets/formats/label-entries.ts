import { HandfulError } from '../../core/errors.ts';
import { trimBlanks } from '../label-text.ts';
import type { ReadControl } from '../table-reader.ts';
import { LABEL_COLUMN, NAME_COLUMNS } from './table-rows.ts';

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

/** Whether the columns of a table are those of a history that `handful label` wrote. */
export function isHistory(keys: readonly string[]): boolean {
  return keys.join() === HISTORY_COLUMNS;
}

/**
 * Checks that the columns of labels and of names are there.
 * @throws HandfulError `ERR_FILE_FORMAT`
 */
export function requireColumns(
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

/** An entry, of what a table says of it: undefined where it has no such column. */
export function labelEntry(
  row: string | undefined,
  name: string | undefined,
  label: string | undefined,
  answer: unknown,
  rest: { blank: boolean; place: string },
): LabelEntry {
  const given = NO_ANSWERS.includes(String(answer)) ? '' : (label ?? '');
  return { row: row && trimBlanks(row), name, label: trimBlanks(given), ...rest };
}

/** A label for each row, in their order. */
export function listEntries(path: string, labels: readonly string[]): LabelEntries {
  const entries = labels.map((label, row) => ({
    row: undefined,
    name: undefined,
    label: trimBlanks(label),
    blank: false,
    place: `'${path}', element ${row}`,
  }));
  return { entries, tellsRows: false, isHistory: false, notices: [] };
}
