import type { CompareRecord } from '../../experiments/compare-record.ts';
import type { NotebookRecord } from '../../experiments/notebook-record.ts';
import { printable } from '../../printable.ts';
import { compareFindings } from '../compare/findings.ts';
import { compareNotes, compareTables } from '../compare/tables.ts';
import { evaluationFindings } from '../evaluation/findings.ts';
import type { EvaluationRecord } from '../evaluation/record.ts';
import {
  classesTable,
  confusionTable,
  confusionTitle,
  evaluationNotes,
  reliabilityTable,
} from '../evaluation/tables.ts';
import { notebookFindings } from '../notebook/findings.ts';
import { notebookNotes, notebookTable } from '../notebook/tables.ts';
import { trainingFindings } from '../training/findings.ts';
import type { TrainingRecord } from '../training/record.ts';
import { trainedClassesTable, trainingTimesTable } from '../training/tables.ts';
import { compareCommand, evaluateCommand, notebookCommand, trainCommand } from './command-line.ts';
import { experimentFacts, type Fact, ownDataFacts } from './facts.ts';
import { type DrawTable, formatMarkdownTable } from './table.ts';
import type { Findings } from './words.ts';

/** A run of the notebook in Markdown: findings, table, notes, and what is needed to repeat it. */
export function formatNotebookMarkdown(record: NotebookRecord): string {
  return document(
    notebookFindings(record),
    [notebookTable(record, formatMarkdownTable), ...notebookNotes(record)],
    notebookCommand(record),
    experimentFacts(record),
    record.dataset.notice,
  );
}

/** A comparison in Markdown, likewise. */
export function formatCompareMarkdown(record: CompareRecord): string {
  return document(
    compareFindings(record),
    [...compareTables(record, formatMarkdownTable), ...compareNotes(record)],
    compareCommand(record),
    experimentFacts(record),
    record.dataset.notice,
  );
}

/** A training in Markdown, likewise. */
export function formatTrainingMarkdown(record: TrainingRecord): string {
  return document(
    escapedFindings(trainingFindings(record)),
    [
      '## What was done',
      ...record.summary.split('\n').map(escapeMarkdown),
      '## Classes',
      trainedClassesTable(record, escapedTable),
      '## Where the time went',
      trainingTimesTable(record, escapedTable),
    ],
    trainCommand(record),
    ownDataFacts(record).map(escapedFact),
  );
}

/** An evaluation in Markdown, likewise. */
export function formatEvaluationMarkdown(record: EvaluationRecord): string {
  return document(
    escapedFindings(evaluationFindings(record)),
    [
      '## Classes',
      classesTable(record, escapedTable),
      `## ${confusionTitle(record.confusion)}`,
      confusionTable(record.confusion, escapedTable),
      '## How probable answers were said to be, and how many were right',
      reliabilityTable(record.calibration, escapedTable),
      ...evaluationNotes(),
    ],
    evaluateCommand(record),
    ownDataFacts(record).map(escapedFact),
  );
}

function document(
  { headline, sentences }: Findings,
  parts: readonly string[],
  command: string,
  facts: readonly Fact[],
  notice?: string,
): string {
  const all = [
    `# ${headline}`,
    ...(notice === undefined ? [] : [`**${notice}**`]),
    ...sentences,
    ...parts,
    '## To repeat this',
    codeBlock(command),
    facts.map(([name, value]) => `- ${name}: ${value}`).join('\n'),
  ];
  return `${all.join('\n\n')}\n`;
}

/** A command between fences that are longer than any run of backticks in it. */
function codeBlock(command: string): string {
  const line = printable(command);
  const longest = Math.max(2, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${line}\n${fence}`;
}

/** Text that somebody else wrote, as Markdown that shows it: on one line, its marks without their meaning. */
function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|~#&]/g, '\\$&');
}

function escapedFindings({ headline, sentences }: Findings): Findings {
  return { headline: escapeMarkdown(headline), sentences: sentences.map(escapeMarkdown) };
}

function escapedFact([name, value]: Fact): Fact {
  return [escapeMarkdown(name), escapeMarkdown(value)];
}

const escapedTable: DrawTable = (columns, rows) =>
  formatMarkdownTable(
    columns.map(({ title, align }) => ({ title: escapeMarkdown(title), align })),
    rows.map((cells) => cells.map(escapeMarkdown)),
  );
