import { cpus } from 'node:os';
import { version } from '../version.ts';
import { type BackendInfo, backendInfo } from './select.ts';

/** What something was computed with. */
export interface Surroundings {
  versions: { handful: string; node: string };
  platform: string;
  processor: string;
}

/** What is recorded of everything that a process has computed. */
export interface ProcessRecord {
  backend: BackendInfo;
  /** Everything together, loading included. */
  totalSeconds: number;
  /** The most memory that the process held at once. */
  peakMemoryBytes: number;
  manifest: Surroundings;
}

/** The record of what this process has just done. */
export function processRecord(totalSeconds: number): ProcessRecord {
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
