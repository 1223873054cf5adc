import type { DatasetSource } from '../datasets/dataset.ts';
import type { CompareRecord } from '../experiments/compare-record.ts';
import { EXPERIMENT_NAMES } from '../experiments/notebook.ts';
import type { NotebookRecord } from '../experiments/notebook-record.ts';
import type { ExperimentRecord } from '../experiments/record.ts';
import { formatMegabytes, formatSeconds } from './table.ts';

/** A fact of a record, under its name. */
export type Fact = readonly [name: string, value: string];

/** What is needed to repeat experiments, and what they took: a fact each. */
export function manifestFacts(
  { dataset, backend, totalSeconds, peakMemoryBytes, manifest }: ExperimentRecord,
  command: string,
): Fact[] {
  return [
    ['command', command],
    ['data', describeSource(dataset.name, manifest.data)],
    ['handful', manifest.versions.handful],
    ['node', manifest.versions.node],
    ['platform', manifest.platform],
    ['processor', manifest.processor],
    ['backend', `${backend.backend}, ${backend.instructionSet}, ${backend.threads} threads`],
    ['time, memory', `${formatSeconds(totalSeconds)}, ${formatMegabytes(peakMemoryBytes)}`],
  ];
}

function describeSource(name: string, source: DatasetSource | undefined): string {
  if (!source) return name;
  if (source.kind === 'generator') return `${name}: ${source.generator}, seed ${source.seed}`;
  return `${name}: ${source.files.map(({ path, sha256 }) => `${baseName(path)} (SHA-256 ${sha256})`).join(', ')}`;
}

/** A report may be passed on: it does not tell how folders are called on this machine. */
function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1)!;
}

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
  const { strategies, labels, seeds, coverage } = manifest.options;
  return (
    `handful compare --strategies ${strategies.join(',')} --labels ${labels.join(',')} ` +
    `--seeds ${seeds.from}-${seeds.to}${coverage ? ' --coverage' : ''} --dataset ${dataset.name}`
  );
}
