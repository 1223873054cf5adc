import { HandfulError } from '../core/errors.ts';
import { labelColumns } from '../datasets/formats/label-entries.ts';
import type { LoadedData } from '../datasets/load-data.ts';
import { type RowLabels, readLabels } from '../datasets/load-labels.ts';
import type { ChosenData, DataOptions } from './data-options.ts';
import type { ProgressLine } from './progress.ts';

/** Gathers an option that may be given several times. */
export function several(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/**
 * The labels of the rows of some data: those of files, or else of the data's own column of labels.
 * @param option the option that files of labels are given by
 * @throws HandfulError `ERR_INVALID_ARGUMENT` if there are none
 */
export async function chosenLabels(
  files: readonly string[] | undefined,
  chosen: ChosenData,
  options: DataOptions,
  line: ProgressLine,
  signal: AbortSignal,
  option = '--labels',
): Promise<RowLabels> {
  const labels = files ? await fileLabels(files, chosen, options, line, signal) : ownLabels(chosen.data);
  if (labels.rows.length > 0) return labels;
  throw new HandfulError(
    'ERR_INVALID_ARGUMENT',
    files
      ? `Expected labels in '${files.join("', '")}' but there are none yet`
      : `Expected ${option} FILE, for '${chosen.data.source.path}' has no labels of its own`,
  );
}

/** The labels of files, whose columns may be chosen by the same options as those of the data. */
export async function fileLabels(
  files: readonly string[],
  { data, found }: ChosenData,
  { nameColumn, labelColumn, readLimit }: DataOptions,
  line: ProgressLine,
  signal: AbortSignal,
): Promise<RowLabels> {
  const asked = labelColumns(nameColumn, labelColumn);
  const usual = labelColumns(undefined, undefined);
  // A column that the data has need not be one of the labels, too.
  const name = nameColumn !== undefined && found.has(nameColumn) ? [nameColumn, ...usual.name] : asked.name;
  const label =
    labelColumn !== undefined && found.has(labelColumn) ? [labelColumn, ...usual.label] : asked.label;
  const labels = await readLabels(files, data.names, { name, label, readLimit, signal });
  line.note(labels.notices);
  return labels;
}

function ownLabels({ labels = [] }: LoadedData): RowLabels {
  const rows = Int32Array.from(labels.keys()).filter((row) => labels[row] !== '');
  return { rows, labels: Array.from(rows, (row) => labels[row]!), notices: [] };
}
