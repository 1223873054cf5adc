import { processorName } from '../backend/process-record.ts';
import { type BackendInfo, backendInfo } from '../backend/select.ts';
import type { Phases } from '../core/phases.ts';
import { shareRight } from '../core/predictions.ts';
import { fingerprint } from '../datasets/fingerprint.ts';
import { version } from '../version.ts';
import type { ExperimentRows } from './data.ts';
import type { AuditOutcome, FitReport, Outcome, Strategy } from './strategy.ts';

/** A strategy at a budget with a seed. */
export interface PlannedRun {
  strategy: Strategy;
  budget: number;
  seed: number;
}

/** What a run found, and what it took. */
export interface Run extends Score {
  /** The strategy's name. */
  strategy: string;
  budget: number;
  seed: number;
  /** Labels of the budget that were asked for. */
  nLabels: number;
  /** What it takes alone: its own seconds and those of all that it shares. */
  seconds: number;
  /** Seconds of what it shares with other runs of its seed, by name. */
  shared: Record<string, number>;
  /** What it took here: what an earlier run had found is not in it. */
  secondsHere: number;
  /** The same by phase. */
  phases: Phases;
}

/** An outcome held against the truth. */
export interface Score {
  /** Share of the test rows named right. */
  accuracy: number;
  /** Rows that were learned from, repeated ones counted each time. */
  trainedRows: number;
  /** Share of the labels they were given that are true. */
  labelAccuracy: number;
  /** How the fit ended, if there is exactly one. */
  fit?: FitReport;
  audit?: AuditScore;
}

/** What an audit of clusters cost and gained. */
export interface AuditScore extends Omit<AuditOutcome, 'all' | 'kept'> {
  /** Share of the training rows that are in clusters which are not mixed. */
  coverage: number;
  /** True share of right labels, were each label propagated to the whole of its cluster. */
  before: number;
  /** The same in the clusters that are not mixed; 1 if there are none. */
  after: number;
}

/** Holds an outcome against the true classes of training and test rows. */
export function score(
  { predicted, trainedOn, fit, audit }: Outcome,
  trainY: ArrayLike<number>,
  testY: ArrayLike<number>,
): Score {
  return {
    accuracy: shareRight(predicted, testY),
    trainedRows: trainedOn.rows.length,
    labelAccuracy: shareRight(trainedOn.labels, trainY, trainedOn.rows),
    ...(fit && { fit }),
    ...(audit && { audit: scoreAudit(audit, trainY) }),
  };
}

function scoreAudit({ all, kept, ...audit }: AuditOutcome, truth: ArrayLike<number>): AuditScore {
  return {
    ...audit,
    coverage: kept.rows.length / all.rows.length,
    before: shareRight(all.labels, truth, all.rows),
    after: kept.rows.length === 0 ? 1 : shareRight(kept.labels, truth, kept.rows),
  };
}

/** What all runs on some data depend on alike. */
export interface RunEnvironment {
  /** The fingerprint of the data. */
  data: string;
  /** The version of this package. */
  handful: string;
  processor: string;
  backend: Pick<BackendInfo, 'backend' | 'instructionSet' | 'threads'>;
}

/** What runs on some data depend on, here and now. */
export async function runEnvironment(data: ExperimentRows): Promise<RunEnvironment> {
  return {
    data: await fingerprint(data),
    handful: version,
    processor: processorName(),
    backend: backendInfo(),
  };
}

/** Everything that the result and the time of a run depend on. */
export interface RunDescription extends Pick<Run, 'strategy' | 'budget' | 'seed'>, RunEnvironment {
  settings: Strategy['settings'];
}

/** A planned run in full. */
export function describeRun(
  { strategy: { name, settings }, budget, seed }: PlannedRun,
  { data, handful, processor, backend: { backend, instructionSet, threads } }: RunEnvironment,
): RunDescription {
  return {
    strategy: name,
    settings,
    budget,
    seed,
    data,
    handful,
    processor,
    backend: { backend, instructionSet, threads },
  };
}
