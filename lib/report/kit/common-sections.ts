import type { Fact } from './facts.ts';
import { type Html, html } from './html.ts';
import { section } from './page.ts';

/** What a reader must know to read a table, in small print that opens on demand. */
export function notesBlock(notes: readonly string[]): Html {
  return html`<details class="notes"><summary>How to read this</summary>
${notes.map((note) => html`<p>${note}</p>\n`)}</details>`;
}

/** What is needed to see the same again. */
export function manifestSection(command: string, facts: readonly Fact[]): Html {
  return section(
    'To repeat this',
    html`<pre tabindex="0"><code>${command}</code></pre>
<dl class="manifest">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`,
  );
}
