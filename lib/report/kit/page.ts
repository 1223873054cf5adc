import { Html, type HtmlValue, html } from './html.ts';
import { PAGE_STYLE } from './page-style.ts';

/** A page of results. */
export interface Page {
  /** What it is a page of, in a few words. */
  kicker: string;
  /** What was found, in a sentence: the headline. */
  headline: string;
  /** What else is to be said at once, a paragraph each. */
  lead: readonly string[];
  /** What the data must not be taken for, where there is something. */
  notice?: string;
  sections: readonly Html[];
  /** Of handful, which made it. */
  version: string;
}

/** Nothing may be asked for: what the page shows is in the page. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** A whole page as one file that needs no other. */
export function formatPage({ kicker, headline, lead, notice, sections, version }: Page): string {
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
<h1>${together(headline)}</h1>
${notice !== undefined && html`<p class="notice">${notice}</p>`}
${lead.map((sentence) => html`<p>${together(sentence)}</p>\n`)}
</header>
${sections.map((each) => html`${each}\n`)}
</main>
<footer>Made by handful ${version}. The page is complete in itself.</footer>
</body>
</html>
`;
  return page.text;
}

/** A text of which no line begins with a percent sign. */
function together(text: string): string {
  return text.replaceAll(/(\d) %/g, '$1\u00a0%');
}

/** A part of a page under its heading. */
export function section(title: string, ...content: readonly HtmlValue[]): Html {
  return html`<section><h2>${title}</h2>\n${content}</section>`;
}
