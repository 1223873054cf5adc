import { formatCount, formatSeconds } from '../../core/numbers.ts';
import { type Estimate, estimateMean, wilsonInterval } from '../../core/statistics.ts';
import type { LossTrace } from '../../experiments/loss-trace.ts';
import { EXPERIMENTS } from '../../experiments/notebook.ts';
import type { ExperimentResult, NotebookRecord } from '../../experiments/notebook-record.ts';
import { barChart, SECONDS } from '../kit/bar-chart.ts';
import { type Chart, isNarrow, rowsLayout } from '../kit/chart.ts';
import { intervalMarks } from '../kit/interval-marks.ts';
import { legend, seriesMarks, seriesOf } from '../kit/series.ts';
import { left, right, type Table, tableOf } from '../kit/table.ts';

/** What an experiment is called on the page: with its protocol, where it ran under two. */
export function experimentTitle({ name, protocol }: Pick<ExperimentResult, 'name' | 'protocol'>): string {
  return name === 'propagated' ? `${name}, ${protocol}` : name;
}

/** How well the accuracy is known: by the spread of draws, else by the number of test images. */
function accuracyInterval({ accuracy, draws }: ExperimentResult, testRows: number): Estimate<number | null> {
  if (draws === undefined || draws.length < 2) {
    return wilsonInterval(Math.round(accuracy * testRows), testRows);
  }
  return estimateMean(draws.map((draw) => draw.accuracy));
}

/** The notebook's figures for an experiment, where they belong beside it. */
function reference(record: NotebookRecord, { name, protocol }: ExperimentResult) {
  const same = !record.dataset.synthetic && !(name === 'propagated' && protocol === 'corrected');
  return same && name !== 'few-labels' ? EXPERIMENTS[name].notebook : undefined;
}

/** Accuracies on one scale, with their intervals, the notebook's beside them. */
export function accuracyChart(record: NotebookRecord): Chart {
  const rows = record.experiments.map((result) => ({
    title: experimentTitle(result),
    ...accuracyInterval(result, record.dataset.testRows),
    notebook: reference(record, result)?.accuracy,
    draws: result.draws ?? [],
  }));
  const draws = rows.flatMap(({ title, draws }) => draws.map(({ accuracy }) => ({ title, accuracy })));
  const noted = rows.filter(({ notebook }) => notebook !== undefined);
  const titles = rows.map(({ title }) => title);
  return {
    kind: 'chart',
    description: `Accuracy of each experiment with its 95 % interval: ${rows
      .map(({ title, value }) => `${title} ${value.toFixed(4)}`)
      .join('; ')}`,
    caption:
      'Share of the test images named right, with 95 % intervals: for random that of the mean over its draws, which ' +
      'are the faint dots; for all others how well so many test images can tell it, not what another clustering ' +
      `would give.${noted.length > 0 ? ' A triangle below is what the notebook reports.' : ''}`,
    plot: (Plot, width) => ({
      ...rowsLayout(titles, width),
      x: { label: 'accuracy', grid: true, tickFormat: '.2f', nice: true, ticks: isNarrow(width) ? 4 : 8 },
      y: { domain: titles, label: null },
      marks: [
        Plot.dot(draws, { x: 'accuracy', y: 'title', r: 2.5, fill: 'var(--muted)', fillOpacity: 0.35 }),
        ...intervalMarks(Plot, rows, {
          r: 5,
          hover: ({ title, value, low, high }) =>
            `${title}: ${value.toFixed(4)}${low === null ? '' : `, 95 % interval ${low.toFixed(4)} to ${high!.toFixed(4)}`}`,
        }),
        Plot.dot(noted, {
          x: 'notebook',
          y: 'title',
          symbol: 'triangle',
          r: 4,
          dy: 10,
          fill: 'var(--series-2)',
          title: ({ title, notebook }) => `${title}, the notebook: ${notebook.toFixed(4)}`,
        }),
      ],
    }),
  };
}

/** What each experiment spent its time on. */
export function phasesChart({ experiments }: NotebookRecord): Chart {
  const bars = experiments.map((result) => {
    // For `random`, whose phases are those of all draws, the time of one.
    const share = 1 / (result.draws?.length ?? 1);
    return {
      title: experimentTitle(result),
      parts: Object.entries(result.phases).map(([name, seconds]) => ({ name, value: seconds * share })),
    };
  });
  return barChart(bars, SECONDS, {
    description: `Seconds of each phase of each experiment: ${experiments
      .map((result) => `${experimentTitle(result)} ${formatSeconds(result.seconds)}`)
      .join('; ')}`,
    caption:
      'What experiments share is charged to the first that needs it: clustering, and the search for representatives. ' +
      'For random, the time of one draw. Hovering over a part of a bar tells its phase and time.',
  });
}

/** The seconds of each phase as a table: for those who can't hover. */
export function phasesTable({ experiments }: NotebookRecord): Table {
  const phases = [...new Set(experiments.flatMap((result) => Object.keys(result.phases)))];
  const columns = [
    left<ExperimentResult>('experiment', experimentTitle),
    ...phases.map((phase) =>
      right<ExperimentResult>(phase, ({ phases, draws }) => {
        const seconds = phases[phase];
        return seconds === undefined ? '' : formatSeconds(seconds / (draws?.length ?? 1));
      }),
    ),
  ];
  return tableOf('Seconds of each phase', columns, experiments);
}

/** A chart of how the loss of each fit fell, against iterations or seconds. */
export function lossChart(
  traces: readonly LossTrace[],
  { experiments }: NotebookRecord,
  against: 'iteration' | 'seconds',
): Chart {
  const series = seriesOf(
    traces.map((trace) => {
      const result = experiments.find(
        ({ name, protocol }) => name === trace.name && protocol === trace.protocol,
      )!;
      const end = result.fit!.loss;
      return {
        name: experimentTitle(result),
        points: trace.points
          .map((point) => ({ ...point, excess: point.loss / end - 1 }))
          .filter(({ excess }) => excess > LEAST_EXCESS),
      };
    }),
  );
  return {
    kind: 'chart',
    description: `How far the loss of each fit lies above its end, against ${against === 'iteration' ? 'iterations' : 'seconds'}`,
    plot: (Plot, width) => ({
      height: LOSS_HEIGHT,
      marginLeft: 56,
      marginRight: isNarrow(width) ? 118 : 150,
      x: {
        label: against === 'iteration' ? 'iteration' : 'seconds since the first iteration',
        ticks: isNarrow(width) ? 4 : 8,
      },
      y: {
        type: 'log',
        label: 'loss above its end',
        grid: true,
        ticks: 5,
        tickFormat: (excess: number) => formatExcess(excess),
      },
      marks: [
        ...seriesMarks(Plot, series, {
          x: against,
          y: 'excess',
          r: 3,
          title: ({ name, iteration, seconds, loss }) =>
            `${name}, iteration ${formatCount(iteration)}, ${formatSeconds(seconds)}: loss ${loss.toFixed(2)}`,
        }),
        ...legend(Plot, series),
      ],
    }),
  };
}

const LOSS_HEIGHT = 300;

/** Below this the loss is at its end, as far as its digits tell. */
const LEAST_EXCESS = 1e-9;

/** `10 %`, `0.01 %`, without zeros that say nothing. */
function formatExcess(excess: number): string {
  return `${Number((100 * excess).toPrecision(2))} %`;
}
