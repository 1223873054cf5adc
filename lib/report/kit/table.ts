import { printable } from '../../core/printable.ts';

/** A column of a table. */
export interface Column {
  title: string;
  align: 'left' | 'right';
}

/** Rows of text under the titles of their columns. */
export interface Table {
  kind: 'table';
  /** What it shows, for those who don't see it. */
  name: string;
  columns: readonly Column[];
  rows: readonly (readonly string[])[];
}

/** A column, and what stands in it for each row of a table. */
export interface RowColumn<Row> extends Column {
  cell: (row: Row) => string;
}

/** Stands in a cell if there is no figure. */
export const NOTHING = '–';

export function left<Row>(title: string, cell: (row: Row) => string): RowColumn<Row> {
  return { title, align: 'left', cell };
}

export function right<Row>(title: string, cell: (row: Row) => string): RowColumn<Row> {
  return { title, align: 'right', cell };
}

/** A table of what its columns say of some rows. */
export function tableOf<Row>(name: string, columns: readonly RowColumn<Row>[], rows: readonly Row[]): Table {
  return { kind: 'table', name, columns, rows: rows.map((row) => columns.map(({ cell }) => cell(row))) };
}

type Rows = readonly (readonly string[])[];

/** Rows of text in aligned columns under their titles, two spaces between columns. */
export function formatTable(columns: readonly Column[], rows: Rows): string {
  const { widths, lines } = alignCells(columns, rows, printable);
  const [titles, ...body] = lines.map((cells) => cells.join('  ').trimEnd());
  return [titles, widths.map((width) => '─'.repeat(width)).join('  '), ...body].join('\n');
}

/**
 * The same in Markdown, which so reads well as text too.
 * @param show a cell as Markdown; default: as it is
 */
export function formatMarkdownTable(columns: readonly Column[], rows: Rows, show = printable): string {
  const { widths, lines } = alignCells(columns, rows, show);
  const [titles, ...body] = lines.map((cells) => `| ${cells.join(' | ')} |`);
  const rule = columns.map(({ align }, i) =>
    align === 'left' ? '-'.repeat(widths[i]! + 2) : `${'-'.repeat(widths[i]! + 1)}:`,
  );
  return [titles, `|${rule.join('|')}|`, ...body].join('\n');
}

/** The titles and the rows, every cell filled up to the width of its column. */
function alignCells(columns: readonly Column[], rows: Rows, show: (cell: string) => string) {
  const titles = columns.map(({ title }) => show(title));
  const body = rows.map((row) => row.map(show));
  const widths = titles.map((title, i) => Math.max(title.length, ...body.map((row) => row[i]!.length)));
  const align = (cells: readonly string[]) =>
    columns.map(({ align }, i) =>
      align === 'left' ? cells[i]!.padEnd(widths[i]!) : cells[i]!.padStart(widths[i]!),
    );
  return { widths, lines: [titles, ...body].map(align) };
}
