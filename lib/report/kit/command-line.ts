import type { DataChoice } from '../../datasets/load-data.ts';
import type { CompareRecord } from '../../experiments/compare-record.ts';
import { EXPERIMENT_NAMES } from '../../experiments/notebook.ts';
import type { NotebookRecord } from '../../experiments/notebook-record.ts';
import type { EvaluationRecord } from '../evaluation/record.ts';
import type { TrainingRecord } from '../training/record.ts';

/** The command that repeats a run of the notebook. */
export function notebookCommand({ manifest, dataset }: NotebookRecord): string {
  const { protocol, clusters, seed, neighbors, seeds, only } = manifest.options;
  const some = only.length < EXPERIMENT_NAMES.length ? ` --only ${only.join(' ')}` : '';
  return (
    `handful notebook --protocol ${protocol} --clusters ${clusters} --seed ${seed} --neighbors ${neighbors} ` +
    `--seeds ${seeds}${some} --dataset ${dataset.name}`
  );
}

/** The command that repeats a comparison. */
export function compareCommand({ manifest, dataset }: CompareRecord): string {
  const { strategies, budgets, seeds, coverage } = manifest.options;
  const options: OptionValues = {
    strategies: strategies.join(','),
    labels: budgets.join(','),
    seeds: `${seeds.from}-${seeds.to}`,
    coverage: coverage || undefined,
  };
  if (!manifest.own) return commandLine(['handful', 'compare'], { ...options, dataset: dataset.name });
  const { path, labelsFile, testShare, splitSeed, ...choice } = manifest.own;
  return commandLine(['handful', 'compare', baseName(path)], {
    ...options,
    'labels-file': labelsFile?.map(baseName),
    'test-share': testShare,
    'split-seed': splitSeed,
    ...dataOptions(choice),
  });
}

/** The command that trains the same model again. */
export function trainCommand({ manifest }: TrainingRecord): string {
  const { data, labels, out, classPrior, seed, ...choice } = manifest.options;
  return commandLine(['handful', 'train', baseName(data)], {
    labels: labels?.map(baseName),
    out: baseName(out),
    'class-prior': classPrior,
    seed,
    ...dataOptions(choice),
  });
}

/** The command that repeats an evaluation. */
export function evaluateCommand({ manifest }: EvaluationRecord): string {
  const { model, data, labels, ...choice } = manifest.options;
  return commandLine(['handful', 'evaluate', baseName(model), baseName(data)], {
    labels: labels?.map(baseName),
    ...dataOptions(choice),
  });
}

/** The name of a file or folder: a report may be passed on, and does not tell where things lie on this machine. */
export function baseName(path: string): string {
  return path
    .replace(/[\\/]+$/, '')
    .split(/[\\/]/)
    .at(-1)!;
}

/**
 * Options of a command by their names; `true` for one without a value, undefined for one that was not given, a list for
 * one that is given several times.
 */
type OptionValues = Record<string, string | number | true | undefined | readonly string[]>;

function dataOptions(choice: DataChoice): OptionValues {
  const { format, array, header, columns, nameColumn, labelColumn, image, size, color, scale } = choice;
  const { skipUnreadable, followLinks } = choice;
  return {
    format,
    array,
    header: header === true || undefined,
    'no-header': header === false || undefined,
    columns: columns?.join(','),
    'name-column': nameColumn,
    'label-column': labelColumn,
    image: image === false ? 'none' : image && `${image.height}x${image.width}x${image.channels}`,
    size: size?.join('x'),
    color: color || undefined,
    'skip-unreadable': skipUnreadable || undefined,
    'follow-links': followLinks || undefined,
    scale,
  };
}

function commandLine(words: readonly string[], options: OptionValues): string {
  const given = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (value === true) return [`--${name}`];
    return [value].flat().flatMap((each) => [`--${name}`, String(each)]);
  });
  return [...words, ...given].map(shellWord).join(' ');
}

/** A word as a shell takes it. */
function shellWord(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
