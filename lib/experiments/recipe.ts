import type { PreparedMatrix } from '../backend/prepared-matrix.ts';
import type { Control } from '../backend/run.ts';
import type { EstimatedShare } from '../semi-supervised/cluster-audit.ts';
import type { LabelledRows } from '../semi-supervised/propagation.ts';

/**
 * What a recipe works with: rows, one seed, and what all recipes of that seed share. The labels of the training rows
 * are to be asked for, one by one within the budget; those of the test rows are not here.
 */
export interface Bench {
  /** 0 … 2^32 - 1: everything random in a run follows from it. */
  readonly seed: number;
  /** The rows to choose among and to learn from. */
  readonly train: PreparedMatrix;
  /** The rows to name the classes of. */
  readonly test: PreparedMatrix;
  /** `[rows, columns]` of pixels of an image. */
  readonly imageShape: readonly [rows: number, columns: number];
  /** To be handed on to everything that takes long. */
  readonly control: Control;
  /**
   * The true labels of training rows. Every row counts once.
   * @throws HandfulError `ERR_INVALID_ARGUMENT` beyond the budget
   */
  ask(rows: Int32Array): number[];
  /**
   * What `work` finds: looked for once for a seed, and charged to every run that asks for it. It may neither ask for
   * labels nor share anything itself.
   * @param name what it is, parameters included: equal names must mean equal work
   */
  share<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** What a run of a recipe answers, to be held against the truth by others. */
export interface Answer {
  /** For each test row the class that it is taken to be of. */
  predicted: ArrayLike<number>;
  /** The training rows learned from, repeated ones each time, and the labels told of them. */
  trainedOn: LabelledRows<number>;
  /** Why a fit ended before its tolerance, where one did. */
  unfinished?: string;
  /** What an audit of clusters decided, where there was one. */
  audit?: AuditAnswer;
}

/** What an audit of clusters decided. */
export interface AuditAnswer {
  /** Clusters, each with one labelled row. */
  clusters: number;
  /** Labels spent on second members. */
  labels: number;
  /** Clusters held to be mixed, in which nothing was propagated. */
  abstained: number;
  /** Share of right labels to expect, were each label propagated to the whole of its cluster. */
  expected: EstimatedShare;
  /** What that would have propagated. */
  all: LabelledRows<number>;
  /** The part of it that is in clusters which are not mixed. */
  kept: LabelledRows<number>;
}

/** A whole way from unlabelled rows to a classifier at a budget of labels: what a comparison calls a strategy. */
export interface Recipe {
  readonly name: string;
  /** Which rows it labels, in words for a reader. */
  readonly rows: string;
  /** The space in which it works. */
  readonly features: string;
  /** What learns, and from what. */
  readonly learner: string;
  /** Everything that was chosen about it: with its name, the code's version and a seed it fixes the answer. */
  readonly settings: Readonly<Record<string, number | string | boolean>>;
  /** Runs it with `labels` true labels at most: 2 … training rows. */
  run(labels: number, bench: Bench): Promise<Answer>;
}
