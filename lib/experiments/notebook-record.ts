import { type Phases, Stopwatch } from '../core/phases.ts';
import { mean, standardDeviation } from '../core/statistics.ts';
import type { CrossValidation } from '../semi-supervised/cross-validation.ts';
import type { NotebookOptions, NotebookRun, PlannedExperiment } from './notebook.ts';
import type { ExperimentRecord, Manifest } from './record.ts';
import type { FinishedRun, SeenRun } from './run-strategies.ts';
import type { ClusteringReport, FitReport } from './strategy.ts';

/** Everything that is known of one run of the notebook, and all that is needed to repeat it. */
export interface NotebookRecord extends ExperimentRecord {
  experiments: ExperimentResult[];
  manifest: Manifest & {
    options: Required<NotebookOptions>;
    /** Seconds spent outside the experiments. */
    phases: Phases;
  };
}

/** What an experiment found. */
export interface ExperimentResult extends PlannedExperiment {
  /** True labels that it uses. */
  nLabels: number;
  /** Rows that the classifier is trained on, repeated ones counted each time. */
  rows: number;
  /** Of the test rows; for `random` the mean over the draws. */
  accuracy: number;
  /** Standard deviation (n - 1) over the draws of `random`, if there are two or more. */
  accuracyStd?: number;
  /** What it took; for `random` one draw on average. */
  seconds: number;
  /**
   * Seconds by phase, for `random` those of all draws. What several experiments share is done once and charged to the
   * first of them that runs, as the notebook charges it: clustering and representatives to `representatives`.
   */
  phases: Phases;
  /** The training rows whose true labels are used; left out for `full`, which uses all, and for `random`. */
  labelledRows?: Int32Array;
  /** Share of the labels learned from that are the rows' true ones, repeated rows counted each time. */
  labelAccuracy: number;
  /** Training rows of `partial`, those of the first representative first. */
  trainingRows?: Int32Array;
  /** How many of the training rows of `partial` are different ones. */
  distinctRows?: number;
  /** How the clustering ended, on which all but `full`, `random` and `few-labels` stand. */
  clustering?: ClusteringReport;
  /** The fit; left out for `random`, whose draws have one each, and `few-labels`, which has more. */
  fit?: FitReport;
  draws?: RandomDraw[];
  /** What `few-labels` found by it of spreading labels. */
  crossValidation?: CrossValidation;
}

/** One of the draws of `random`; rows of a single class need no fit. */
interface RandomDraw extends Partial<FitReport> {
  seed: number;
  /** Share of the test rows named right. */
  accuracy: number;
  /** The training rows drawn. */
  labelledRows: Int32Array;
  seconds: number;
}

/** What the runs of an experiment found together: one run, or the draws of `random`. */
export function experimentResult(runs: readonly FinishedRun<NotebookRun>[]): ExperimentResult {
  const [{ planned, run, seen }] = runs as [FinishedRun<NotebookRun>];
  const { name, protocol } = planned;
  const { nLabels, trainedRows, labelAccuracy } = run;
  const common = { name, protocol, nLabels, rows: trainedRows, labelAccuracy };
  if (name === 'random') return { ...common, ...overDraws(runs) };
  return {
    ...common,
    accuracy: run.accuracy,
    seconds: run.secondsHere,
    phases: run.phases,
    ...(name !== 'full' && { labelledRows: seen!.labelledRows }),
    ...(name === 'partial' && rowsLearnedFrom(seen!)),
    ...(seen!.clusters && { clustering: seen!.clusters.report }),
    ...(run.fit && { fit: run.fit }),
    ...(seen!.crossValidation && { crossValidation: seen!.crossValidation }),
  };
}

function overDraws(runs: readonly FinishedRun<NotebookRun>[]) {
  const accuracies = runs.map(({ run }) => run.accuracy);
  const phases = new Stopwatch();
  for (const { run } of runs) phases.add(run.phases);
  return {
    accuracy: mean(accuracies),
    accuracyStd: standardDeviation(accuracies),
    seconds: mean(runs.map(({ run }) => run.secondsHere)),
    phases: phases.phases,
    draws: runs.map(({ run: { seed, accuracy, secondsHere, fit }, seen }) => ({
      seed,
      seconds: secondsHere,
      labelledRows: seen!.labelledRows,
      accuracy,
      ...fit,
    })),
  };
}

function rowsLearnedFrom({ trainedOn: { rows } }: SeenRun) {
  return { trainingRows: rows, distinctRows: new Set(rows).size };
}
