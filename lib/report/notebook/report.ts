import { formatShare } from '../../core/numbers.ts';
import { shareRight } from '../../core/predictions.ts';
import type { ExperimentData } from '../../experiments/data.ts';
import type { LossTrace } from '../../experiments/loss-trace.ts';
import { EXPERIMENT_NAMES } from '../../experiments/notebook.ts';
import type { NotebookRecord } from '../../experiments/notebook-record.ts';
import type { SeenExperiment } from '../../experiments/run-notebook.ts';
import type { ClusterMembers } from '../../semi-supervised/cluster-members.ts';
import { commandLine } from '../kit/command-line.ts';
import { type Answers, confusionExamples, confusionMatrix } from '../kit/confusion.ts';
import type { Fold, ReportDocument, Section } from '../kit/document.ts';
import { experimentFacts } from '../kit/facts.ts';
import { pictureOfImage } from '../kit/picture.ts';
import { accuracyChart, experimentTitle, lossChart, phasesChart, phasesTable } from './charts.ts';
import { clusterSheet } from './clusters.ts';
import { notebookFindings } from './findings.ts';
import { notebookNotes, notebookTable } from './tables.ts';
import { weightImages } from './weights.ts';

/** What a page of the notebook shows beside its record. */
export interface NotebookEvidence {
  data: ExperimentData;
  seen: readonly SeenExperiment[];
  traces: readonly LossTrace[];
  /** The notebook's clusters, if an experiment made any. */
  clusters?: { members: readonly ClusterMembers[]; ofRows: Int32Array };
}

/**
 * A run of the notebook: findings, table, charts, images, and what is needed to repeat it.
 * @param evidence what a page shows beside the record
 */
export function notebookReport(record: NotebookRecord, evidence?: NotebookEvidence): ReportDocument {
  const { dataset, manifest } = record;
  return {
    kicker: `handful notebook · ${dataset.name}`,
    ...notebookFindings(record),
    notice: dataset.notice,
    sections: [
      {
        title: dataset.synthetic ? 'Results' : "Results, beside the notebook's",
        content: [notebookTable(record), { kind: 'notes', notes: notebookNotes(record) }],
      },
      { title: 'How sure the accuracies are', content: [accuracyChart(record)] },
      {
        title: 'Where the time went',
        isDetail: true,
        content: [
          phasesChart(record),
          { kind: 'fold', title: 'The times as a table', content: [phasesTable(record)] },
        ],
      },
      ...(evidence ? evidenceSections(record, evidence) : []),
    ],
    command: notebookCommand(record),
    facts: experimentFacts(record),
    version: manifest.versions.handful,
  };
}

/** The command that repeats a run of the notebook. */
function notebookCommand({ manifest, dataset }: NotebookRecord): string {
  const { protocol, clusters, seed, neighbors, seeds, only } = manifest.options;
  return commandLine(['handful', 'notebook'], {
    ...{ protocol, clusters, seed, neighbors, seeds },
    only: only.length < EXPERIMENT_NAMES.length ? only : undefined,
    dataset: dataset.name,
  });
}

function evidenceSections(record: NotebookRecord, evidence: NotebookEvidence): Section[] {
  return [
    ...lossSection(record, evidence),
    ...clusterSection(evidence),
    ...confusionSection(evidence),
    ...weightSection(evidence),
  ];
}

/** Fits that told of their loss often enough to draw a line. */
const LEAST_POINTS = 4;

function lossSection(record: NotebookRecord, { traces }: NotebookEvidence): Section[] {
  const drawn = traces.filter(
    ({ name, protocol, points }) =>
      points.length >= LEAST_POINTS &&
      record.experiments.some((each) => each.fit && each.name === name && each.protocol === protocol),
  );
  if (drawn.length === 0) return [];
  return [
    {
      title: 'How the fits came down',
      content: [
        'How far the loss of each logistic regression lies above the loss at its end, on a logarithmic scale: ' +
          'against iterations, then against time. Fits of a few hundred rows end before they can be watched.',
        lossChart(drawn, record, 'iteration'),
        lossChart(drawn, record, 'seconds'),
      ],
    },
  ];
}

function clusterSection({ data, clusters }: NotebookEvidence): Section[] {
  if (!clusters) return [];
  const { members, ofRows } = clusters;
  return [
    {
      title: 'The rows that were labelled, and their clusters',
      content: [
        `One image for each of the notebook's ${members.length} clusters, sorted by class. Beside it the members of ` +
          'its cluster that lie nearest to it, and the farthest: where these are of another kind, spreading the label ' +
          'misleads.',
        { kind: 'figure', html: () => clusterSheet(data, members, ofRows) },
      ],
    },
  ];
}

/** The confusions of each experiment, those of the most accurate with few labels open. */
function confusionSection({ data, seen }: NotebookEvidence): Section[] {
  if (seen.length === 0) return [];
  const open = seen.find(({ name }) => name === 'few-labels') ?? seen[0]!;
  return [
    {
      title: 'What is taken for what',
      content: [
        'In each cell the first such test image, and how many there are.',
        ...seen.map((each): Fold => {
          const title = experimentTitle(each);
          const share = formatShare(shareRight(each.predicted, data.test.y));
          const answers = answersOf(data, each);
          return {
            kind: 'fold',
            title: `${title}: ${share} right${each.name === 'random' ? ', first draw' : ''}`,
            isOpen: each === open,
            content: [
              { kind: 'figure', html: () => confusionMatrix(answers, title) },
              confusionExamples(answers),
            ],
          };
        }),
      ],
    },
  ];
}

function answersOf({ classNames, test, image }: ExperimentData, { predicted }: SeenExperiment): Answers {
  return {
    ...{ classNames, truth: test.y, predicted },
    nameOf: (row) => `test image ${row}`,
    ...(image && { pictureOf: (row) => pictureOfImage(test.X, row, image) }),
  };
}

function weightSection({ data, seen }: NotebookEvidence): Section[] {
  const { image, classNames } = data;
  const learned = seen.flatMap((each) => (each.regression ? [{ ...each, regression: each.regression }] : []));
  if (!image || learned.length === 0) return [];
  return [
    {
      title: 'What the regressions look for',
      content: [
        'The weight of each pixel for each class: blue where a bright pixel speaks for the class, orange where it ' +
          'speaks against it, white where it says nothing. One scale for the classes of an experiment.',
        ...learned.map(
          (each, i): Fold => ({
            kind: 'fold',
            title: experimentTitle(each),
            isOpen: i === 0,
            content: [{ kind: 'figure', html: () => weightImages(each.regression, classNames, image) }],
          }),
        ),
      ],
    },
  ];
}
