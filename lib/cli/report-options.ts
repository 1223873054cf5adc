import type { Command } from 'commander';
import { writeWholeFile } from '../files.ts';
import { addForceOption, type NamedFiles, type OutputOptions } from './outputs.ts';

/** Where results go. */
export interface ReportOptions extends OutputOptions {
  json?: string;
  html?: string;
  markdown?: string;
  quiet?: boolean;
}

/** What writes the files that were asked for. */
export type ReportWriters = Readonly<Record<'json' | 'html' | 'markdown', () => string | Promise<string>>>;

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

/** Writes the files that were asked for, each whole or not at all. */
export async function writeReports(options: ReportOptions, writers: ReportWriters): Promise<void> {
  for (const format of ['json', 'html', 'markdown'] as const) {
    const file = options[format];
    if (file !== undefined) await writeWholeFile(file, await writers[format]());
  }
}
