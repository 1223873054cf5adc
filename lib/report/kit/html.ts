import { printableLines } from '../../core/printable.ts';

/** A piece of HTML, as opposed to plain text that must be escaped before it is any. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a template may hold: text and numbers are escaped, HTML stays, lists follow one another, the rest is nothing. */
export type HtmlValue = string | number | Html | readonly HtmlValue[] | undefined | false;

/** HTML of a template; whatever is put into it is escaped unless it is HTML itself. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    strings.reduce((text, string, i) => text + string + (i < values.length ? render(values[i]) : ''), ''),
  );
}

function render(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  return escapeHtml(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it, in content and in attributes. */
export function escapeHtml(text: string): string {
  return printableLines(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
