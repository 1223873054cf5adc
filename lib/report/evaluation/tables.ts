import type { Calibration } from '../../metrics/calibration.ts';
import type { ClassificationReport } from '../../metrics/classification-report.ts';
import type { ConfusionMatrix } from '../../metrics/confusion-matrix.ts';
import type { Estimate } from '../../metrics/intervals.ts';
import { formatCount, formatShare } from '../../numbers.ts';
import { type ConfusedPair, confusedPairs } from '../kit/confused-pairs.ts';
import { type Column, type DrawTable, formatTable, NOTHING } from '../kit/table.ts';

/** A confusion matrix of more classes than these is not drawn: nobody could read it. */
export const MATRIX_CLASSES = 30;

/** The mistakes that are told where there is no matrix. */
const TOLD_PAIRS = 40;

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });

/** An evaluation as text: a table of the classes, what is taken for what, the reliability curve. */
export function formatEvaluation({
  calibration,
  ...report
}: ClassificationReport<string> & { calibration: Calibration }): string {
  return [
    `accuracy ${formatEstimate(report.accuracy)} on ${formatCount(report.support)} rows; ` +
      `mean F1 of the classes ${formatEstimate(report.macroF1)}`,
    classesTable(report, formatTable),
    `${confusionTitle(report.confusion)}:`,
    confusionTable(report.confusion, formatTable),
    'How probable predictions were said to be, and how many were right; expected calibration error ' +
      formatEstimate(calibration.expectedCalibrationError),
    reliabilityTable(calibration, formatTable),
    'Behind each figure its 95 % interval.',
  ].join('\n\n');
}

/** How well each class was told from the others. */
export function classesTable<Table>(
  { classes }: ClassificationReport<string>,
  draw: DrawTable<Table>,
): Table {
  return draw(
    [left('class'), left('precision'), left('recall'), left('F1'), right('rows')],
    classes.map(({ label, precision, recall, f1Score, support }) => [
      label,
      formatEstimate(precision),
      formatEstimate(recall),
      formatEstimate(f1Score),
      formatCount(support),
    ]),
  );
}

/** What {@link confusionTable} shows. */
export function confusionTitle({ labels }: ConfusionMatrix<string>): string {
  return labels.length <= MATRIX_CLASSES
    ? 'What rows are (down), and what they were taken for (across)'
    : 'What rows are, and what they were most often taken for instead';
}

/** The confusion matrix; of many classes the most frequent mistakes. */
export function confusionTable<Table>(confusion: ConfusionMatrix<string>, draw: DrawTable<Table>): Table {
  const { labels, counts } = confusion;
  if (labels.length > MATRIX_CLASSES) return pairsTable(confusedPairs(confusion), draw);
  return draw(
    [left(''), ...labels.map(right)],
    labels.map((label, i) => [label, ...labels.map((_, j) => formatCount(counts[i * labels.length + j]!))]),
  );
}

/** The most frequent mistakes. */
export function pairsTable<Table>(pairs: readonly ConfusedPair[], draw: DrawTable<Table>): Table {
  return draw(
    [left('is'), left('taken for'), right('rows'), right('of its class')],
    pairs
      .slice(0, TOLD_PAIRS)
      .map(({ truth, predicted, count, size }) => [
        truth,
        predicted,
        formatCount(count),
        formatShare(count / size),
      ]),
  );
}

/** How probable predictions were said to be, and how many of them were right. */
export function reliabilityTable<Table>({ bins }: Calibration, draw: DrawTable<Table>): Table {
  return draw(
    [right('said'), left('right'), right('rows')],
    bins.map(({ confidence, accuracy, count }) => [
      confidence.toFixed(3),
      formatEstimate(accuracy),
      formatCount(count),
    ]),
  );
}

/** What a reader must know to read an evaluation right. */
export function evaluationNotes(): string[] {
  return [
    'Behind each figure stands its 95 % interval: how well so many rows can tell it. It holds for rows drawn as these ' +
      'were; rows that the model was trained on would say nothing.',
    'Precision: the share of the rows taken for a class that are of it. Recall: the share of the rows of a class that ' +
      'were taken for it. F1 is the harmonic mean of the two. A dash: there is no such row.',
    'The calibration error is the mean distance between how probable predictions were said to be and how many were ' +
      'right. It is above 0 by chance even where probabilities are right.',
  ];
}

/** `0.845 (0.838 to 0.852)`; a dash where there is no figure. */
export function formatEstimate({ value, low, high }: Estimate): string {
  return Number.isNaN(value) ? NOTHING : `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
