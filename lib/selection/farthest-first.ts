import { preparedRows } from '../backend/prepared-matrix.ts';
import { run } from '../backend/run.ts';
import type { SelectionStrategy } from './strategy.ts';

/**
 * Each row the farthest from all chosen or labelled before it (Gonzalez 1985; "k-center greedy" of Sener & Savarese
 * 2018): no row of `X` is left more than twice as far from the nearest choice as the best choice could bring it. Where
 * nothing is labelled the first row is one at random. It seeks what lies at the edge: outliers come first.
 */
export const farthestFirst: SelectionStrategy = async ({ X, budget, random, labelled, control }) => {
  const first = labelled.length > 0 ? [] : [random.randint(0, X.shape[0])];
  const count = budget - first.length;
  if (count === 0) return { rows: Int32Array.from(first) };
  using x = preparedRows(X, 'X');
  const start = Int32Array.from([...labelled, ...first]);
  const { indices } = await run(control, (operations, job) => operations.farthestFirst(job, x, start, count));
  return { rows: Int32Array.from([...first, ...indices]) };
};
