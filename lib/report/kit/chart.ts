import type { PlotOptions } from '@observablehq/plot';
import { printable, printableLines } from '../../core/printable.ts';
import type { Element } from './chart-renderer.ts';
import { Html, html } from './html.ts';
import { lengthOf, shorten } from './names.ts';
import { PALETTE } from './page-style.ts';

/** Observable Plot, which draws the charts: what they use of it. */
export type PlotLibrary = typeof import('./chart-renderer.ts');

/** A chart that is yet to be drawn. */
export interface Chart {
  kind: 'chart';
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
  const draw = await rendererFor(chart);
  const { caption } = chart;
  return html`<figure class="chart">${new Html(draw(WIDE, 'wide'))}${new Html(draw(NARROW, 'narrow'))}${
    caption !== undefined && html`<figcaption>${caption}</figcaption>`
  }</figure>`;
}

/** Draws a chart as a picture of its own, the size of a wide window, in light and in dark. */
export async function drawPicture(chart: Chart): Promise<string> {
  const draw = await rendererFor(chart);
  return draw(WIDE, 'wide', `${PALETTE}svg { color: var(--ink); background: var(--paper) }`);
}

/** Draws a chart as SVG text, as wide as asked for, with a style sheet of its own where it has one. */
async function rendererFor({ description, plot }: Chart) {
  // Loaded only now: most commands draw nothing.
  const Plot = await import('./chart-renderer.ts');
  // All of a browser's document that drawing takes.
  const document = new Plot.Document();
  document.append(document.createElementNS('http://www.w3.org/1999/xhtml', 'html'));
  return (width: number, kind: string, styleSheet?: string): string => {
    const page = document as unknown as PlotOptions['document'];
    const options = { marginBottom: 40, ...plot(Plot, width), width, document: page };
    const svg = Plot.plot(options) as unknown as Element;
    // The whole is one picture with one description: what its parts are called would only be in the way of it.
    for (const part of svg.getElementsByTagName('*')) {
      part.removeAttribute('aria-label');
      // Names may hold what XML forbids.
      for (const child of part.childNodes) {
        if (child.nodeType === child.TEXT_NODE) child.nodeValue = printableLines(child.nodeValue ?? '');
      }
    }
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', printable(description));
    svg.setAttribute('class', `${svg.getAttribute('class')} ${kind}`);
    svg.setAttribute('font-size', '12');
    if (styleSheet !== undefined) {
      const style = document.createElementNS(svg.namespaceURI, 'style');
      style.append(styleSheet);
      svg.prepend(style);
    }
    return Plot.serializeToWellFormedString(svg);
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
    height: 56 + names.length * line,
  };
}
