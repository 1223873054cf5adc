import { integer } from '../core/options.ts';

/** Checks a seed: a whole number from 0 to 2^32 - 1. */
export const randomStateSeed = integer(0, 2 ** 32 - 1);
