import type { Estimate } from '../metrics/intervals.ts';
import type { Evaluation } from '../models/evaluation.ts';
import { type Column, formatCount, formatTable } from './table.ts';

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });

/** An evaluation as text: a table of the classes, the confusion matrix, the reliability curve. */
export function formatEvaluation({ report, calibration }: Evaluation): string {
  const { classes, confusion } = report;
  const { labels, counts } = confusion;
  return [
    `accuracy ${formatEstimate(report.accuracy)} on ${formatCount(report.support)} rows; ` +
      `mean F1 of the classes ${formatEstimate(report.macroF1)}`,
    formatTable(
      [left('class'), left('precision'), left('recall'), left('F1'), right('rows')],
      classes.map(({ label, precision, recall, f1Score, support }) => [
        label,
        formatEstimate(precision),
        formatEstimate(recall),
        formatEstimate(f1Score),
        formatCount(support),
      ]),
    ),
    'What rows are (down), and what they were taken for (across):',
    formatTable(
      [left(''), ...labels.map(right)],
      labels.map((label, i) => [label, ...labels.map((_, j) => formatCount(counts[i * labels.length + j]!))]),
    ),
    'How probable predictions were said to be, and how many were right; expected calibration error ' +
      formatEstimate(calibration.expectedCalibrationError),
    formatTable(
      [right('said'), left('right'), right('rows')],
      calibration.bins.map(({ confidence, accuracy, count }) => [
        confidence.toFixed(3),
        formatEstimate(accuracy),
        formatCount(count),
      ]),
    ),
    'Behind each figure its 95 % interval.',
  ].join('\n\n');
}

/** `0.845 (0.838 to 0.852)`; a dash where there is no figure. */
export function formatEstimate({ value, low, high }: Estimate): string {
  return Number.isNaN(value) ? '–' : `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
