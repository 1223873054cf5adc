import { pairwiseDistancesArgminMin } from '../estimators/pairwise-distances.ts';
import type { SelectionTask } from './strategy.ts';

/** Rows looked at together, at least. */
const MIN_CHUNK = 256;

/**
 * The first `budget` of the preferred rows, and of all others at random where those do not suffice, that differ from
 * one another and from what is labelled; duplicates follow, in the same order, only where nothing else is left.
 * @param preferred row numbers, the best first
 */
export async function distinctRows(task: SelectionTask, preferred: Int32Array): Promise<Int32Array> {
  const { X, budget, random, labelled, control } = task;
  const seen = new Set(labelled);
  const kept: number[] = [];
  const duplicates: number[] = [];
  const keepNew = async (rows: Int32Array): Promise<void> => {
    const fresh = rows.filter((row) => !seen.has(row) && seen.add(row));
    for (let start = 0; start < fresh.length && kept.length < budget; ) {
      const chunk = fresh.subarray(start, start + Math.max(MIN_CHUNK, budget - kept.length));
      const known = labelled.length + kept.length;
      using candidates = X.takeRows([...labelled, ...kept, ...chunk]);
      // A row is at distance 0 from itself, and ties go to the lowest: it finds itself, or what it is a copy of.
      using asked = X.takeRows(chunk);
      const { indices } = await pairwiseDistancesArgminMin(asked, candidates, control);
      for (const [i, row] of chunk.entries()) (indices[i] === known + i ? kept : duplicates).push(row);
      start += chunk.length;
    }
  };
  await keepNew(preferred);
  if (kept.length < budget) await keepNew(random.permutation(X.shape[0]));
  return Int32Array.from([...kept, ...duplicates].slice(0, budget));
}
