import { formatCount, formatShare } from '../../core/numbers.ts';
import type { Estimate } from '../../core/statistics.ts';
import type { ClassReport } from '../../metrics/classification-report.ts';
import { type Chart, isNarrow, rowsLayout, shortName } from '../kit/chart.ts';
import { formatEstimate } from '../kit/estimate.ts';
import { intervalMarks } from '../kit/interval-marks.ts';
import { legend, seriesStyle } from '../kit/series.ts';
import type { EvaluationRecord } from './record.ts';

/** Classes that a chart has room for: those told worst. */
const SHOWN_CLASSES = 20;

/** Height of a class, and how far its figures lie apart, in pixels. */
const LINE = 46;
const GAP = 11;

/** Room for the names of the figures above a chart that has none beside it. */
const ABOVE = 60;

const FIGURES: readonly { name: string; of: (each: ClassReport<string>) => Estimate }[] = [
  { name: 'precision', of: ({ precision }) => precision },
  { name: 'recall', of: ({ recall }) => recall },
  { name: 'F1', of: ({ f1Score }) => f1Score },
];

/** How well each class is told from the others: precision, recall and F1 score with their intervals. */
export function classesChart({ classes }: EvaluationRecord): Chart {
  const shown =
    classes.length > SHOWN_CLASSES
      ? [...classes].sort((a, b) => f1Of(a) - f1Of(b)).slice(0, SHOWN_CLASSES)
      : classes;
  const titles = shown.map(({ label }) => label);
  const series = FIGURES.map(({ name, of }, i) => ({
    name,
    ...seriesStyle(i),
    rows: shown
      .map((each) => ({ title: each.label, name, ...of(each) }))
      .filter(({ value }) => !Number.isNaN(value)),
  }));
  return {
    kind: 'chart',
    description: `F1 score of each class with its 95 % interval: ${shown
      .map(({ label, f1Score }) => `${label} ${formatEstimate(f1Score)}`)
      .join('; ')}`,
    caption:
      (shown.length < classes.length
        ? `The ${SHOWN_CLASSES} of ${classes.length} classes that are told worst. `
        : '') +
      'With 95 % intervals. Precision: of the rows taken for a class; recall: of the rows that are of it.',
    plot: (Plot, width) => ({
      ...rowsLayout(titles, width, LINE),
      ...(isNarrow(width)
        ? { marginTop: 24 + ABOVE, height: rowsLayout(titles, width, LINE).height + ABOVE }
        : { marginRight: 92 }),
      x: {
        label: 'share right',
        grid: true,
        tickFormat: '.1f',
        domain: [0, 1],
        ticks: isNarrow(width) ? 2 : 6,
      },
      y: { type: 'point', domain: titles, label: null, tickFormat: shortName(width) },
      marks: [
        ...series.flatMap(({ rows, color, symbol }, i) =>
          intervalMarks(Plot, rows, {
            ...{ color, symbol, dy: (i - 1) * GAP, r: 3.5 },
            hover: ({ title, name, ...estimate }) => `${title}, ${name}: ${formatEstimate(estimate)}`,
          }),
        ),
        ...legend(Plot, series, isNarrow(width) ? { dx: -86, dy: -ABOVE - 8 } : {}),
      ],
    }),
  };
}

/** For sorting: a class without any figure is told worst. */
function f1Of({ f1Score }: ClassReport<string>): number {
  return Number.isNaN(f1Score.value) ? -1 : f1Score.value;
}

/** How many answers are right against how probable they were said to be. */
export function reliabilityChart({ calibration: { bins } }: EvaluationRecord): Chart {
  const points = bins.map(({ confidence, accuracy, count }) => ({ confidence, count, ...accuracy }));
  const { color, symbol } = seriesStyle(0);
  const hover = ({ confidence, value, low, high, count }: (typeof points)[number]) =>
    `said ${formatShare(confidence)}, right ${formatShare(value)}, 95 % interval ${formatShare(low)} to ` +
    `${formatShare(high)}; ${formatCount(count)} rows`;
  return {
    kind: 'chart',
    description: `Share of answers that are right against how probable they were said to be: ${points
      .map(({ confidence, value }) => `said ${formatShare(confidence)}, right ${formatShare(value)}`)
      .join('; ')}`,
    caption:
      'On the dashed line probabilities mean what they say; below it the model is too sure of itself. Answers in ' +
      'groups of about the same probability, with 95 % intervals.',
    plot: (Plot, width) => ({
      height: isNarrow(width) ? 340 : 400,
      marginLeft: 48,
      marginRight: isNarrow(width) ? 24 : 260,
      x: {
        label: 'probability said',
        labelAnchor: 'center',
        domain: [0, 1],
        tickFormat: '.1f',
        ticks: isNarrow(width) ? 5 : 10,
      },
      y: { label: 'share right', domain: [0, 1], grid: true, tickFormat: '.1f', ticks: 6 },
      marks: [
        Plot.line(
          [0, 1].map((end) => [end, end]),
          { stroke: 'var(--muted)', strokeDasharray: '4 4' },
        ),
        Plot.ruleX(points, { x: 'confidence', y1: 'low', y2: 'high', stroke: color, strokeWidth: 3 }),
        Plot.line(points, { x: 'confidence', y: 'value', stroke: color, strokeWidth: 1.75 }),
        Plot.dot(points, { x: 'confidence', y: 'value', symbol, r: 4.5, fill: color, title: hover }),
      ],
    }),
  };
}
