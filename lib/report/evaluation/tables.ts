import { formatCount, formatShare } from '../../core/numbers.ts';
import type { CalibrationBin } from '../../metrics/calibration.ts';
import type { ClassReport } from '../../metrics/classification-report.ts';
import type { ConfusionMatrix } from '../../metrics/confusion-matrix.ts';
import { formatEstimate } from '../kit/estimate.ts';
import { left, right, type Table, tableOf } from '../kit/table.ts';
import { type ConfusedPair, confusedPairs } from './confused-pairs.ts';
import type { EvaluationRecord } from './record.ts';

/** The mistakes that stand in place of a matrix. */
const SHOWN_PAIRS = 40;

/** How well each class was told from the others. */
export function classesTable({ classes }: EvaluationRecord): Table {
  const columns = [
    left<ClassReport<string>>('class', ({ label }) => label),
    left<ClassReport<string>>('precision', ({ precision }) => formatEstimate(precision)),
    left<ClassReport<string>>('recall', ({ recall }) => formatEstimate(recall)),
    left<ClassReport<string>>('F1', ({ f1Score }) => formatEstimate(f1Score)),
    right<ClassReport<string>>('rows', ({ support }) => formatCount(support)),
  ];
  return tableOf('Classes', columns, classes);
}

/** What rows are, and what they were taken for. */
export function confusionTable({ labels, counts }: ConfusionMatrix<string>): Table {
  const columns = [
    left<number>('', (row) => labels[row]!),
    ...labels.map((label, column) =>
      right<number>(label, (row) => formatCount(counts[row * labels.length + column]!)),
    ),
  ];
  return tableOf('Confusion matrix', columns, [...labels.keys()]);
}

/** The most frequent mistakes. */
export function mistakesTable(confusion: ConfusionMatrix<string>): Table {
  const columns = [
    left<ConfusedPair>('is', ({ truth }) => truth),
    left<ConfusedPair>('taken for', ({ predicted }) => predicted),
    right<ConfusedPair>('rows', ({ count }) => formatCount(count)),
    right<ConfusedPair>('of its class', ({ count, size }) => formatShare(count / size)),
  ];
  return tableOf('Mistakes of the model', columns, confusedPairs(confusion).slice(0, SHOWN_PAIRS));
}

/** How probable predictions were said to be, and how many of them were right. */
export function reliabilityTable({ calibration }: EvaluationRecord): Table {
  const columns = [
    right<CalibrationBin>('said', ({ confidence }) => confidence.toFixed(3)),
    left<CalibrationBin>('right', ({ accuracy }) => formatEstimate(accuracy)),
    right<CalibrationBin>('rows', ({ count }) => formatCount(count)),
  ];
  return tableOf('Reliability', columns, calibration.bins);
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
