import { argmax } from '../../core/argmax.ts';
import type { FloatMatrix } from '../../core/matrix.ts';

/** A row, and how probable the class is that it is taken for. */
export interface SureRow {
  row: number;
  probability: number;
}

/** Of the rows that are taken for a class without being labelled, those that this is surest of, and least sure. */
export interface SureRows {
  /** The surest first. */
  surest: SureRow[];
  /** The least sure first; none that is among the surest. */
  leastSure: SureRow[];
}

/**
 * For each class the rows that a model is surest and least sure of; ties to the lowest row.
 * @param distributions rows x classes: how probable each class is for each row
 * @param labelled rows to leave out
 * @param count rows of each kind, at most
 */
export function sureRows(
  { data, shape: [rows, width] }: FloatMatrix,
  labelled: Int32Array,
  count: number,
): SureRows[] {
  const known = new Set(labelled);
  const ofClass = Array.from({ length: width }, (): SureRow[] => []);
  for (let row = 0; row < rows; row++) {
    if (known.has(row)) continue;
    const best = argmax(data, row * width, width);
    ofClass[best]!.push({ row, probability: data[row * width + best]! });
  }
  return ofClass.map((taken) => {
    const bySureness = taken.sort((a, b) => b.probability - a.probability || a.row - b.row);
    const leastSure = bySureness
      .slice(count)
      .sort((a, b) => a.probability - b.probability || a.row - b.row)
      .slice(0, count);
    return { surest: bySureness.slice(0, count), leastSure };
  });
}

/** How many rows are taken for each class. */
export function takenRows({ data, shape: [rows, width] }: FloatMatrix): Int32Array {
  const counts = new Int32Array(width);
  for (let row = 0; row < rows; row++) counts[argmax(data, row * width, width)]!++;
  return counts;
}
