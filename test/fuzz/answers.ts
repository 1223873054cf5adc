// What the fuzzer holds every case against, and what it makes of many.

import type fc from 'fast-check';
import { HandfulError } from '../../lib/index.ts';

/** What must be true of cases, and how many of all cases it gets. */
export interface Property {
  /** Its part of all cases, as a share of the sum of these. */
  share: number;
  property: fc.IProperty<unknown> | fc.IAsyncProperty<unknown>;
}

const CODES = [
  ...['ERR_INVALID_ARGUMENT', 'ERR_NOT_FINITE', 'ERR_NOT_FITTED', 'ERR_BACKEND', 'ERR_DATASET', 'ERR_FILE'],
  ...['ERR_FILE_FORMAT', 'ERR_OUT_OF_MEMORY', 'ABORT_ERR'],
];

/** How many cases ended in an answer, not in a refusal. */
export const tally = { answered: 0 };

/** Whether it is the one class of error, with a code and words. */
function isClear(error: unknown): boolean {
  return error instanceof HandfulError && CODES.includes(error.code) && error.message.length > 10;
}

/** True where it answers, or refuses clearly; else throws what it threw. */
export function answersOrRefuses(work: () => unknown): boolean {
  try {
    work();
    tally.answered++;
  } catch (error) {
    if (!isClear(error)) throw error;
  }
  return true;
}

/** The same of what answers later. */
export async function settlesOrRefuses(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    tally.answered++;
  } catch (error) {
    if (!isClear(error)) throw error;
  }
  return true;
}

/** Fails the case where an answer is wrong. */
export function require(holds: boolean, what: string): void {
  if (!holds) throw new Error(`wrong: ${what}`);
}
