import { formatSeconds } from '../../core/numbers.ts';
import { type Chart, isNarrow, labelSpace, rowsLayout, shortName } from './chart.ts';

/** A bar, of one part or several that follow one another. */
export interface Bar {
  title: string;
  parts: readonly { name?: string; value: number }[];
}

/** What bars show. */
export interface BarMeasure {
  label: string;
  format: (value: number) => string;
}

/** Bars of times. */
export const SECONDS: BarMeasure = { label: 'seconds', format: formatSeconds };

/** Room for a figure beside a bar, and the width of a character, in pixels. */
const FIGURE_SPACE = 64;
const CHARACTER = 7;

/** Bars below one another, with what each comes to beside it. */
export function barChart(
  bars: readonly Bar[],
  { label, format }: BarMeasure,
  words: Pick<Chart, 'description' | 'caption'>,
): Chart {
  const titles = bars.map(({ title }) => title);
  const sums = bars.map(({ title, parts }) => ({
    title,
    value: parts.reduce((sum, { value }) => sum + value, 0),
  }));
  const parts = bars.flatMap(({ title, parts }) =>
    parts.map(({ name = '', value }, i) => ({ title, name, value, color: `var(--bar-${1 + (i % 2)})` })),
  );
  const largest = Math.max(...sums.map(({ value }) => value));
  const plotted = (width: number) => width - labelSpace(titles, width) - FIGURE_SPACE;
  return {
    kind: 'chart',
    ...words,
    plot: (Plot, width) => ({
      ...rowsLayout(titles, width),
      marginRight: FIGURE_SPACE,
      x: { label, grid: true, ticks: isNarrow(width) ? 3 : 8 },
      y: { type: 'band', domain: titles, label: null, padding: 0.35, tickFormat: shortName(width) },
      marks: [
        Plot.barX(parts, {
          x: 'value',
          y: 'title',
          fill: 'color',
          insetRight: 1,
          title: ({ title, name, value }) => `${title}${name && `, ${name}`}: ${format(value)}`,
        }),
        // Words on the parts that have room for them: colour is never all there is.
        Plot.text(
          parts,
          Plot.stackX({
            x: 'value',
            y: 'title',
            text: ({ name, value }: (typeof parts)[number]) =>
              (value / largest) * plotted(width) > CHARACTER * (name.length + 1) ? name : '',
          }),
        ),
        Plot.text(sums, {
          x: 'value',
          y: 'title',
          text: ({ value }) => format(value),
          textAnchor: 'start',
          dx: 6,
          fill: 'var(--muted)',
        }),
      ],
    }),
  };
}
