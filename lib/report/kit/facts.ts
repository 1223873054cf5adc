import type { DatasetSource, SourceFile } from '../../datasets/dataset.ts';
import type { ExperimentRecord, RunRecord } from '../../experiments/record.ts';
import { formatSeconds, formatSize } from '../../numbers.ts';
import { baseName } from './command-line.ts';
import { type DataRecord, describeData } from './data-record.ts';

/** A fact of a record, under its name. */
export type Fact = readonly [name: string, value: string];

/** What is needed to repeat experiments beside the command, and what they took. */
export function experimentFacts(record: ExperimentRecord): Fact[] {
  const { dataset, manifest } = record;
  return [['data', describeSource(dataset.name, manifest.data)], ...runFacts(record)];
}

/** What is needed to repeat what was done with data of one's own, likewise. */
export function ownDataFacts(
  record: RunRecord & { data: DataRecord; manifest: { files?: readonly SourceFile[] } },
): Fact[] {
  const { data, manifest } = record;
  return [
    ['data', `${baseName(data.source.path)}: ${describeData(data)}`],
    ...(manifest.files ?? []).map(({ path, sha256 }): Fact => [baseName(path), `SHA-256 ${sha256}`]),
    ...runFacts(record),
  ];
}

function runFacts({ backend, totalSeconds, peakMemoryBytes, manifest }: RunRecord): Fact[] {
  return [
    ['handful', manifest.versions.handful],
    ['node', manifest.versions.node],
    ['platform', manifest.platform],
    ['processor', manifest.processor],
    ['backend', `${backend.backend}, ${backend.instructionSet}, ${backend.threads} threads`],
    ['time, memory', `${formatSeconds(totalSeconds)}, ${formatSize(peakMemoryBytes)}`],
  ];
}

function describeSource(name: string, source: DatasetSource | undefined): string {
  if (!source) return name;
  if (source.kind === 'generator') return `${name}: ${source.generator}, seed ${source.seed}`;
  return `${name}: ${source.files.map(({ path, sha256 }) => `${baseName(path)} (SHA-256 ${sha256})`).join(', ')}`;
}
