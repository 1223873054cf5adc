import type { PlotOptions } from '@observablehq/plot';
import { lengthOf, shorten } from '../shorten.ts';
import { escapeHtml, Html, html } from './html.ts';
import { PALETTE } from './page-style.ts';

/** Observable Plot, which draws the charts: what they use of it. */
export type PlotLibrary = typeof import('./pen.ts');

/** A chart that is yet to be drawn. */
export interface Chart {
  /** What it shows, in a sentence for those who don't see it. */
  description: string;
  /** What to know beside it. */
  caption?: string;
  /** @param width of the whole in pixels: charts are drawn for wide windows and for phones */
  plot: (Plot: PlotLibrary, width: number) => PlotOptions;
}

const WIDE = 720;
const NARROW = 340;

/** Draws a chart, twice: whichever fits the window is shown. */
export async function drawChart(chart: Chart): Promise<Html> {
  const draw = await penFor(chart);
  const { caption } = chart;
  return html`<figure class="chart">${new Html(draw(WIDE, 'wide'))}${new Html(draw(NARROW, 'narrow'))}${
    caption !== undefined && html`<figcaption>${caption}</figcaption>`
  }</figure>`;
}

/** Draws a chart as a picture of its own, the size of a wide window, in light and in dark. */
export async function drawPicture(chart: Chart): Promise<string> {
  const svg = (await penFor(chart))(WIDE, 'wide');
  const style = `<style>${PALETTE}svg { color: var(--ink); background: var(--paper) }</style>`;
  return svg.replace(/^<svg([^>]*)>/, `<svg xmlns="http://www.w3.org/2000/svg"$1>${style}`);
}

/** Draws a chart as SVG text, as wide as asked for. */
async function penFor({ description, plot }: Chart): Promise<(width: number, kind: string) => string> {
  // Loaded only now: most commands draw nothing.
  const Plot = await import('./pen.ts');
  const { document } = Plot.parseHTML('<!doctype html><html><body></body></html>');
  return (width, kind) => {
    const svg = Plot.plot({ ...plot(Plot, width), width, document: document as PlotOptions['document'] });
    // The whole is one picture with one description: what its parts are called would only be in the way of it.
    for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
    svg.setAttribute('class', `${svg.getAttribute('class')} ${kind}`);
    // Written by hand, because linkedom leaves markup in attributes as it is.
    return svg.outerHTML.replace(/^<svg/, () => `<svg role="img" aria-label="${escapeHtml(description)}"`);
  };
}

/** Whether a chart of this width is for a phone. */
export function isNarrow(width: number): boolean {
  return width < WIDE;
}

/** Characters of a name beside a chart, and about how wide one is in pixels. */
const NAME_LENGTH = { wide: 28, narrow: 21 };
const CHARACTER = 6.2;
/** Height of a line of a chart. */
const LINE = 32;

/** Names short enough to stand beside a chart of this width. */
export function shortName(width: number): (name: string) => string {
  const most = isNarrow(width) ? NAME_LENGTH.narrow : NAME_LENGTH.wide;
  return (name) => shorten(name, most);
}

/** Pixels that names take beside a chart of this width. */
export function labelSpace(names: readonly string[], width: number): number {
  return 18 + CHARACTER * Math.max(...names.map(shortName(width)).map(lengthOf));
}

/** The layout of a chart that has a line for each of these names. */
export function rowsLayout(names: readonly string[], width: number, line = LINE) {
  return {
    marginLeft: labelSpace(names, width),
    marginRight: 24,
    marginBottom: 40,
    height: 56 + names.length * line,
    style: { fontSize: '12px' },
  };
}
