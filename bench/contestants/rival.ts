import type { Contestant } from '../support/contestant.ts';

/** Another library. None is a dependency: they are used where they happen to be installed. */
export interface Rival extends Contestant {
  /** For the reader: what exactly is measured. */
  versions: string;
  /** GFLOP/s of its product of large 32-bit matrices, where it has one: what the machine gives to those who know it. */
  matrixProductRate?(): Promise<number>;
  close?(): Promise<void>;
}

/** A library that is not here. */
export interface Absent {
  name: string;
  /** Why, and how to get it. */
  reason: string;
}

export function isRival(found: Rival | Absent): found is Rival {
  return 'enter' in found;
}
