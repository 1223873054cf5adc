import type { Estimate } from '../core/statistics.ts';

/** What the server tells the page, and the page the server: all that both must agree on. */

/** A row to be labelled, with what is known of it. */
export interface PickState {
  row: number;
  name: string;
  /** Its class; `''` where it has none yet. */
  label: string;
  /** Why it has none, or how it came to it; see `LABEL_NOTES`. */
  note: string;
  /** Whether somebody has called its cluster mixed. */
  mixed: boolean;
  /** Rows in its cluster, itself among them; 0 where there are no clusters. */
  size: number;
  /** Members of its cluster that lie nearest to it, and farthest. */
  nearest: MemberState[];
  farthest: MemberState[];
}

/** A row in the cluster of a pick. */
export interface MemberState {
  row: number;
  name: string;
  label: string;
}

/** What the labels are worth so far; see `AccuracyEstimate`. */
interface EstimateState {
  labels: number;
  accuracy: Estimate;
  gain: Estimate;
}

/** Everything that the page shows. */
export interface LabellingState {
  /** What is being labelled. */
  title: string;
  /** Where labels are stored. */
  file: string;
  /** What goes on before there are picks, and how far it is; undefined when they are there. */
  preparing?: string;
  /** Why nothing more will come, where something failed. */
  failure?: string;
  /** Why labels can't be stored, and what is shown may no longer be in the file; undefined if all is well. */
  trouble?: string;
  /** What another program did to the file of labels, and what became of it. */
  notice?: string;
  /** Whether rows are images; else plain vectors. */
  images: boolean;
  classes: readonly string[];
  picks: PickState[];
  /** Rows that were labelled one by one: those that the estimate rests on. */
  labelled: number;
  /** Rows that were labelled with the whole of their cluster. */
  labelledWithClusters: number;
  /** What undoing would take back, in words; undefined where there is nothing. */
  undo?: string;
  estimate?: EstimateState;
  /** Whether an estimate is under way. */
  estimating: boolean;
}

/** What a person says of a pick. */
export type LabellingCommand =
  | { kind: 'label'; row: number; label: string; cluster: boolean }
  | { kind: 'skip' | 'unsure' | 'mixed'; row: number }
  | { kind: 'more' }
  | { kind: 'undo' };
