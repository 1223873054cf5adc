import { totalmem } from 'node:os';
import type { Job, Operations } from '../../binding.d.ts';
import { HandfulError, invalidArgument } from '../errors.ts';
import { MEMORY_NEEDS } from './memory-needs.ts';

/** The most memory that one call may take, and where that is said. */
export interface MemoryLimit {
  bytes: number;
  source: string;
}

const UNITS = ['', 'K', 'M', 'G', 'T'];

/**
 * The limit that `HANDFUL_MEMORY_LIMIT` sets: bytes, or a number of KiB, MiB, GiB or TiB with K, M, G or T behind it.
 * Where it is left out, what the machine has or the process's control group allows, whichever is less.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function memoryLimit(given: string | undefined): MemoryLimit {
  if (!given) {
    const bytes = Math.min(totalmem(), process.constrainedMemory?.() || Infinity);
    return { bytes, source: 'this process can have' };
  }
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B)?$/i.exec(given.trim()) ?? [];
  const bytes = Number(number) * 1024 ** UNITS.indexOf(unit?.toUpperCase() ?? '');
  if (!(bytes > 0)) {
    throw invalidArgument(
      'HANDFUL_MEMORY_LIMIT',
      'a number of bytes, or of K, M, G or T of them, as 512M',
      given,
    );
  }
  return { bytes, source: 'HANDFUL_MEMORY_LIMIT allows' };
}

/** Bytes in words. */
export function formatBytes(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(bytes) / 10)));
  const number = bytes / 1024 ** unit;
  return unit === 0 ? `${number} bytes` : `${number.toFixed(1)} ${UNITS[unit]}iB`;
}

/**
 * Refuses a call that would take more than the limit.
 * @throws HandfulError `ERR_OUT_OF_MEMORY` saying how much it needs and how much there may be
 */
export function requireMemory(what: string, bytes: number, limit: MemoryLimit): void {
  if (bytes <= limit.bytes) return;
  throw new HandfulError(
    'ERR_OUT_OF_MEMORY',
    `Expected ${what} to need at most ${formatBytes(limit.bytes)}, which is what ${limit.source}, but it needs ` +
      `${formatBytes(bytes)}: pass fewer rows at a time`,
  );
}

/** The same operations, each of which first computes the memory that it needs, and refuses to begin beyond the limit. */
export function withinMemory(operations: Operations, limit: MemoryLimit): Operations {
  const within: Record<string, unknown> = {
    ...operations,
    prepare(...args: Parameters<Operations['prepare']>) {
      const [data, rows, columns] = args;
      requireMemory('the copy of the matrix', rows * columns * data.BYTES_PER_ELEMENT, limit);
      return operations.prepare(...args);
    },
  };
  for (const [name, need] of Object.entries(MEMORY_NEEDS)) {
    const operation = operations[name as keyof typeof MEMORY_NEEDS] as (
      ...args: unknown[]
    ) => Promise<unknown>;
    within[name] = async (job: Job, ...args: unknown[]) => {
      const bytes = (need as (...args: unknown[]) => number)(...args);
      requireMemory(name, bytes + heldBy(args), limit);
      return operation(job, ...args);
    };
  }
  return within as unknown as Operations;
}

/** Bytes of the prepared rows among the arguments, each counted once. */
function heldBy(args: unknown[]): number {
  const rows = new Set(
    args.filter((arg) => typeof (arg as { byteLength?: unknown })?.byteLength === 'number'),
  );
  return [...rows].reduce<number>((sum, arg) => sum + (arg as { byteLength: number }).byteLength, 0);
}
