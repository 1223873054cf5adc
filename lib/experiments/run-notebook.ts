import { type PreparedMatrix, prepare } from '../backend/prepared-matrix.ts';
import type { Control, Progress } from '../backend/run.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { requireAtMostRows } from '../estimators/input.ts';
import { LogisticRegression } from '../estimators/logistic-regression.ts';
import { MiniBatchKMeans } from '../estimators/mini-batch-k-means.ts';
import { parseOptions } from '../options.ts';
import { type Phases, Stopwatch, totalSeconds } from '../phases.ts';
import { RandomState } from '../random-state.ts';
import { representatives } from '../selection/representatives.ts';
import type { CrossValidation } from '../semi-supervised/cross-validation.ts';
import { FewLabels } from '../semi-supervised/few-labels.ts';
import { propagateToClusters, propagateToNearest } from '../semi-supervised/propagation.ts';
import {
  type ExperimentName,
  type NotebookOptions,
  notebookOptions,
  type PlannedExperiment,
  type Protocol,
  planNotebook,
} from './notebook.ts';
import { notebookRowPerCluster } from './notebook-row-per-cluster.ts';
import { mean, standardDeviation } from './statistics.ts';

/** How a logistic regression ended. */
export interface FitReport {
  /** Share of the test images it names right. */
  accuracy: number;
  loss: number;
  nIter: number;
  converged: boolean;
  /** NaN where the solver has no estimate. */
  gap: number;
  maxGradient: number;
  stopReason: string;
  solver: string;
}

/** One of the draws of `random`. */
export interface RandomDraw extends FitReport {
  seed: number;
  /** The training rows drawn. */
  labelledRows: Int32Array;
  seconds: number;
}

/** How the clustering ended, on which all but `full` and `random` stand. */
export interface ClusteringReport {
  inertia: number;
  nSteps: number;
  nIter: number;
}

/** What an experiment found. */
export interface ExperimentResult extends PlannedExperiment {
  /** True labels that it uses. */
  labels: number;
  /** Rows that the regression is trained on, repeated ones counted each time. */
  rows: number;
  /** Of the test images; for `random` the mean over the draws. */
  accuracy: number;
  /** Standard deviation (n - 1) over the draws of `random`, where there are two or more. */
  accuracyStd?: number;
  /** All its phases; for `random` those of one draw on average. */
  seconds: number;
  /**
   * Seconds by phase, for `random` those of all draws. What several experiments share is done once and
   * charged to the first of them that runs, as the notebook charges it: clustering and representatives to
   * `representatives`.
   */
  phases: Phases;
  /** The training rows whose true labels are used; for `full`, which uses all, left out. */
  labelledRows?: Int32Array;
  /** Share of the propagated labels that are the rows' true ones, repeated rows counted each time. */
  labelAccuracy?: number;
  /** Training rows of `partial`, those of the first representative first. */
  trainingRows?: Int32Array;
  /** How many of the training rows of `partial` are different ones. */
  distinctRows?: number;
  clustering?: ClusteringReport;
  /** The fit; left out for `random`, whose draws have one each, and `handful`, which has more. */
  fit?: Omit<FitReport, 'accuracy'>;
  draws?: RandomDraw[];
  /** What `handful` found by it of spreading labels. */
  crossValidation?: CrossValidation;
}

/** How far the experiments have come. */
export interface NotebookProgress extends Progress, PlannedExperiment {}

/** What an experiment answers, beside the figures that it is judged by: for those who want to look at it. */
export interface ExperimentAnswer extends PlannedExperiment {
  /** For each test image the class that it is taken to be of. */
  predicted: readonly number[];
  /** What learned from pixels; undefined for `handful`, which learns from other features. */
  regression?: LogisticRegression<number>;
  /** For each training row the number of its cluster, where rows were clustered by then. */
  clusters?: Int32Array;
  /** For each of these clusters the row nearest to its centre. */
  representatives?: Int32Array;
}

/** How a caller watches and stops the experiments. */
export interface NotebookControl {
  signal?: AbortSignal;
  onProgress?: (progress: NotebookProgress) => void;
  /** Sees the answer of each experiment; of `random` that of the first draw alone. */
  onAnswer?: (answer: ExperimentAnswer) => void;
}

/** What the experiments work on: rows that are images, or plain vectors where `imageShape` is left out. */
export type NotebookData = Pick<Dataset, 'train' | 'test'> & Partial<Pick<Dataset, 'imageShape'>>;

/**
 * Runs the notebook's experiments on a dataset, one after the other, and yields each result as soon as it
 * stands.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`; AbortError, after the results that stood before
 */
