import type { ProcessRecord } from '../../backend/process-record.ts';
import { countOf } from '../../core/errors.ts';
import { formatCount, formatSeconds, formatSize } from '../../core/numbers.ts';
import type { DatasetSource, SourceFile } from '../../datasets/dataset.ts';
import type { DatasetRecord, ExperimentRecord } from '../../experiments/record.ts';
import { baseName } from './command-line.ts';
import { type DataRecord, describeData } from './data-record.ts';
import type { Fact } from './document.ts';

/** What experiments ran on and with. */
export function experimentFacts(record: ExperimentRecord): Fact[] {
  const { dataset, manifest } = record;
  return [['data', describeDataset(dataset)], ...sourceFacts(manifest.data), ...processFacts(record)];
}

/** What was done with data of one's own ran on and with. */
export function ownDataFacts(
  record: ProcessRecord & { data: DataRecord; manifest: { files?: readonly SourceFile[] } },
): Fact[] {
  const { data, manifest } = record;
  return [
    ['data', `${baseName(data.source.path)}: ${describeData(data)}`],
    ...hashes(manifest.files ?? []),
    ...processFacts(record),
  ];
}

function processFacts({ backend, totalSeconds, peakMemoryBytes, manifest }: ProcessRecord): Fact[] {
  const { versions, platform, processor } = manifest;
  return [
    [
      'computed by',
      `${backend.backend} backend, instruction set ${backend.instructionSet}, ${countOf(backend.threads, 'thread')}, ` +
        `node ${versions.node}, handful ${versions.handful}`,
    ],
    ['on', `${platform}, ${processor}`],
    ['in', `total ${formatSeconds(totalSeconds)}, peak memory ${formatSize(peakMemoryBytes)}`],
  ];
}

/** `fashion-mnist: 60,000 training and 10,000 test images of 28 x 28 pixels`. */
function describeDataset({ name, trainRows, testRows, columns, image }: DatasetRecord): string {
  const rows = image
    ? `images of ${image.height} x ${image.width} pixels`
    : `rows of ${countOf(columns, 'number')}`;
  return `${name}: ${formatCount(trainRows)} training and ${formatCount(testRows)} test ${rows}`;
}

function sourceFacts(source: DatasetSource | undefined): Fact[] {
  if (!source) return [];
  return source.kind === 'generator'
    ? [['generator', `${source.generator}, seed ${source.seed}`]]
    : hashes(source.files);
}

function hashes(files: readonly SourceFile[]): Fact[] {
  return files.map(({ path, sha256 }) => [baseName(path), `SHA-256 ${sha256}`]);
}
