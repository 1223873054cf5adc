import { printable } from '../../printable.ts';

/** A column of a text table. */
export interface Column {
  title: string;
  align: 'left' | 'right';
}

/** Draws rows under the titles of their columns: as aligned text, as Markdown, or as something else. */
export type DrawTable<Table = string> = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
) => Table;

/** Stands in a cell where there is no figure. */
export const NOTHING = '–';

/** Rows of text in aligned columns under their titles, two spaces between columns. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const { widths, lines } = alignCells(columns, rows);
  const [titles, ...body] = lines.map((cells) => cells.join('  ').trimEnd());
  return [titles, widths.map((width) => '─'.repeat(width)).join('  '), ...body].join('\n');
}

/** The same in Markdown, which so reads well as text too. */
export function formatMarkdownTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const { widths, lines } = alignCells(columns, rows);
  const [titles, ...body] = lines.map((cells) => `| ${cells.join(' | ')} |`);
  const rule = columns.map(({ align }, i) =>
    align === 'left' ? '-'.repeat(widths[i]! + 2) : `${'-'.repeat(widths[i]! + 1)}:`,
  );
  return [titles, `|${rule.join('|')}|`, ...body].join('\n');
}

/** The titles and the rows, every cell filled up to the width of its column. */
function alignCells(columns: readonly Column[], rows: readonly (readonly string[])[]) {
  const titles = columns.map(({ title }) => printable(title));
  const body = rows.map((row) => row.map(printable));
  const widths = titles.map((title, i) => Math.max(title.length, ...body.map((row) => row[i]!.length)));
  const align = (cells: readonly string[]) =>
    columns.map(({ align }, i) =>
      align === 'left' ? cells[i]!.padEnd(widths[i]!) : cells[i]!.padStart(widths[i]!),
    );
  return { widths, lines: [titles, ...body].map(align) };
}
