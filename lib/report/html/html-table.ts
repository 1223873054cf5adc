import type { Column } from '../table.ts';
import { type Html, html } from './html.ts';

/** Rows of text under their titles, as a table that a narrow window scrolls; the first column names the rows. */
export function htmlTable(
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): Html {
  const side = ({ align }: Column) => (align === 'right' ? html` class="right"` : undefined);
  const titles = columns.map((column) => html`<th scope="col"${side(column)}>${column.title}</th>`);
  const body = rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, i) =>
        i === 0
          ? html`<th scope="row"${side(columns[i]!)}>${cell}</th>`
          : html`<td${side(columns[i]!)}>${cell}</td>`,
      )}</tr>\n`,
  );
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table class="figures">
<thead><tr>${titles}</tr></thead>
<tbody>
${body}</tbody>
</table></div>`;
}
