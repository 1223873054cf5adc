import type { LoadedData } from '../../datasets/load-data.ts';
import { drawChart } from '../kit/chart.ts';
import { baseName, evaluateCommand } from '../kit/command-line.ts';
import { manifestSection, notesBlock } from '../kit/common-sections.ts';
import { type Answers, confusionMatrix } from '../kit/confusion.ts';
import { rowName } from '../kit/data-record.ts';
import { ownDataFacts } from '../kit/facts.ts';
import { html } from '../kit/html.ts';
import { htmlTable } from '../kit/html-table.ts';
import { formatPage, section } from '../kit/page.ts';
import { pictureOfImage } from '../kit/picture.ts';
import { classesChart, reliabilityChart } from './charts.ts';
import { evaluationFindings } from './findings.ts';
import type { EvaluationRecord } from './record.ts';
import { classesTable, evaluationNotes, formatEstimate, MATRIX_CLASSES, reliabilityTable } from './tables.ts';

/** How well a model does, as a page: findings, tables, charts, confusions with images, and how to repeat it. */
export async function formatEvaluationPage(record: EvaluationRecord, data: LoadedData): Promise<string> {
  const { headline, sentences } = evaluationFindings(record);
  const { confusion, calibration, macroF1, manifest } = record;
  return formatPage({
    kicker: `handful evaluate · ${baseName(record.model.path)} · ${baseName(record.data.source.path)}`,
    headline,
    lead: sentences,
    sections: [
      section(
        'Classes',
        classesTable(record, (columns, rows) => htmlTable('Classes', columns, rows)),
        html`<p>Mean F1 of the classes: ${formatEstimate(macroF1)}.</p>`,
        notesBlock(evaluationNotes()),
      ),
      section('How sure the figures are', await drawChart(classesChart(record))),
      section(
        'What is taken for what',
        confusion.labels.length > MATRIX_CLASSES &&
          html`<p>A matrix of ${confusion.labels.length} classes would be too large to read: these are the most frequent
mistakes. What each row was taken for is in the file that <code>--json</code> writes.</p>`,
        confusionMatrix(answersOf(record, data), 'the model'),
      ),
      section(
        'Whether probabilities mean what they say',
        html`<p>Expected calibration error: ${formatEstimate(calibration.expectedCalibrationError)}.</p>`,
        await drawChart(reliabilityChart(record)),
        html`<details><summary>The same as a table</summary>
${reliabilityTable(calibration, (columns, rows) => htmlTable('Reliability', columns, rows))}</details>`,
      ),
      manifestSection(evaluateCommand(record), ownDataFacts(record)),
    ],
    version: manifest.versions.handful,
  });
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
