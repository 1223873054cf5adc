import { HandfulError } from '../core/errors.ts';
import { type Matrix, takeRows } from '../core/matrix.ts';
import { RandomState } from '../core/random-state.ts';
import type { ExperimentData } from './data.ts';

/** How labelled rows are split into rows to learn from and rows to be scored on. */
export interface Split {
  /** Share of the rows of each class that is set aside to be scored on: above 0, below 1. */
  testShare: number;
  /** 0 … 2^32 - 1: decides which rows. */
  seed: number;
}

/** Rows of a matrix that have a label. */
interface RowsWithLabels {
  rows: Int32Array;
  labels: readonly string[];
}

/**
 * Splits labelled rows at random, class by class (stratified): of each class the share is set aside, rounded to whole
 * rows, and one row at least stays to learn from. Rows without a label are left out. The order of the rows is kept.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` if there are not two classes, or no row is set aside
 */
export function splitRows(
  X: Matrix,
  { rows, labels }: RowsWithLabels,
  { testShare, seed }: Split,
): Pick<ExperimentData, 'train' | 'test' | 'classNames'> {
  const classNames = [...new Set(labels)].sort();
  if (classNames.length < 2) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected labels of two classes or more but all ${rows.length} are of one`,
    );
  }
  const numbers = new Map(classNames.map((name, number) => [name, number]));
  const classOf = Int32Array.from(labels, (label) => numbers.get(label)!);
  const wanted = classNames.map(() => 0);
  for (const number of classOf) wanted[number]!++;
  for (const [number, size] of wanted.entries()) {
    wanted[number] = Math.min(size - 1, Math.round(testShare * size));
  }
  const isTest = new Uint8Array(rows.length);
  for (const place of new RandomState(seed).permutation(rows.length)) {
    if (wanted[classOf[place]!]! === 0) continue;
    wanted[classOf[place]!]!--;
    isTest[place] = 1;
  }
  const part = (test: number) => ({
    X: takeRows(
      X,
      rows.filter((_, place) => isTest[place] === test),
    ),
    y: classOf.filter((_, place) => isTest[place] === test),
  });
  if (!isTest.includes(1)) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected a test share that sets rows aside, but ${testShare} of each class is none of ` +
        `${rows.length} rows of ${classNames.length} classes`,
    );
  }
  return { train: part(0), test: part(1), classNames };
}
