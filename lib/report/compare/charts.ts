import { formatCount, formatSeconds, formatShare } from '../../core/numbers.ts';
import type { CompareRecord } from '../../experiments/compare-record.ts';
import type { CoverageRow } from '../../experiments/compare-rows.ts';
import { REFERENCE } from '../../experiments/strategies/catalogue.ts';
import { type Chart, isNarrow } from '../kit/chart.ts';
import { intervalMarks } from '../kit/interval-marks.ts';
import { legend, seriesMarks, seriesOf, spreadApart } from '../kit/series.ts';
import { formatVerdict } from './tables.ts';

const HEIGHT = 340;

/** Accuracy against labels, a line for each strategy. */
export function budgetChart({ chart }: CompareRecord): Chart {
  const series = seriesOf(chart.series.filter(({ points }) => points.length > 0));
  const values = series.flatMap(({ points }) =>
    points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]),
  );
  const gap = ((Math.max(...values) - Math.min(...values)) * 16) / (HEIGHT - 70);
  const ends = series.map(({ points }) => points.at(-1)!);
  const places = spreadApart(
    ends.map(({ value }) => value),
    gap,
  );
  return {
    kind: 'chart',
    description: `Mean accuracy of each strategy against the number of labels: ${ends
      .map(({ name, budget, value }) => `${name} ${formatShare(value)} with ${formatCount(budget)}`)
      .join('; ')}`,
    caption: 'Means over the seeds with their 95 % intervals; labels on a logarithmic scale.',
    plot: (Plot, width) => ({
      height: HEIGHT,
      marginLeft: 48,
      marginRight: isNarrow(width) ? 120 : 150,
      x: {
        type: 'log',
        label: 'labels',
        ticks: [
          ...new Set(
            values.length > 0 ? series.flatMap(({ points }) => points.map(({ budget }) => budget)) : [],
          ),
        ],
        tickFormat: (labels: number) => formatCount(labels),
      },
      y: { label: 'accuracy', grid: true, tickFormat: '.2f', ticks: 6 },
      marks: [
        ...seriesMarks(Plot, series, {
          x: 'budget',
          y: 'value',
          band: ['low', 'high'],
          title: ({ name, budget, value, low, high }) =>
            `${name}, ${formatCount(budget)} labels: ${value.toFixed(4)}` +
            (low === null ? '' : `, 95 % interval ${low.toFixed(4)} to ${high!.toFixed(4)}`),
        }),
        Plot.text(series, {
          x: (_, i) => ends[i]!.budget,
          y: (_, i) => places[i],
          text: 'name',
          fill: 'color',
          textAnchor: 'start',
          dx: 10,
          fontWeight: 600,
        }),
      ],
    }),
  };
}

/** What each strategy gains over labelling at random, with its interval. */
export function gainChart({ rows }: CompareRecord): Chart {
  const several = new Set(rows.map(({ budget }) => budget)).size > 1;
  const gains = rows
    .filter(({ strategy }) => strategy !== REFERENCE.name)
    .map(({ strategy, budget, differenceToRandom: { value, low, high } }) => ({
      title: several ? `${strategy}, ${formatCount(budget)}` : strategy,
      value: 100 * value,
      low: low === null ? null : 100 * low,
      high: high === null ? null : 100 * high,
      verdict: formatVerdict({ value, low, high }),
    }));
  return {
    kind: 'chart',
    description: `Gain of each strategy over labelling at random, in points: ${gains
      .map(({ title, verdict }) => `${title}: ${verdict}`)
      .join('; ')}`,
    caption:
      'Difference to labelling at random at the same budget, seed by seed, in points of 0.01 accuracy, with its 95 % ' +
      'interval. Where the interval holds 0, there is no detectable gain.',
    plot: (Plot, width) => ({
      height: 60 + gains.length * 26,
      marginLeft: isNarrow(width) ? 132 : 190,
      marginRight: 24,
      x: { label: 'points', grid: true, nice: true, ticks: isNarrow(width) ? 4 : 8 },
      y: { domain: gains.map(({ title }) => title), label: null },
      marks: [
        Plot.ruleX([0], { stroke: 'currentColor' }),
        ...intervalMarks(Plot, gains, { hover: ({ title, verdict }) => `${title}: ${verdict}` }),
      ],
    }),
  };
}

