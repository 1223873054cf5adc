import type { LoadedData } from '../../datasets/load-data.ts';
import type { RowLabels } from '../../datasets/load-labels.ts';
import type { FloatMatrix } from '../../estimators/input.ts';
import { formatCount, formatShare } from '../../numbers.ts';
import { type Bar, barChart, SECONDS } from '../kit/bar-chart.ts';
import { type Chart, drawChart } from '../kit/chart.ts';
import { baseName, trainCommand } from '../kit/command-line.ts';
import { manifestSection } from '../kit/common-sections.ts';
import { rowName } from '../kit/data-record.ts';
import { ownDataFacts } from '../kit/facts.ts';
import { type Html, html } from '../kit/html.ts';
import { htmlTable } from '../kit/html-table.ts';
import { gallery } from '../kit/image.ts';
import { formatPage, section } from '../kit/page.ts';
import { pictureOfImage } from '../kit/picture.ts';
import { trainingFindings } from './findings.ts';
import type { TrainingRecord } from './record.ts';
import { type SureRow, sureRows } from './sure-rows.ts';
import { describeModel, trainedClassesTable, trainingTimesTable } from './tables.ts';

/** What a page of a training shows beside its record. */
export interface TrainingEvidence {
  data: LoadedData;
  labelled: Omit<RowLabels, 'notices'>;
  /** Rows x classes: how probable each class is for each row. */
  distributions: FloatMatrix;
}

/** Rows that a page has room for: all labelled ones, and all that stand for what the model is sure of or not. */
const SHOWN_LABELLED = 1000;
const SHOWN_SURE = 600;

/** Classes that a chart has room for. */
const CHART_CLASSES = 30;

/** A training as a page: what to expect, what was done, the labelled rows, what the model makes of others. */
export async function formatTrainingPage(
  record: TrainingRecord,
  evidence: TrainingEvidence,
): Promise<string> {
  const { headline, sentences } = trainingFindings(record);
  const { classes, data, manifest, phases, summary } = record;
  return formatPage({
    kicker: `handful train · ${baseName(data.source.path)}`,
    headline,
    lead: sentences,
    sections: [
      section(
        'What was done',
        summary.split('\n').map((line) => html`<p>${line}</p>\n`),
        html`<p>The model is in ${describeModel(record)}.</p>`,
      ),
      section(
        'Classes',
        classes.length <= CHART_CLASSES && (await drawChart(labelsChart(record))),
        trainedClassesTable(record, (columns, rows) => htmlTable('Classes', columns, rows)),
      ),
      ...labelledSection(record, evidence),
      sureSection(record, evidence),
      section(
        'Where the time went',
        await drawChart(
          barChart(Object.entries(phases).map(oneBar), SECONDS, {
            description: `Seconds of each part of the training: ${Object.entries(phases)
              .map(([phase, seconds]) => `${phase} ${SECONDS.format(seconds)}`)
              .join('; ')}`,
          }),
        ),
        html`<details><summary>The times as a table</summary>
${trainingTimesTable(record, (columns, rows) => htmlTable('Times', columns, rows))}</details>`,
      ),
      manifestSection(trainCommand(record), ownDataFacts(record)),
    ],
    version: manifest.versions.handful,
  });
}

function oneBar([title, value]: readonly [string, number]): Bar {
  return { title, parts: [{ value }] };
}

function labelsChart({ classes }: TrainingRecord): Chart {
  return barChart(
    classes.map(({ label, labels }) => oneBar([label, labels])),
    { label: 'labels', format: formatCount },
    {
      description: `Labels of each class: ${classes.map(({ label, labels }) => `${label} ${labels}`).join('; ')}`,
      caption: 'How many rows are labelled as each class.',
    },
  );
}

/** The labelled rows of each class, where they are images. */
function labelledSection({ classes }: TrainingRecord, { data, labelled }: TrainingEvidence): Html[] {
  const { X, image, names } = data;
  if (!image) return [];
  const room = Math.max(4, Math.floor(SHOWN_LABELLED / classes.length));
  const items = classes.map(({ label, labels }) => {
    const rows = labelled.rows.filter((_, i) => labelled.labels[i] === label).subarray(0, room);
    const pictures = Array.from(rows, (row) => ({
      picture: pictureOfImage(X, row, image),
      name: rowName(names, row),
    }));
    const count =
      labels > rows.length ? `the first ${rows.length} of ${formatCount(labels)}` : formatCount(labels);
    return html`<dt>${label}: ${count}</dt><dd>${gallery(pictures)}</dd>\n`;
  });
  return [
    section(
      'The rows that are labelled',
      html`<p>By class, in the order in which they were labelled. A label that is wrong misleads many rows: what does
not belong here is worth a second look.</p>`,
      html`<dl class="examples">${items}</dl>`,
    ),
  ];
}

/** What the model makes of rows without a label. */
function sureSection({ classes }: TrainingRecord, { data, labelled, distributions }: TrainingEvidence): Html {
  const room = Math.min(8, Math.max(3, Math.floor(SHOWN_SURE / classes.length / 2)));
  const sure = sureRows(distributions, labelled.rows, room);
  const items = classes.map(({ label }, c) => {
    const { surest, leastSure } = sure[c]!;
    return html`<dt>${label}</dt><dd>${
      surest.length > 0
        ? [rowsOf('surest', surest, data), rowsOf('least sure', leastSure, data)]
        : 'no such row'
    }</dd>\n`;
  });
  return section(
    'What the model makes of other rows',
    html`<p>Of the rows without a label that are taken for each class, those that the model is surest of and least sure
of, with the probabilities that it gives them. Where the surest are wrong, labels are; the least sure are worth a label
next.</p>`,
    html`<dl class="examples sure">${items}</dl>`,
  );
}

function rowsOf(what: string, rows: readonly SureRow[], { X, image, names }: LoadedData): Html | undefined {
  const [first] = rows;
  if (!first) return undefined;
  const name = ({ row, probability }: SureRow) => `${rowName(names, row)} (${formatShare(probability)})`;
  if (!image) return html`<p><b>${what}</b>: ${rows.map(name).join(', ')}</p>`;
  const pictures = rows.map((each) => ({ picture: pictureOfImage(X, each.row, image), name: name(each) }));
  const range = [first, rows.at(-1)!].map(({ probability }) => formatShare(probability, 0));
  return html`<figure>${gallery(pictures)}<figcaption>${what}: ${[...new Set(range)].join(' to ')}</figcaption></figure>`;
}
