import type { Matrix } from '../../lib/core/matrix.ts';

/** The kinds of work that are measured: what each is given, and what it must answer. */
interface Tasks {
  /** One evaluation of the objective of multinomial logistic regression and of its gradient. */
  logisticPass: { problem: LogisticPassProblem; answer: LogisticPassAnswer };
  /** A whole fit, each contestant to its own default tolerance. */
  logisticFit: { problem: LogisticFitProblem; answer: LogisticFitAnswer };
  /** The classes of a few rows that come as a plain matrix, from a model fitted before. */
  predict: { problem: PredictProblem; answer: ArrayLike<number> };
  /** The `k` rows of `X` nearest to each query. */
  nearest: { problem: NearestProblem; answer: NearestAnswer };
  /** The nearest centre of each row. */
  assign: { problem: AssignProblem; answer: Int32Array };
  /** Euclidean distances of all rows of `X` to all of `Y`, row-major. */
  pairwiseDistances: { problem: PairwiseDistancesProblem; answer: ArrayLike<number> };
  /** Lloyd's algorithm: a fixed number of iterations from given centres. */
  kMeans: { problem: KMeansProblem; answer: ClusteringAnswer };
  /** A fit of mini-batch k-means with scikit-learn's defaults. */
  miniBatchKMeans: { problem: MiniBatchKMeansProblem; answer: ClusteringAnswer };
}

export type Task = keyof Tasks;
export type Problem<T extends Task> = Tasks[T]['problem'];
export type Answer<T extends Task> = Tasks[T]['answer'];

export interface LogisticFitProblem {
  X: Matrix;
  /** For each row its class, from 0 on, none left out. */
  labels: Int32Array;
  nClasses: number;
  C: number;
  /** The method and its bound where not the contestant's own are wanted: plain L-BFGS, so many iterations. */
  lbfgsIterations?: number;
}

export interface LogisticFitAnswer {
  /** The objective reached: sum of log-losses + ||coef||² / (2C). */
  loss: number;
  iterations: number;
}

export interface LogisticPassProblem extends Omit<LogisticFitProblem, 'lbfgsIterations'> {
  /** Where to evaluate: `nClasses` x (columns + 1), the intercept last in each row. */
  at: Float64Array;
}

interface LogisticPassAnswer {
  loss: number;
  /** Largest absolute component of the gradient, divided by the number of rows. */
  maxGradient: number;
}

interface PredictProblem {
  /** What the model is fitted on. */
  training: LogisticFitProblem;
  X: Matrix;
}

interface PairwiseDistancesProblem {
  X: Matrix;
  Y: Matrix;
  /** Whether the matrices come anew with each call, so that nobody may lay them out beforehand. */
  fresh?: true;
}

export interface NearestProblem {
  X: Matrix;
  queries: Matrix;
  k: number;
}

interface NearestAnswer {
  /** Query-major, `k` for each query, nearest first. */
  indices: Int32Array;
}

interface AssignProblem {
  X: Matrix;
  centers: Matrix;
}

interface KMeansProblem {
  X: Matrix;
  /** The centres to start from. */
  init: Matrix;
  iterations: number;
}

interface MiniBatchKMeansProblem {
  X: Matrix;
  nClusters: number;
  randomState: number;
}

interface ClusteringAnswer {
  /** Sum of the squared distances of the rows to their centres. */
  inertia: number;
}

/** One piece of work, described once and shared by everyone who does it. */
export interface Workload<T extends Task = Task> {
  /** For a reader: what is done, to how much. */
  title: string;
  task: T;
  problem: Problem<T>;
  /** Additions and multiplications that the plain method takes; left out where methods differ too much. */
  flops?: number;
  /** How often a trial does it, one after the other, where once is too short for a clock. Default 1. */
  calls?: number;
  /** Whether to look for the event loop's longest stall meanwhile. */
  watchesEventLoop?: true;
}

/** For the compiler: ties a workload's problem to its task. */
export function workload<T extends Task>(description: Workload<T>): Workload<T> {
  return description;
}
