import { cpus } from 'node:os';
import { type BackendInfo, backendInfo } from '../backend/select.ts';
import type { Dataset, DatasetSource } from '../datasets/dataset.ts';
import { version } from '../version.ts';

/** The data that experiments ran on, without the images. */
export interface DatasetRecord {
  name: string;
  synthetic: boolean;
  /** A sentence that must stand beside every result on this data, where there is one. */
  notice?: string;
  trainRows: number;
  testRows: number;
  /** `[rows, columns]` of pixels. */
  imageShape: readonly [rows: number, columns: number];
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
}

/** What is told about every experiment alike. */
export interface ExperimentRecord extends RunRecord {
  dataset: DatasetRecord;
  manifest: Manifest;
}

/** The record of what this process has just done on a dataset. */
export function recordOf(dataset: Dataset, totalSeconds: number): ExperimentRecord {
  const { name, synthetic, notice, train, test, imageShape } = dataset;
  return {
    dataset: {
      name,
      synthetic,
      notice,
      trainRows: train.labels.length,
      testRows: test.labels.length,
      imageShape,
    },
    ...recordOfRun(totalSeconds),
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
