import type { PreparedMatrix } from '../backend/prepared-matrix.ts';
import type { Control } from '../backend/run.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import type { RandomState } from '../core/random-state.ts';

/** What a strategy is asked, everything checked. */
export interface SelectionTask {
  /** The rows to choose from, in the feature space in which the strategy is to measure. */
  X: PreparedMatrix;
  /** Rows to choose: 1 … rows that are not labelled yet. */
  budget: number;
  /** Where all chance comes from. */
  random: RandomState;
  /** Distinct rows that have a label already: never chosen, and what lies near them counts as covered. */
  labelled: Int32Array;
  /** Rows x classes: what a model thinks of each row. Only strategies that look for doubt need it. */
  probabilities?: FloatMatrix;
  control: Control;
}

/** The rows to label. */
export interface Selection {
  /**
   * Distinct row numbers, the most useful first: the first n are themselves a good choice of n. No two are
   * duplicates of each other, or of a row labelled before, as long as there are others.
   */
  rows: Int32Array;
  /**
   * Of strategies that choose one row for each cluster of all rows: for each row of `X` the place in `rows` of
   * the row that stands for its cluster, -1 where none does.
   */
  clusters?: Int32Array;
}

/** A way to choose the rows that are worth a label. */
export type SelectionStrategy = (task: SelectionTask) => Promise<Selection>;
