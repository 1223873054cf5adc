import { constants } from 'node:os';
import type { AbortError } from '../core/errors.ts';
import { EXIT } from './exit-codes.ts';

/** What asks a process to end: Ctrl-C, another program, a terminal that goes away. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does some work that a signal aborts, and so does a standard output that fails. A second signal ends the process at
 * once, as it would without this.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (reason: NodeJS.Signals | Error) => controller.abort(reason);
  for (const name of SIGNALS) process.once(name, interrupt);
  process.stdout.once('error', interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
    process.stdout.off('error', interrupt);
  }
}

/** What the process ends with after an interruption, as a shell has it: 128 and the number of the signal. */
export function interruptedExitCode({ cause }: AbortError): number {
  const number = constants.signals[cause as NodeJS.Signals];
  return number === undefined ? EXIT.interrupted : 128 + number;
}
