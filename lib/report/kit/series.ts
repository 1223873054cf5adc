import type { ChannelValue, Markish } from '@observablehq/plot';
import type { PlotLibrary } from './chart.ts';

/** A line of a chart, with a colour and a mark of its own: never by colour alone. */
export interface Series<Point> {
  name: string;
  /** In light and in dark. */
  color: string;
  symbol: (typeof SYMBOLS)[number];
  /** Each knows the name of its line. */
  points: (Point & { name: string })[];
}

const SYMBOLS = ['circle', 'square', 'triangle', 'diamond2', 'star', 'times', 'plus', 'asterisk'] as const;

/** The colour and the mark of the i-th of several series. */
export function seriesStyle(i: number): Pick<Series<unknown>, 'color' | 'symbol'> {
  return { color: `var(--series-${1 + (i % 8)})`, symbol: SYMBOLS[i % SYMBOLS.length]! };
}

/** Gives each of several lines a colour and a mark. */
export function seriesOf<Point>(
  lines: readonly { name: string; points: readonly Point[] }[],
): Series<Point>[] {
  return lines.map(({ name, points }, i) => ({
    name,
    ...seriesStyle(i),
    points: points.map((point) => ({ ...point, name })),
  }));
}

/** What of a point is drawn where. */
export interface SeriesChannels<Point> {
  x: keyof Point & string;
  y: keyof Point & string;
  /** The ends of an interval around `y`, which may be missing. */
  band?: readonly [low: keyof Point & string, high: keyof Point & string];
  /** Size of the marks. Default 4. */
  r?: number;
  /** What hovering over a mark tells. */
  title: (point: Point & { name: string }) => string;
}

/** Lines with their marks, and their intervals as bands. */
export function seriesMarks<Point>(
  Plot: PlotLibrary,
  series: readonly Series<Point>[],
  { x, y, band, r = 4, title }: SeriesChannels<Point>,
): Markish[] {
  return series.flatMap(({ points, color, symbol }) => [
    ...(band
      ? [
          Plot.areaY(
            points.filter((point) => point[band[0]] !== null),
            { x, y1: band[0], y2: band[1], fill: color, fillOpacity: 0.14 },
          ),
        ]
      : []),
    Plot.line(points, { x, y, stroke: color, strokeWidth: 1.75 }),
    Plot.dot(points, {
      ...{ x, y, symbol, r, stroke: color, strokeWidth: 1.75 },
      fill: 'var(--paper)',
      title: title as ChannelValue,
    }),
  ]);
}

/**
 * The names of series beside the top of a chart, each with its mark: for lines that end in different places.
 * @param dx, dy how far it is moved from there, in pixels
 */
export function legend(
  Plot: PlotLibrary,
  series: readonly Pick<Series<unknown>, 'name' | 'color' | 'symbol'>[],
  { dx = 0, dy = 0 } = {},
): Markish[] {
  return series.flatMap(({ name, color, symbol }, i) => {
    const place = { frameAnchor: 'top-right', dy: dy + 8 + 20 * i } as const;
    return [
      Plot.dot([name], { ...place, dx: dx + 16, symbol, r: 4, stroke: color, strokeWidth: 1.75 }),
      Plot.text([name], { ...place, dx: dx + 26, text: [name], textAnchor: 'start', fill: color }),
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