export async function* runNotebook(
  dataset: NotebookData,
  options?: NotebookOptions,
  control: NotebookControl = {},
): AsyncGenerator<ExperimentResult, void, undefined> {
  const settings = parseOptions<Required<NotebookOptions>>(options, notebookOptions, 'runNotebook');
  const rows = dataset.train.images.shape[0];
  requireAtMostRows(settings.clusters, 'clusters', rows);
  requireAtMostRows(settings.neighbors, 'neighbors', rows);
  const workbench = new Workbench(dataset, settings, control);
  for (const planned of planNotebook(settings)) yield await workbench.run(planned);
}

/** What an experiment is given: where it notes its times, how it is watched, and who wants its answer. */
interface Experiment {
  watch: Stopwatch;
  control: Control;
  protocol: Protocol;
  answer: (answer: Omit<ExperimentAnswer, keyof PlannedExperiment>) => void;
}

/** What an experiment itself finds out; the workbench adds names and times. */
type Findings = Omit<ExperimentResult, 'name' | 'protocol' | 'seconds' | 'phases'> & { seconds?: number };

/** Representatives of the clusters: training rows and their true labels. */
interface Representatives {
  rows: Int32Array;
  labels: number[];
}

/** The data, prepared once, and what several experiments share, found once. */
class Workbench {
  readonly #train: PreparedMatrix;
  readonly #test: PreparedMatrix;
  readonly #trainLabels: Uint8Array;
  readonly #testLabels: Uint8Array;
  readonly #imageShape: NotebookData['imageShape'];
  readonly #settings: Required<NotebookOptions>;
  readonly #control: NotebookControl;
  #clusterer: MiniBatchKMeans | undefined;
  #representatives: Representatives | undefined;

  constructor(
    { train, test, imageShape }: NotebookData,
    settings: Required<NotebookOptions>,
    control: NotebookControl,
  ) {
    this.#train = prepare(train.images);
    this.#test = prepare(test.images);
    this.#trainLabels = train.labels;
    this.#testLabels = test.labels;
    this.#imageShape = imageShape;
    this.#settings = settings;
    this.#control = control;
  }

