import type { CompareRecord } from '../experiments/compare-record.ts';
import type { NotebookRecord } from '../experiments/notebook-record.ts';
import type { ExperimentRecord } from '../experiments/record.ts';
import type { Findings } from './findings.ts';
import { compareFindings } from './findings-compare.ts';
import { notebookFindings } from './findings-notebook.ts';
import { compareCommand, manifestFacts, notebookCommand } from './manifest.ts';
import { formatMarkdownTable } from './table.ts';
import { compareNotes, compareTables } from './table-compare.ts';
import { notebookNotes, notebookTable } from './table-notebook.ts';

/** A run of the notebook in Markdown: findings, table, notes, and what is needed to repeat it. */
export function formatNotebookMarkdown(record: NotebookRecord): string {
  const tables = [notebookTable(record, formatMarkdownTable)];
  return document(record, notebookFindings(record), tables, notebookNotes(record), notebookCommand(record));
}

/** A comparison in Markdown, likewise. */
export function formatCompareMarkdown(record: CompareRecord): string {
  const tables = compareTables(record, formatMarkdownTable);
  return document(record, compareFindings(record), tables, compareNotes(record), compareCommand(record));
}

function document(
  record: ExperimentRecord,
  { headline, sentences }: Findings,
  tables: readonly string[],
  notes: readonly string[],
  command: string,
): string {
  const { notice } = record.dataset;
  const [, ...facts] = manifestFacts(record, command);
  const parts = [
    `# ${headline}`,
    ...(notice === undefined ? [] : [`**${notice}**`]),
    ...sentences,
    ...tables,
    ...notes,
    '## To repeat this',
    `\`\`\`sh\n${command}\n\`\`\``,
    facts.map(([name, value]) => `- ${name}: ${value}`).join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}
