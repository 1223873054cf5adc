import { shareRight } from '../../estimators/predictions.ts';
import type { ExperimentData } from '../../experiments/data.ts';
import type { LossTrace } from '../../experiments/loss-trace.ts';
import type { NotebookRecord } from '../../experiments/notebook-record.ts';
import type { SeenExperiment } from '../../experiments/run-notebook.ts';
import { formatShare } from '../../numbers.ts';
import type { ClusterMembers } from '../../semi-supervised/cluster-members.ts';
import { drawChart } from '../kit/chart.ts';
import { notebookCommand } from '../kit/command-line.ts';
import { manifestSection, notesBlock } from '../kit/common-sections.ts';
import { type Answers, confusionMatrix } from '../kit/confusion.ts';
import { experimentFacts } from '../kit/facts.ts';
import { type Html, html } from '../kit/html.ts';
import { htmlTable } from '../kit/html-table.ts';
import { formatPage, section } from '../kit/page.ts';
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
  /** The notebook's clusters, where an experiment made any. */
  clusters?: { members: readonly ClusterMembers[]; ofRows: Int32Array };
}

/** A run of the notebook as a page: findings, table, charts, images, and what is needed to repeat it. */
export async function formatNotebookPage(
  record: NotebookRecord,
  evidence: NotebookEvidence,
): Promise<string> {
  const { dataset } = record;
  const { headline, sentences } = notebookFindings(record);
  return formatPage({
    kicker: `handful notebook · ${dataset.name}`,
    headline,
    lead: sentences,
    notice: dataset.notice,
    sections: [
      section(
        dataset.synthetic ? 'Results' : "Results, beside the notebook's",
        notebookTable(record, (columns, rows) => htmlTable('Results', columns, rows)),
        notesBlock(notebookNotes(record)),
      ),
      section('How sure the accuracies are', await drawChart(accuracyChart(record))),
      section('Where the time went', await drawChart(phasesChart(record)), phasesTable(record)),
      ...(await lossSection(record, evidence)),
      ...clusterSection(evidence),
      ...confusionSection(evidence),
      ...weightSection(evidence),
      manifestSection(notebookCommand(record), experimentFacts(record)),
    ],
    version: record.manifest.versions.handful,
  });
}

/** Fits that told of their loss often enough to draw a line. */
const LEAST_POINTS = 4;

async function lossSection(record: NotebookRecord, { traces }: NotebookEvidence): Promise<Html[]> {
  const drawn = traces.filter(
    ({ name, protocol, points }) =>
      points.length >= LEAST_POINTS &&
      record.experiments.some((each) => each.fit && each.name === name && each.protocol === protocol),
  );
  if (drawn.length === 0) return [];
  return [
    section(
      'How the fits came down',
      html`<p>How far the loss of each logistic regression lies above the loss at its end, on a logarithmic scale:
against iterations, then against time. Fits of a few hundred rows end before they can be watched.</p>`,
      await drawChart(lossChart(drawn, record, 'iteration')),
      await drawChart(lossChart(drawn, record, 'seconds')),
    ),
  ];
}

function clusterSection({ data, clusters }: NotebookEvidence): Html[] {
  if (!clusters) return [];
  const { members, ofRows } = clusters;
  return [
    section(
      'The rows that were labelled, and their clusters',
      html`<p>One image for each of the notebook's ${members.length} clusters, sorted by class. Beside it the members of
its cluster that lie nearest to it, and the farthest: where these are of another kind, spreading the label misleads.</p>`,
      clusterSheet(data, members, ofRows),
    ),
  ];
}

/** The confusions of each experiment, those of the most accurate with few labels open. */
function confusionSection({ data, seen }: NotebookEvidence): Html[] {
  if (seen.length === 0) return [];
  const open = seen.find(({ name }) => name === 'few-labels') ?? seen[0]!;
  return [
    section(
      'What is taken for what',
      html`<p>In each cell the first such test image, and how many there are.</p>`,
      seen.map(
        (each) => html`<details${each === open && html` open`}><summary>${experimentTitle(each)}:
${formatShare(shareRight(each.predicted, data.test.y))} right${each.name === 'random' && ', first draw'}</summary>
${confusionMatrix(answersOf(data, each), experimentTitle(each))}</details>`,
      ),
    ),
  ];
}

function answersOf({ classNames, test, image }: ExperimentData, { predicted }: SeenExperiment): Answers {
  return {
    ...{ classNames, truth: test.y, predicted },
    nameOf: (row) => `test image ${row}`,
    ...(image && { pictureOf: (row) => pictureOfImage(test.X, row, image) }),
  };
}

function weightSection({ data, seen }: NotebookEvidence): Html[] {
  const learned = seen.filter(({ regression }) => regression);
  const { image, classNames } = data;
  if (!image || learned.length === 0) return [];
  return [
    section(
      'What the regressions look for',
      html`<p>The weight of each pixel for each class: blue where a bright pixel speaks for the class, orange where it
speaks against it, white where it says nothing. One scale for the classes of an experiment.</p>`,
      learned.map(
        (each, i) =>
          html`<details${i === 0 && html` open`}><summary>${experimentTitle(each)}</summary>
${weightImages(each.regression!, classNames, image)}</details>`,
      ),
    ),
  ];
}
