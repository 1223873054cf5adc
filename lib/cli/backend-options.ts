import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  activeBackend,
  type BackendName,
  setBackend,
  setInstructionSet,
  setThreads,
} from '../backend/select.ts';

export interface BackendOptions {
  backend?: BackendName;
  threads?: number;
  instructionSet?: string;
}

/** Adds the options that choose what computes. */
export function addBackendOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--backend <name>', 'what computes; default: native where it loads').choices([
        'native',
        'javascript',
      ]),
    )
    .option('--threads <count>', 'threads of one operation; default: one a physical core', wholeNumber)
    .option(
      '--instruction-set <name>',
      'kernels to use, of those that handful doctor lists; default: the fastest',
    );
}

/** Chooses what the options ask for, else the environment: what can't be had fails here, before any work. */
export function applyBackendOptions({ backend, threads, instructionSet }: BackendOptions): void {
  if (backend !== undefined) setBackend(backend);
  if (instructionSet !== undefined) setInstructionSet(instructionSet);
  if (threads !== undefined) setThreads(threads);
  activeBackend();
}

/** An argument as a whole number of 0 or more. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}
