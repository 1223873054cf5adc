import type { Progress } from '../backend/run.ts';
import { requireAtMostRows } from '../core/inputs.ts';
import { parseOptions } from '../core/options.ts';
import type { ExperimentRows } from './data.ts';
import {
  type NotebookOptions,
  type NotebookRun,
  notebookOptions,
  notebookRuns,
  type PlannedExperiment,
} from './notebook.ts';
import { type ExperimentResult, experimentResult } from './notebook-record.ts';
import { type FinishedRun, type RunProgress, runStrategies, type SeenRun } from './run-strategies.ts';

/** How far the experiments have come. */
export interface NotebookProgress extends Progress, PlannedExperiment {}

/** What an experiment came to, beside the figures that it is judged by: for those who want to look at it. */
export interface SeenExperiment extends SeenRun, PlannedExperiment {}

/** How a caller watches and stops the experiments. */
export interface NotebookControl {
  signal?: AbortSignal;
  onProgress?: (progress: NotebookProgress) => void;
  /** Sees what each experiment came to; of `random` the first draw alone. */
  onSeen?: (seen: SeenExperiment) => void;
}

/**
 * Runs the notebook's experiments on some data, one after the other, and yields each result as soon as it stands.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`; AbortError, after the results that stood before
 */
export async function* runNotebook(
  data: ExperimentRows,
  options?: NotebookOptions,
  { signal, onProgress, onSeen }: NotebookControl = {},
): AsyncGenerator<ExperimentResult, void, undefined> {
  const settings = parseOptions<Required<NotebookOptions>>(options, notebookOptions, 'runNotebook');
  const [rows] = data.train.X.shape;
  requireAtMostRows(settings.clusters, 'clusters', rows);
  requireAtMostRows(settings.neighbors, 'neighbors', rows);
  const planned = notebookRuns(settings, rows);
  let runs: FinishedRun<NotebookRun>[] = [];
  const report = ({ planned: { name, protocol }, phase, done, total, value }: RunProgress<NotebookRun>) => {
    if (phase !== 'start') onProgress?.({ name, protocol, phase, done, total, value });
  };
  for await (const finished of runStrategies(data, planned, { signal, onProgress: report })) {
    const { name, protocol, nRuns } = finished.planned;
    if (runs.length === 0) onSeen?.({ name, protocol, ...finished.seen! });
    runs.push(finished);
    if (runs.length < nRuns) continue;
    yield experimentResult(runs);
    runs = [];
  }
}
