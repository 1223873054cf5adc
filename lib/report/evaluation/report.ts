import { formatCount } from '../../core/numbers.ts';
import type { LoadedData } from '../../datasets/load-data.ts';
import { baseName, commandLine, dataOptions } from '../kit/command-line.ts';
import { type Answers, confusionExamples, confusionMatrix } from '../kit/confusion.ts';
import { rowName } from '../kit/data-record.ts';
import type { Block, ReportDocument } from '../kit/document.ts';
import { formatEstimate } from '../kit/estimate.ts';
import { ownDataFacts } from '../kit/facts.ts';
import { pictureOfImage } from '../kit/picture.ts';
import { classesChart, reliabilityChart } from './charts.ts';
import { evaluationFindings } from './findings.ts';
import type { EvaluationRecord } from './record.ts';
import { classesTable, confusionTable, evaluationNotes, mistakesTable, reliabilityTable } from './tables.ts';

/** A confusion matrix of more classes than these is not drawn: nobody could read it. */
const MATRIX_CLASSES = 30;

/**
 * How well a model does: findings, tables, charts, confusions with images, and how to repeat it.
 * @param data the rows, which a page shows some of
 */
export function evaluationReport(record: EvaluationRecord, data?: LoadedData): ReportDocument {
  const { accuracy, calibration, macroF1, manifest, model, support } = record;
  return {
    kicker: `handful evaluate · ${baseName(model.path)} · ${baseName(record.data.source.path)}`,
    ...evaluationFindings(record),
    sections: [
      {
        title: 'Classes',
        content: [
          `Of ${formatCount(support)} rows, accuracy ${formatEstimate(accuracy)}; mean F1 of the classes ` +
            `${formatEstimate(macroF1)}.`,
          classesTable(record),
          { kind: 'notes', notes: evaluationNotes() },
        ],
      },
      { title: 'How sure the figures are', content: [classesChart(record)] },
      { title: 'What is taken for what', content: confusionBlocks(record, data) },
      {
        title: 'Whether probabilities mean what they say',
        content: [
          `Expected calibration error: ${formatEstimate(calibration.expectedCalibrationError)}.`,
          reliabilityChart(record),
          { kind: 'fold', title: 'The same as a table', content: [reliabilityTable(record)] },
        ],
      },
    ],
    command: evaluateCommand(record),
    facts: ownDataFacts(record),
    version: manifest.versions.handful,
  };
}

/** The command that repeats an evaluation. */
function evaluateCommand({ manifest }: EvaluationRecord): string {
  const { model, data, labels, ...choice } = manifest.options;
  return commandLine(['handful', 'evaluate', baseName(model), baseName(data)], {
    labels: labels?.map(baseName),
    ...dataOptions(choice),
  });
}

/** Which classes are taken for which; of many classes the most frequent mistakes alone. */
function confusionBlocks(record: EvaluationRecord, data: LoadedData | undefined): Block[] {
  const { confusion } = record;
  const answers = data && answersOf(record, data);
  const examples = answers ? [confusionExamples(answers)] : [];
  if (confusion.labels.length > MATRIX_CLASSES) {
    return [
      `A matrix of ${confusion.labels.length} classes would be too large to read: these are the most frequent ` +
        'mistakes. What each row was taken for is in the file that --json writes.',
      mistakesTable(confusion),
      ...examples,
    ];
  }
  if (answers) return [{ kind: 'figure', html: () => confusionMatrix(answers, 'the model') }, ...examples];
  return ['What rows are (down), and what they were taken for (across):', confusionTable(confusion)];
}

function answersOf(
  { confusion: { labels }, truth, predicted, rows }: EvaluationRecord,
  { X, image, names }: LoadedData,
): Answers {
  const places = new Map(labels.map((label, place) => [label, place]));
  return {
    classNames: labels,
    truth: truth.map((label) => places.get(label)!),
    predicted: predicted.map((label) => places.get(label)!),
    nameOf: (i) => rowName(names, rows[i]!),
    ...(image && { pictureOf: (i) => pictureOfImage(X, rows[i]!, image) }),
  };
}
