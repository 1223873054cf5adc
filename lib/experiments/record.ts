import { cpus } from 'node:os';
import { type BackendInfo, backendInfo } from '../backend/select.ts';
import type { ImageGeometry } from '../core/image-geometry.ts';
import type { DatasetSource } from '../datasets/dataset.ts';
import { version } from '../version.ts';
import type { ExperimentData, OwnDataChoice } from './data.ts';

/** The data that experiments ran on, without the rows. */
export interface DatasetRecord {
  name: string;
  synthetic: boolean;
  /** A sentence that must stand beside every result on this data, if there is one. */
  notice?: string;
  trainRows: number;
  testRows: number;
  columns: number;
  /** How rows are images; undefined if they are plain vectors. */
  image?: ImageGeometry;
}

/** What something was computed with. */
export interface Surroundings {
  versions: { handful: string; node: string };
  platform: string;
  processor: string;
}

/** What is told about everything that a process has computed. */
export interface RunRecord {
  backend: BackendInfo;
  /** Everything together, loading included. */
  totalSeconds: number;
  /** The most memory that the process held at once. */
  peakMemoryBytes: number;
  manifest: Surroundings;
}

/** What is needed to repeat experiments beside their options. */
export interface Manifest extends Surroundings {
  /** Where the data came from, hashes included: read anew for it, and so only where it is written to a file. */
  data?: DatasetSource;
  /** How to have the data again, if it is one's own. */
  own?: OwnDataChoice;
}

/** What is told about every experiment alike. */
export interface ExperimentRecord extends RunRecord {
  dataset: DatasetRecord;
  manifest: Manifest;
}

/** The record of what this process has just done on some data. */
export function recordOf(data: ExperimentData, totalSeconds: number): ExperimentRecord {
  const { name, synthetic, notice, train, test, image, own } = data;
  const { manifest, ...run } = recordOfRun(totalSeconds);
  return {
    dataset: {
      name,
      synthetic,
      notice,
      trainRows: train.y.length,
      testRows: test.y.length,
      columns: train.X.shape[1],
      image,
    },
    ...run,
    manifest: { ...manifest, ...(own && { own }) },
  };
}

/** The record of what this process has just done. */
export function recordOfRun(totalSeconds: number): RunRecord {
  return {
    backend: backendInfo(),
    totalSeconds,
    // Node gives kibibytes.
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    manifest: {
      versions: { handful: version, node: process.versions.node },
      platform: `${process.platform} ${process.arch}`,
      processor: processorName(),
    },
  };
}

/** What the system calls this processor. */
export function processorName(): string {
  return cpus()[0]?.model ?? 'unknown';
}