/** How right labels are that go to the nearest share of each cluster, and what is learned from them. */
export function coverageChart(coverage: readonly CoverageRow[]): Chart {
  const [{ budget }] = coverage as [CoverageRow];
  const lines = seriesOf([
    {
      name: 'labels right',
      points: coverage.map(({ share, labelAccuracy }) => ({ share, ...labelAccuracy })),
    },
    { name: 'accuracy', points: coverage.map(({ share, accuracy }) => ({ share, ...accuracy })) },
  ]);
  return {
    kind: 'chart',
    description: `Against the share of each cluster that a label is propagated to, with ${budget} labels: ${lines
      .map(
        ({ name, points }) =>
          `${name}, from ${formatShare(points[0]!.value)} to ${formatShare(points.at(-1)!.value)}`,
      )
      .join('; ')}`,
    caption: `With ${formatCount(budget)} labels: how many of those propagated are right, and the accuracy learned from them; means over the seeds with their 95 % intervals.`,
    plot: (Plot, width) => ({
      height: 280,
      marginLeft: 48,
      marginRight: 118,
      x: {
        label: 'share of each cluster that its label goes to',
        tickFormat: (share: number) => `${Math.round(100 * share)} %`,
        ticks: isNarrow(width) ? 4 : 10,
      },
      y: { grid: true, tickFormat: '.2f', label: null, ticks: 6 },
      marks: [
        ...seriesMarks(Plot, lines, {
          x: 'share',
          y: 'value',
          band: ['low', 'high'],
          r: 3.5,
          title: ({ name, share, value }) =>
            `${name}, ${formatShare(share, 0)} of each cluster: ${value.toFixed(4)}`,
        }),
        ...legend(Plot, lines),
      ],
    }),
  };
}

/** Mean time of a run of each strategy. */
export function timesChart({ rows }: CompareRecord): Chart {
  const strategies = [...new Set(rows.map(({ strategy }) => strategy))];
  const budgets = [...new Set(rows.map(({ budget }) => budget))];
  return {
    kind: 'chart',
    description: `Mean time of a run: ${rows
      .map(({ strategy, budget, seconds }) => `${strategy}, ${budget} labels, ${formatSeconds(seconds)}`)
      .join('; ')}`,
    caption:
      'Mean time of one run alone, with all that it shares with others, on a logarithmic scale' +
      `${budgets.length > 1 ? '; a mark for each number of labels, written beside it.' : '.'}`,
    plot: (Plot, width) => ({
      height: 60 + strategies.length * 32,
      marginLeft: isNarrow(width) ? 118 : 150,
      marginRight: 36,
      x: {
        type: 'log',
        label: 'time of a run',
        grid: true,
        ticks: isNarrow(width) ? 3 : 6,
        tickFormat: formatSeconds,
      },
      y: { domain: strategies, label: null },
      marks: [
        Plot.dot(rows, {
          x: 'seconds',
          y: 'strategy',
          r: 4.5,
          fill: 'var(--series-1)',
          title: ({ strategy, budget, seconds }) =>
            `${strategy}, ${formatCount(budget)} labels: ${formatSeconds(seconds)}`,
        }),
        ...(budgets.length > 1
          ? [
              Plot.text(rows, {
                x: 'seconds',
                y: 'strategy',
                text: ({ budget }) => formatCount(budget),
                dy: -11,
                fill: 'var(--muted)',
                fontSize: 10,
              }),
            ]
          : []),
      ],
    }),
  };
}
