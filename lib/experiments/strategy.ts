import type { PreparedMatrix } from '../backend/prepared-matrix.ts';
import type { Control } from '../backend/run.ts';
import type { ImageGeometry } from '../core/image-geometry.ts';
import type { Stopwatch } from '../core/phases.ts';
import type { Estimate } from '../core/statistics.ts';
import type { LogisticRegression } from '../estimators/logistic-regression.ts';
import type { CrossValidation } from '../semi-supervised/cross-validation.ts';
import type { LabelledRows } from '../semi-supervised/propagation.ts';

/**
 * What a strategy works with: rows, one seed, and what all strategies of that seed share. The labels of the training
 * rows are asked for, within the budget; those of the test rows are not here.
 */
export interface RunContext {
  /** 0 … 2^32 - 1: everything random in a run follows from it. */
  readonly seed: number;
  /** The rows to choose among and to learn from. */
  readonly train: PreparedMatrix;
  /** The rows to name the classes of. */
  readonly test: PreparedMatrix;
  /** How rows are images; undefined if they are plain vectors. */
  readonly image: ImageGeometry | undefined;
  /** To be handed on to everything that takes long. */
  readonly control: Control;
  /** Notes what the parts of the run take. */
  readonly watch: Stopwatch;
  /**
   * The true labels of training rows. Every row counts once.
   * @throws HandfulError `ERR_INVALID_ARGUMENT` beyond the budget
   */
  ask(rows: Int32Array): number[];
  /**
   * What `work` finds: done once for a seed, and charged to every run that asks for it. It may neither ask for
   * labels nor share anything itself.
   * @param name what it is, parameters included: equal names must mean equal work
   */
  share<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** What a run of a strategy comes to, to be held against the truth by others. */
export interface Outcome {
  /** For each test row the class that it is taken to be of. */
  predicted: ArrayLike<number>;
  /** The training rows learned from, repeated ones each time, and the labels that they were given. */
  trainedOn: LabelledRows<number>;
  /** How the fit ended, if there is exactly one. */
  fit?: FitReport;
  /** What learned from the rows as they are, if that is what the strategy does. */
  regression?: LogisticRegression<number>;
  /** The clusters of the training rows, if they were clustered. */
  clusters?: Clusters;
  /** What an audit of clusters decided, if there was one. */
  audit?: AuditOutcome;
  /** What cross-validation says of spreading labels, if there was one. */
  crossValidation?: CrossValidation;
}

/** How a logistic regression ended. */
export interface FitReport {
  loss: number;
  nIter: number;
  converged: boolean;
  /** NaN if the solver has no estimate. */
  gap: number;
  maxGradient: number;
  stopReason: string;
  solver: string;
}

/** Clusters of all training rows. */
export interface Clusters {
  /** For each training row the number of its cluster. */
  ofRows: Int32Array;
  /** For each cluster the row nearest to its centre, no row twice. */
  representatives: Int32Array;
  /** How the clustering ended. */
  report: ClusteringReport;
}

export interface ClusteringReport {
  inertia: number;
  nSteps: number;
  nIter: number;
}

/** What an audit of clusters decided. */
export interface AuditOutcome {
  /** Clusters, each with one labelled row. */
  clusters: number;
  /** Labels spent on second members. */
  nLabels: number;
  /** Clusters held to be mixed, in which nothing was propagated. */
  abstained: number;
  /** Share of right labels to expect, were each label propagated to the whole of its cluster. */
  expected: Estimate;
  /** What that would have propagated. */
  all: LabelledRows<number>;
  /** The part of it that is in clusters which are not mixed. */
  kept: LabelledRows<number>;
}

/** A whole way from rows without labels to a classifier, with a budget of labels. */
export interface Strategy {
  readonly name: string;
  /** Which rows it labels, in words for a reader. */
  readonly rows: string;
  /** The space in which it works. */
  readonly features: string;
  /** What learns, and from what. */
  readonly learner: string;
  /** Everything that was chosen about it: with its name, the code's version and a seed it fixes the outcome. */
  readonly settings: Readonly<Record<string, number | string | boolean>>;
  /** Runs it with `budget` true labels at most: 2 … training rows. */
  run(budget: number, context: RunContext): Promise<Outcome>;
}
