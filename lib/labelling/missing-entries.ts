import type { LabelEntry } from './labels-format.ts';

/**
 * Of the entries that are known, those that a file must have added to say the same of every row. A row of which the
 * last known entry is in the file, be it that its label was changed there, or of which another process has said
 * something later, needs none.
 * @param found the entries that the file has
 */
export function missingFrom(found: readonly LabelEntry[], known: readonly LabelEntry[]): LabelEntry[] {
  const there = new Set(found.map(momentOf));
  const ours = new Set(known.map(momentOf));
  const latest = new Map<number, number>();
  for (const entry of found) {
    const { row, time } = entry;
    if (!ours.has(momentOf(entry))) latest.set(row, Math.max(time, latest.get(row) ?? time));
  }
  const settled = new Set<number>();
  const missing = known.toReversed().filter((entry) => {
    const isSettled = there.has(momentOf(entry)) || (latest.get(entry.row) ?? entry.time) > entry.time;
    if (isSettled) settled.add(entry.row);
    return !settled.has(entry.row);
  });
  return missing.reverse();
}

function momentOf({ row, time }: LabelEntry): string {
  return `${row} ${time}`;
}
