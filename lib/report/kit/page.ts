import { drawChart } from './chart.ts';
import type { Block, Fact, GalleryRow, ReportDocument, Section } from './document.ts';
import { Html, type HtmlValue, html } from './html.ts';
import { gallery } from './image.ts';
import { PAGE_STYLE } from './page-style.ts';
import type { Column, Table } from './table.ts';

/** The page asks for nothing: what it shows is in it. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** A report as a page: one file that needs no other. */
export async function formatPage(report: ReportDocument): Promise<string> {
  const { kicker, headline, lead, notice, command, facts, version } = report;
  const filled = report.sections.filter(({ content }) => content.some(Boolean));
  const sections = await Promise.all(filled.map(sectionOf));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${headline} – ${kicker}</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
<main>
<header>
<p class="kicker">${kicker}</p>
<h1>${keepPercentTogether(headline)}</h1>
${notice !== undefined && html`<p class="notice">${notice}</p>`}
${lead.map((sentence) => html`<p>${keepPercentTogether(sentence)}</p>\n`)}
</header>
${sections.map((each) => html`${each}\n`)}
${underHeading('To repeat this', [html`<pre tabindex="0"><code>${command}</code></pre>`, factList(facts)])}
</main>
<footer>Made by handful ${version}. The page is complete in itself.</footer>
</body>
</html>
`;
  return page.text;
}

/** A text of which no line begins with a percent sign. */
function keepPercentTogether(text: string): string {
  return text.replaceAll(/(\d) %/g, '$1\u00a0%');
}

async function sectionOf({ title, content }: Section): Promise<Html> {
  return underHeading(title, await Promise.all(content.map((block) => block && htmlOf(block))));
}

function underHeading(title: string, content: readonly HtmlValue[]): Html {
  return html`<section><h2>${title}</h2>\n${content}</section>`;
}

function factList(facts: readonly Fact[]): Html {
  return html`<dl class="manifest">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}

async function htmlOf(block: Block): Promise<HtmlValue> {
  if (typeof block === 'string') return html`<p>${block}</p>\n`;
  switch (block.kind) {
    case 'notes':
      return html`<details class="notes"><summary>How to read this</summary>
${block.notes.map((note) => html`<p>${note}</p>\n`)}</details>`;
    case 'table':
      return htmlTable(block);
    case 'chart':
      return drawChart(block);
    case 'gallery':
      return html`<dl class="examples">${block.entries.map(
        ({ title, rows }) => html`<dt>${title}</dt><dd>${rows.map(galleryRow)}</dd>\n`,
      )}</dl>`;
    case 'figure':
      return block.html();
    case 'fold':
      return html`<details${block.isOpen && html` open`}><summary>${block.title}</summary>
${await Promise.all(block.content.map(htmlOf))}</details>`;
  }
}

function galleryRow({ caption, items }: GalleryRow): Html {
  const pictures = items.flatMap(({ name, picture }) => (picture ? { name, picture } : []));
  if (pictures.length === 0) {
    return html`<p>${caption !== undefined && html`<b>${caption}</b>: `}${items.map(({ name }) => name).join(', ')}</p>`;
  }
  return caption === undefined
    ? gallery(pictures)
    : html`<figure>${gallery(pictures)}<figcaption>${caption}</figcaption></figure>`;
}

/** A text of more characters may be broken. */
const LONG = 40;

/** A table that a narrow window scrolls; the first column names the rows. */
function htmlTable({ name, columns, rows }: Table): Html {
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
