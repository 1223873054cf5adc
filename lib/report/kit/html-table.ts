import { type Html, html } from './html.ts';
import type { Column } from './table.ts';

/** A text of more characters may be broken. */
const LONG = 40;

/** Rows of text under their titles, as a table that a narrow window scrolls; the first column names the rows. */
export function htmlTable(
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): Html {
  const kind = ({ align }: Column, cell: string) => {
    const kinds = [align === 'right' && 'right', cell.length > LONG && 'long'].filter(Boolean);
    return kinds.length > 0 && html` class="${kinds.join(' ')}"`;
  };
  const titles = columns.map(
    (column) => html`<th scope="col"${kind(column, column.title)}>${column.title}</th>`,
  );
  const body = rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, i) =>
        i === 0
          ? html`<th scope="row"${kind(columns[i]!, cell)}>${cell}</th>`
          : html`<td${kind(columns[i]!, cell)}>${cell}</td>`,
      )}</tr>\n`,
  );
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table class="figures">
<thead><tr>${titles}</tr></thead>
<tbody>
${body}</tbody>
</table></div>`;
}
