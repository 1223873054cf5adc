import type { Command } from 'commander';
import { writeWholeFile } from '../core/files.ts';
import type { ReportDocument } from '../report/kit/document.ts';
import { formatJson } from '../report/kit/json.ts';
import { formatMarkdown } from '../report/kit/markdown.ts';
import { formatPage } from '../report/kit/page.ts';
import { formatText } from '../report/kit/text.ts';
import { addForceOption, type NamedFiles, type OutputOptions } from './outputs.ts';

/** Where results go. */
export interface ReportOptions extends OutputOptions {
  json?: string;
  html?: string;
  markdown?: string;
  quiet?: boolean;
}

/** Adds the options that say where results go. */
export function addReportOptions(command: Command): Command {
  return addForceOption(command)
    .option('--json <file>', 'write all results there, with everything needed to repeat them')
    .option('--html <file>', 'write a report there: a page with charts and pictures, complete in itself')
    .option('--markdown <file>', 'write a report there in Markdown')
    .option('--quiet', 'print nothing but errors');
}

/** The files that were asked for. */
export function reportFiles({ json, html, markdown }: ReportOptions): string[] {
  return [json, html, markdown].filter((file) => file !== undefined);
}

/** The same, under the names of their options. */
export function reportOutputs({ json, html, markdown }: ReportOptions): NamedFiles {
  return { '--json': json, '--html': html, '--markdown': markdown };
}

/**
 * Writes the files that were asked for, each whole or not at all.
 * @param record what the JSON file holds
 * @param page the report with what only a page shows
 */
export async function writeReports(
  { json, html, markdown }: ReportOptions,
  record: object,
  report: ReportDocument,
  page: () => ReportDocument | Promise<ReportDocument> = () => report,
): Promise<void> {
  if (json !== undefined) await writeWholeFile(json, formatJson(record));
  if (html !== undefined) await writeWholeFile(html, await formatPage(await page()));
  if (markdown !== undefined) await writeWholeFile(markdown, formatMarkdown(report));
}

/** Prints a report, unless nothing is to be printed. */
export function printReport({ quiet }: ReportOptions, report: ReportDocument): void {
  if (!quiet) process.stdout.write(`${formatText(report)}\n`);
}