  async run(planned: PlannedExperiment): Promise<ExperimentResult> {
    const { signal, onProgress, onAnswer } = this.#control;
    const watch = new Stopwatch();
    const control: Control = {
      signal,
      onProgress: onProgress && ((progress) => onProgress({ ...planned, ...progress })),
    };
    const findings = await this.#experiments[planned.name]({
      watch,
      control,
      protocol: planned.protocol,
      answer: (answer) => onAnswer?.({ ...planned, ...answer }),
    });
    return { ...planned, seconds: totalSeconds(watch.phases), phases: watch.phases, ...findings };
  }

  readonly #experiments: Record<ExperimentName, (experiment: Experiment) => Promise<Findings>> = {
    full: async (experiment) => {
      const rows = this.#train.shape[0];
      const { accuracy, ...fit } = await this.#fit(this.#train, this.#trainLabels, experiment);
      return { labels: rows, rows, accuracy, fit };
    },

    random: async (experiment) => {
      const { clusters, seeds } = this.#settings;
      const draws: RandomDraw[] = [];
      for (let seed = 0; seed < seeds; seed++) draws.push(await this.#draw(seed, experiment));
      const accuracies = draws.map((draw) => draw.accuracy);
      return {
        labels: clusters,
        rows: clusters,
        accuracy: mean(accuracies),
        accuracyStd: standardDeviation(accuracies),
        seconds: mean(draws.map((draw) => draw.seconds)),
        draws,
      };
    },

    representatives: async (experiment) => {
      const { rows, labels } = await this.#findRepresentatives(experiment);
      const { accuracy, ...fit } = await this.#fit(this.#train.takeRows(rows), labels, experiment);
      return {
        labels: rows.length,
        rows: rows.length,
        accuracy,
        labelledRows: rows,
        ...this.#clustering,
        fit,
      };
    },

    propagated: async (experiment) => {
      const { watch, control, protocol } = experiment;
      const representatives = await this.#findRepresentatives(experiment);
      const { labels: clusters, clusterCenters } = this.#clusterer!;
      const [labelledRows, labels] = await watch.time('propagation', async () => {
        const rowPerCluster =
          protocol === 'notebook'
            ? withoutGaps(
                await notebookRowPerCluster(this.#train, clusters, clusterCenters, control),
                representatives.rows,
              )
            : representatives.rows;
        return [rowPerCluster, propagateToClusters(clusters, this.#trueLabels(rowPerCluster))] as const;
      });
      const { accuracy, ...fit } = await this.#fit(this.#train, labels, experiment);
      return {
        labels: labelledRows.length,
        rows: labels.length,
        accuracy,
        labelAccuracy: mean(labels.map((label, row) => Number(label === this.#trainLabels[row]))),
        labelledRows,
        ...this.#clustering,
        fit,
      };
    },

    partial: async (experiment) => {
      const { watch, control } = experiment;
      const chosen = await this.#findRepresentatives(experiment);
      const { rows, labels } = await watch.time('neighbours', () =>
        propagateToNearest(this.#train, chosen.rows, chosen.labels, {
          count: this.#settings.neighbors,
          ...control,
        }),
      );
      const { accuracy, ...fit } = await this.#fit(this.#train.takeRows(rows), labels, experiment);
      return {
        labels: chosen.rows.length,
        rows: rows.length,
        accuracy,
        labelAccuracy: mean(labels.map((label, i) => Number(label === this.#trainLabels[rows[i]!]))),
        labelledRows: chosen.rows,
        trainingRows: rows,
        distinctRows: new Set(rows).size,
        ...this.#clustering,
        fit,
      };
    },

    handful: async ({ watch, control, answer }) => {
      const { clusters: budget, seed } = this.#settings;
      const [height, width] = this.#imageShape ?? [];
      const image = this.#imageShape && { height, width };
      const few = new FewLabels<number>({ budget, image, randomState: seed });
      await few.fit(this.#train, (rows) => this.#trueLabels(rows), control);
      watch.add(few.phases);
      const predicted = await watch.time('score', () => few.predict(this.#test, control));
      answer({ predicted });
      const told = few.transduction;
      return {
        labels: budget,
        rows: told.length,
        accuracy: this.#shareRight(predicted),
        labelAccuracy: mean(told.map((label, row) => Number(label === this.#trainLabels[row]))),
        labelledRows: few.labelled.rows,
        crossValidation: few.crossValidation,
      };
    },
  };

  async #draw(seed: number, experiment: Experiment): Promise<RandomDraw> {
    const { watch, answer } = experiment;
    const before = totalSeconds(watch.phases);
    const labelledRows = new RandomState(seed).choice(this.#train.shape[0], this.#settings.clusters);
    const labels = this.#trueLabels(labelledRows);
    const fit = await this.#fit(this.#train.takeRows(labelledRows), labels, {
      ...experiment,
      answer: seed === 0 ? answer : () => {},
    });
    return { seed, seconds: totalSeconds(watch.phases) - before, labelledRows, ...fit };
  }

  /** The notebook's classifier on some rows, scored on the test images. */
  async #fit(
    X: PreparedMatrix,
    y: ArrayLike<number>,
    { watch, control, answer }: Experiment,
  ): Promise<FitReport> {
    const regression = new LogisticRegression<number>();
    await watch.time('fit', () => regression.fit(X, y, control));
    const predicted = await watch.time('score', () => regression.predict(this.#test, control));
    answer({
      predicted,
      regression,
      clusters: this.#clusterer?.labels,
      representatives: this.#representatives?.rows,
    });
    const accuracy = this.#shareRight(predicted);
    const { loss, nIter, converged, gap, maxGradient, stopReason, solver } = regression;
    return { accuracy, loss, nIter, converged, gap, maxGradient, stopReason, solver };
  }

  #shareRight(predicted: readonly number[]): number {
    return mean(predicted.map((label, i) => Number(label === this.#testLabels[i])));
  }

  async #findRepresentatives({
    watch,
    control,
  }: Pick<Experiment, 'watch' | 'control'>): Promise<Representatives> {
    if (!this.#clusterer) {
      const { clusters: nClusters, seed } = this.#settings;
      const clusterer = new MiniBatchKMeans({ nClusters, randomState: seed });
      this.#clusterer = await watch.time('clustering', () => clusterer.fit(this.#train, control));
    }
    if (!this.#representatives) {
      const { clusterCenters } = this.#clusterer;
      const rows = await watch.time('representatives', () =>
        representatives(this.#train, clusterCenters, control),
      );
      this.#representatives = { rows, labels: this.#trueLabels(rows) };
    }
    return this.#representatives;
  }

  get #clustering(): { clustering: ClusteringReport } {
    const { inertia, nSteps, nIter } = this.#clusterer!;
    return { clustering: { inertia, nSteps, nIter } };
  }

  #trueLabels(rows: Int32Array): number[] {
    return Array.from(rows, (row) => this.#trainLabels[row]!);
  }
}

/** A cluster that holds no record, not even the row nearest to its centre, is left to that row. */
function withoutGaps(rowPerCluster: Int32Array, representatives: Int32Array): Int32Array {
  return rowPerCluster.map((row, cluster) => (row < 0 ? representatives[cluster]! : row));
}
