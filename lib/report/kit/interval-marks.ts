import type { ChannelValue, Markish } from '@observablehq/plot';
import type { Estimate } from '../../core/statistics.ts';
import type { PlotLibrary } from './chart.ts';
import type { Series } from './series.ts';

/** A figure with its interval, which may be missing, on the line of what it is a figure of. */
interface IntervalRow extends Estimate<number | null> {
  title: string;
}

export interface IntervalStyle<Row> extends Partial<Pick<Series<unknown>, 'color' | 'symbol'>> {
  /** Pixels that everything is moved down by: for several figures on one line. Default 0. */
  dy?: number;
  /** Size of the marks. Default 4.5. */
  r?: number;
  /** What hovering over a mark tells. */
  hover: (row: Row) => string;
}

/** Figures as marks on the lines of what they are figures of, their intervals as bars. */
export function intervalMarks<Row extends IntervalRow>(
  Plot: PlotLibrary,
  rows: readonly Row[],
  { color = 'var(--series-1)', symbol = 'circle', dy = 0, r = 4.5, hover }: IntervalStyle<Row>,
): Markish[] {
  return [
    Plot.ruleY(
      rows.filter(({ low }) => low !== null),
      { y: 'title', x1: 'low', x2: 'high', dy, stroke: color, strokeWidth: 3 },
    ),
    Plot.dot(rows, { x: 'value', y: 'title', dy, symbol, r, fill: color, title: hover as ChannelValue }),
  ];
}
