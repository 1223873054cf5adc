import type { Markish, PlotOptions } from '@observablehq/plot';
import { Html, html } from './html.ts';
import { PALETTE } from './page-style.ts';

/** Observable Plot, which draws the charts. */
export type PlotLibrary = typeof import('@observablehq/plot');

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
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  return (width, kind) => {
    const svg = Plot.plot({ ...plot(Plot, width), width, document: document as PlotOptions['document'] });
    // The whole is one picture with one description: what its parts are called would only be in the way of it.
    for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
    svg.setAttribute('class', `${svg.getAttribute('class')} ${kind}`);
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', description);
    return svg.outerHTML;
  };
}

/** Whether a chart of this width is for a phone. */
export function isNarrow(width: number): boolean {
  return width < WIDE;
}

/** The colour of the i-th of several series, in light and in dark. */
export function seriesColor(i: number): string {
  return `var(--series-${1 + (i % 8)})`;
}

/** Marks that tell series apart without colour. */
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond2', 'star', 'times', 'plus', 'asterisk'] as const;

/** The mark of the i-th of several series. */
export function seriesSymbol(i: number): (typeof SYMBOLS)[number] {
  return SYMBOLS[i % SYMBOLS.length]!;
}

/** The names of series beside the top of a chart, each with its mark: for lines that end in different places. */
export function legend(
  Plot: PlotLibrary,
  series: readonly { title: string; color: string; symbol: ReturnType<typeof seriesSymbol> }[],
): Markish[] {
  return series.flatMap(({ title, color, symbol }, i) => {
    const place = { frameAnchor: 'top-right', dy: 8 + 20 * i } as const;
    return [
      Plot.dot([title], { ...place, dx: 16, symbol, r: 4, stroke: color, strokeWidth: 1.75 }),
      Plot.text([title], { ...place, dx: 26, text: [title], textAnchor: 'start', fill: color }),
    ];
  });
}

/**
 * Places for labels that want to stand at `wished`, no two nearer than `gap`: moved as little as their order allows.
 */
export function spreadApart(wished: readonly number[], gap: number): number[] {
  const order = Array.from(wished.keys()).sort((a, b) => wished[a]! - wished[b]!);
  const placed = [...wished];
  for (let i = 1; i < order.length; i++) {
    placed[order[i]!] = Math.max(placed[order[i]!]!, placed[order[i - 1]!]! + gap);
  }
  const pushed = order.reduce((sum, i) => sum + placed[i]! - wished[i]!, 0) / Math.max(1, order.length);
  return placed.map((place) => place - pushed);
}
