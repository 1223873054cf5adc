import type { Rows } from './rows.ts';

/** Vectors compared to the rows in one pass: enough to pay for the pass, few enough to unpack in one go. */
const MAX_GROUP = 128;
const GROUP_ELEMENTS = 2 ** 20;

/** Splits the rows of `y` into ranges `[first, end)` that are compared to another matrix's rows together. */
export function* targetGroups(y: Rows): Generator<[first: number, end: number]> {
  const size = Math.max(8, Math.min(MAX_GROUP, Math.floor(GROUP_ELEMENTS / y.columns)));
  for (let first = 0; first < y.rows; first += size) yield [first, Math.min(y.rows, first + size)];
}
