import type { Command } from 'commander';
import { addBackendOptions, type BackendOptions, wholeNumber } from './backend-options.ts';
import { addDataOptions, type DataOptions } from './data-options.ts';

/** What every command takes that learns from data of one's own. */
export interface LearningOptions extends DataOptions, BackendOptions {
  seed: number;
}

/** Adds the seed, how the data is to be read, and what computes. */
export function addLearningOptions(command: Command): Command {
  return addBackendOptions(addDataOptions(command.option('--seed <number>', 'random seed', wholeNumber, 42)));
}
