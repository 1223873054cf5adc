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

/** A whole number with commas between the thousands. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A time in the unit that suits it: `8 ms`, `0.66 s`, `49.2 s`, `9 min 57 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.0995) return `${(seconds * 1000).toFixed(0)} ms`;
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A time that is known to a factor of two: `20 s`, `3 min`, `2 h`. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 90 * 60 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** How many times as fast, with two digits or all before the point: `1.4 x`, `540 x`. */
export function formatSpeedUp(factor: number): string {
  return `${factor < 9.95 ? factor.toFixed(1) : formatCount(Math.round(factor))} x`;
}

/** Bytes in megabytes of a million, or in kilobytes of a thousand if there are fewer. */
export function formatSize(bytes: number): string {
  return bytes < 1e6
    ? `${formatCount(Math.ceil(bytes / 1e3))} kB`
    : `${formatCount(Math.round(bytes / 1e6))} MB`;
}
