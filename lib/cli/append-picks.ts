import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { HandfulError } from '../core/errors.ts';
import { fileError, writeWholeFile } from '../core/files.ts';
import { formatCsvLine } from '../report/kit/csv.ts';

/** A row to be labelled, by the columns of a file of picks. */
export type Pick = Readonly<Record<string, string | number>> & { row: number; file: string };

/** Columns that a name of a row may stand in. */
const NAME_COLUMNS = ['file', 'name', 'id'];

/**
 * Adds rows to a file of labels, below what is there, of which not a byte changes: in its own columns, as far as it has
 * them. A row that the file has already is not added, for a second line without a label would take back the first.
 * @returns how many were added
 * @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT` if it is no table that rows can be added to
 */
export async function appendPicks(path: string, picks: readonly Pick[]): Promise<number> {
  const bytes = await readFile(path).catch((error) => {
    throw fileError(path, 'read', error);
  });
  const table = tableOf(path, bytes);
  const added = picks.filter((pick) => !table.has(pick));
  const end = table.text.includes('\r\n') ? '\r\n' : '\n';
  const gap = /[\r\n]$/.test(table.text) ? '' : end;
  const lines = added.map((pick) => `${table.lineOf(pick)}${end}`).join('');
  if (added.length > 0) await writeWholeFile(path, Buffer.concat([bytes, Buffer.from(gap + lines)]));
  return added.length;
}

/** What is needed of a table to add to it. */
interface Table {
  text: string;
  has: (pick: Pick) => boolean;
  /** The line of a new row, without its end. */
  lineOf: (pick: Pick) => string;
}

function tableOf(path: string, bytes: Uint8Array): Table {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trimStart().startsWith('{') ? jsonTable(text) : csvTable(text);
  } catch (error) {
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `Expected '${path}' to be a table in UTF-8 with a column row or file, for rows to be added to it, but ` +
        `${(error as Error).message}: give --out another file`,
      { cause: error },
    );
  }
}

function csvTable(text: string): Table {
  const [first = ''] = text.split(/[\r\n]/, 1);
  const delimiter = [',', ';', '\t'].find((each) => first.split(each).map(unquoted).includes('label'));
  if (delimiter === undefined) throw new Error('it has no column label in its first line');
  const [header = [], ...records] = parse(text, {
    bom: true,
    delimiter,
    relaxColumnCount: true,
    skipEmptyLines: true,
  }) as string[][];
  const columns = header.map((column) => column.trim());
  const rows = records.map((fields) =>
    Object.fromEntries(columns.map((column, i) => [column, fields[i] ?? ''])),
  );
  return {
    text,
    has: among(columns, rows),
    lineOf: (pick) =>
      formatCsvLine(
        columns.map((column) => fieldOf(pick, column) ?? ''),
        delimiter,
      ).slice(0, -1),
  };
}

function jsonTable(text: string): Table {
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const columns = Object.keys(rows[0]!);
  return {
    text,
    has: among(columns, rows),
    lineOf: (pick) =>
      JSON.stringify(Object.fromEntries(columns.map((column) => [column, fieldOf(pick, column)]))),
  };
}

/** Says whether lines of a table are about a row: by its number, or by its name if they have no number. */
function among(
  columns: readonly string[],
  lines: readonly Readonly<Record<string, unknown>>[],
): (pick: Pick) => boolean {
  const name = NAME_COLUMNS.find((each) => columns.includes(each));
  if (name === undefined && !columns.includes('row'))
    throw new Error(`its columns are ${columns.join(', ')}`);
  const rows = new Set(lines.map(({ row = '' }) => String(row)));
  const names = new Set(lines.filter(({ row = '' }) => row === '').map((line) => line[name ?? '']));
  return ({ row, file }) => rows.has(String(row)) || names.has(file);
}

/** What stands of a row in a column; undefined in one that somebody else has added. */
function fieldOf(pick: Pick, column: string): string | number | undefined {
  // The labelling page reads no line without a time.
  if (column === 'time') return new Date().toISOString();
  return pick[NAME_COLUMNS.includes(column) ? 'file' : column];
}

function unquoted(field: string): string {
  return field.replaceAll('"', '').replace('\ufeff', '').trim();
}
