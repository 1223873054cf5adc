import { formatCount, formatSeconds, formatShare, formatSize } from '../../numbers.ts';
import { formatEstimate } from '../evaluation/tables.ts';
import { baseName } from '../kit/command-line.ts';
import { describeData } from '../kit/data-record.ts';
import type { DrawTable } from '../kit/table.ts';
import type { TrainingRecord } from './record.ts';

/** What came out of a training, as text. */
export function formatTraining(record: TrainingRecord): string {
  const { data, labels, summary, expectedAccuracy, model } = record;
  return [
    `${describeData(data)}; ${formatCount(labels.count)} labels of ${labels.classes.length} classes`,
    summary,
    `accuracy to expect, by cross-validation on the labels: ${formatEstimate(expectedAccuracy)}\n` +
      `model: ${model.path}, ${formatSize(model.bytes)}`,
  ].join('\n\n');
}

/** How many rows were labelled as each class, and how many are taken for it. */
export function trainedClassesTable<Table>({ classes, data }: TrainingRecord, draw: DrawTable<Table>): Table {
  return draw(
    [
      { title: 'class', align: 'left' },
      { title: 'labels', align: 'right' },
      { title: 'rows taken for it', align: 'right' },
      { title: 'of all', align: 'right' },
    ],
    classes.map(({ label, labels, rows }) => [
      label,
      formatCount(labels),
      formatCount(rows),
      formatShare(rows / data.rows),
    ]),
  );
}

/** What the parts of a training took. */
export function trainingTimesTable<Table>({ phases }: TrainingRecord, draw: DrawTable<Table>): Table {
  return draw(
    [
      { title: 'part', align: 'left' },
      { title: 'time', align: 'right' },
    ],
    Object.entries(phases).map(([phase, seconds]) => [phase, formatSeconds(seconds)]),
  );
}

/** `model.handful, 12 MB`. */
export function describeModel({ model }: TrainingRecord): string {
  return `${baseName(model.path)}, ${formatSize(model.bytes)}`;
}
