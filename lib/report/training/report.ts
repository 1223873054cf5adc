import { countOf } from '../../core/errors.ts';
import type { FloatMatrix } from '../../core/matrix.ts';
import { formatCount, formatSeconds, formatShare, formatSize } from '../../core/numbers.ts';
import type { LoadedData } from '../../datasets/load-data.ts';
import type { RowLabels } from '../../datasets/load-labels.ts';
import { type Bar, barChart, SECONDS } from '../kit/bar-chart.ts';
import type { Chart } from '../kit/chart.ts';
import { baseName, commandLine, dataOptions } from '../kit/command-line.ts';
import { rowName } from '../kit/data-record.ts';
import type { GalleryRow, NamedPicture, ReportDocument, Section } from '../kit/document.ts';
import { formatEstimate } from '../kit/estimate.ts';
import { ownDataFacts } from '../kit/facts.ts';
import { pictureOfImage } from '../kit/picture.ts';
import { left, right, type Table, tableOf } from '../kit/table.ts';
import { trainingFindings } from './findings.ts';
import type { TrainedClass, TrainingRecord } from './record.ts';
import { type SureRow, sureRows } from './sure-rows.ts';

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

/**
 * A training: what to expect, what was done, the labelled rows, what the model makes of others.
 * @param evidence what a page shows beside the record
 */
export function trainingReport(record: TrainingRecord, evidence?: TrainingEvidence): ReportDocument {
  const { classes, data, labels, expectedAccuracy, manifest, model, summary } = record;
  return {
    kicker: `handful train · ${baseName(data.source.path)}`,
    ...trainingFindings(record),
    sections: [
      {
        title: 'What was done',
        content: [
          ...summary.split('\n'),
          expectedAccuracy !== null &&
            `The accuracy to expect, by cross-validation on the labels: ${formatEstimate(expectedAccuracy)}.`,
          `The model is in ${baseName(model.path)}, ${formatSize(model.bytes)}.`,
        ],
      },
      {
        title: 'Classes',
        isDetail: true,
        content: [classes.length <= CHART_CLASSES && labelsChart(record), classesTable(record)],
      },
      ...(evidence ? [...labelledSection(record, evidence), sureSection(record, evidence)] : []),
      {
        title: 'Where the time went',
        isDetail: true,
        content: [
          timesChart(record),
          { kind: 'fold', title: 'The times as a table', content: [timesTable(record)] },
        ],
      },
    ],
    command: trainCommand(record),
    facts: [
      ['labels', `${countOf(labels.count, 'label')} of ${countOf(labels.classes.length, 'class')}`],
      ...ownDataFacts(record),
    ],
    version: manifest.versions.handful,
  };
}

/** The command that trains the same model again. */
function trainCommand({ manifest }: TrainingRecord): string {
  const { data, labels, out, classPrior, seed, ...choice } = manifest.options;
  return commandLine(['handful', 'train', baseName(data)], {
    labels: labels?.map(baseName),
    out: baseName(out),
    'class-prior': classPrior,
    seed,
    ...dataOptions(choice),
  });
}

/** How many rows were labelled as each class, and how many are taken for it. */
function classesTable({ classes, data }: TrainingRecord): Table {
  const columns = [
    left<TrainedClass>('class', ({ label }) => label),
    right<TrainedClass>('labels', ({ labels }) => formatCount(labels)),
    right<TrainedClass>('rows taken for it', ({ rows }) => formatCount(rows)),
    right<TrainedClass>('of all', ({ rows }) => formatShare(rows / data.rows)),
  ];
  return tableOf('Classes', columns, classes);
}

/** What the parts of a training took. */
function timesTable({ phases }: TrainingRecord): Table {
  const columns = [
    left<[string, number]>('part', ([phase]) => phase),
    right<[string, number]>('time', ([, seconds]) => formatSeconds(seconds)),
  ];
  return tableOf('Times', columns, Object.entries(phases));
}

function timesChart({ phases }: TrainingRecord): Chart {
  const parts = Object.entries(phases);
  return barChart(parts.map(oneBar), SECONDS, {
    description: `Seconds of each part of the training: ${parts
      .map(([phase, seconds]) => `${phase} ${SECONDS.format(seconds)}`)
      .join('; ')}`,
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

/** The labelled rows of each class, if they are images. */
function labelledSection({ classes }: TrainingRecord, { data, labelled }: TrainingEvidence): Section[] {
  if (!data.image) return [];
  const room = Math.max(4, Math.floor(SHOWN_LABELLED / classes.length));
  const entries = classes.map(({ label, labels }) => {
    const rows = labelled.rows.filter((_, i) => labelled.labels[i] === label).subarray(0, room);
    const count =
      labels > rows.length ? `the first ${rows.length} of ${formatCount(labels)}` : formatCount(labels);
    const items = Array.from(rows, (row) => named(data, row, rowName(data.names, row)));
    return { title: `${label}: ${count}`, rows: [{ items }] };
  });
  return [
    {
      title: 'The rows that are labelled',
      content: [
        'By class, in the order in which they were labelled. A label that is wrong misleads many rows: what does not ' +
          'belong here is worth a second look.',
        { kind: 'gallery', entries },
      ],
    },
  ];
}

/** What the model makes of rows without a label. */
function sureSection(
  { classes }: TrainingRecord,
  { data, labelled, distributions }: TrainingEvidence,
): Section {
  const room = Math.min(8, Math.max(3, Math.floor(SHOWN_SURE / classes.length / 2)));
  const sure = sureRows(distributions, labelled.rows, room);
  const entries = classes.map(({ label }, c) => {
    const { surest, leastSure } = sure[c]!;
    const rows = [...rowsOf('surest', surest, data), ...rowsOf('least sure', leastSure, data)];
    return { title: label, rows: rows.length > 0 ? rows : [{ items: [{ name: 'no such row' }] }] };
  });
  return {
    title: 'What the model makes of other rows',
    content: [
      'Of the rows without a label that are taken for each class, those that the model is surest of and least sure of, ' +
        'with the probabilities that it gives them. Where the surest are wrong, labels are; the least sure are worth a ' +
        'label next.',
      { kind: 'gallery', entries },
    ],
  };
}

function rowsOf(what: string, rows: readonly SureRow[], data: LoadedData): GalleryRow[] {
  const [first] = rows;
  if (!first) return [];
  const items = rows.map(({ row, probability }) =>
    named(data, row, `${rowName(data.names, row)} (${formatShare(probability)})`),
  );
  if (!data.image) return [{ caption: what, items }];
  const range = [first, rows.at(-1)!].map(({ probability }) => formatShare(probability, 0));
  return [{ caption: `${what}: ${[...new Set(range)].join(' to ')}`, items }];
}

/** A row under a name, with its picture if rows are images. */
function named({ X, image }: LoadedData, row: number, name: string): NamedPicture {
  return { name, ...(image && { picture: pictureOfImage(X, row, image) }) };
}
