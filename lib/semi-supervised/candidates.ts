import type { RandomState } from '../core/random-state.ts';
import type { Selection } from '../selection/strategy.ts';

/** `count` rows without a label, drawn at random, and those with one; ascending. */
export function drawCandidates(
  rows: number,
  count: number,
  known: Int32Array,
  random: RandomState,
): Int32Array {
  const labelled = new Set(known);
  const others = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !labelled.has(row));
  const drawn = random.choice(others.length, Math.min(count, others.length));
  return Int32Array.from([...labelled, ...drawn.map((place) => others[place]!)]).sort();
}

/** The place of each row among the candidates. */
export function placesOf(rows: Int32Array, candidates: Int32Array | undefined): Int32Array {
  if (!candidates) return rows;
  const places = new Map(Array.from(candidates, (row, place) => [row, place]));
  return rows.map((row) => places.get(row)!);
}

/** A selection of candidates, as one of all rows. */
export function amongAll({ rows, clusters }: Selection, candidates: Int32Array, count: number): Selection {
  const all = clusters && new Int32Array(count).fill(-1);
  for (const [place, row] of candidates.entries()) if (all) all[row] = clusters[place]!;
  return { rows: rows.map((place) => candidates[place]!), ...(all && { clusters: all }) };
}
