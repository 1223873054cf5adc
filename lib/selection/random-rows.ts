import { distinctRows } from './distinct-rows.ts';
import type { SelectionStrategy } from './strategy.ts';

/** Rows at random, all equally likely: what every other strategy is measured against. */
export const randomRows: SelectionStrategy = async (task) => ({
  rows: await distinctRows(task, task.random.permutation(task.X.shape[0])),
});
