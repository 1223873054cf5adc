import { type BackendInfo, backendInfo } from '../backend/select.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { fingerprint } from '../datasets/fingerprint.ts';
import { version } from '../version.ts';
import type { PlannedRun } from './compare.ts';
import type { Answer, AuditAnswer, Recipe } from './recipe.ts';
import { processorName } from './record.ts';

/** What a run of a comparison found, and what it took. */
export interface CompareRun extends Score {
  /** The recipe's name. */
  strategy: string;
  /** The budget. */
  labels: number;
  seed: number;
  /** Labels of the budget that were asked for. */
  labelsUsed: number;
  /** What it takes alone: its own seconds and those of all that it shares. */
  seconds: number;
  /** Seconds of what it shares with other runs of its seed, by name. */
  shared: Record<string, number>;
}

/** An answer held against the truth. */
export interface Score {
  /** Share of the test rows named right. */
  accuracy: number;
  /** Rows that were learned from, repeated ones counted each time. */
  trainedRows: number;
  /** Share of the labels told of them that are true. */
  labelAccuracy: number;
  /** Why a fit ended before its tolerance, where one did. */
  unfinished?: string;
  audit?: AuditScore;
}

/** What an audit of clusters cost and gained. */
export interface AuditScore extends Omit<AuditAnswer, 'all' | 'kept'> {
  /** Share of the training rows that are in clusters which are not mixed. */
  coverage: number;
  /** True share of right labels, were each label propagated to the whole of its cluster. */
  before: number;
  /** The same in the clusters that are not mixed; 1 where there are none. */
  after: number;
}

/** Holds an answer against the true labels of training and test rows. */
export function score(
  { predicted, trainedOn, unfinished, audit }: Answer,
  trainLabels: Uint8Array,
  testLabels: Uint8Array,
): Score {
  return {
    accuracy: shareRight(predicted, testLabels),
    trainedRows: trainedOn.rows.length,
    labelAccuracy: shareRight(trainedOn.labels, trainLabels, trainedOn.rows),
    ...(unfinished === undefined ? {} : { unfinished }),
    ...(audit === undefined ? {} : { audit: scoreAudit(audit, trainLabels) }),
  };
}

function scoreAudit({ all, kept, ...audit }: AuditAnswer, truth: Uint8Array): AuditScore {
  return {
    ...audit,
    coverage: kept.rows.length / all.rows.length,
    before: shareRight(all.labels, truth, all.rows),
    after: shareRight(kept.labels, truth, kept.rows),
  };
}

/** The share of labels that are those of their rows, row i where no rows are given; 1 of none. */
function shareRight(labels: ArrayLike<number>, truth: Uint8Array, rows?: Int32Array): number {
  if (labels.length === 0) return 1;
  let right = 0;
  for (let i = 0; i < labels.length; i++) right += Number(labels[i] === truth[rows?.[i] ?? i]);
  return right / labels.length;
}

/** What every run of a comparison depends on alike. */
export interface RunEnvironment {
  /** The fingerprint of the data. */
  data: string;
  /** The version of this package. */
  handful: string;
  processor: string;
  backend: Pick<BackendInfo, 'backend' | 'instructionSet' | 'threads'>;
}

/** What runs on a dataset depend on, here and now. */
export async function runEnvironment(dataset: Pick<Dataset, 'train' | 'test'>): Promise<RunEnvironment> {
  return {
    data: await fingerprint(dataset),
    handful: version,
    processor: processorName(),
    backend: backendInfo(),
  };
}

/** Everything that the result and the time of a run depend on. */
export interface RunDescription extends Pick<CompareRun, 'strategy' | 'labels' | 'seed'>, RunEnvironment {
  settings: Recipe['settings'];
}

/** A planned run in full. */
export function describeRun(
  { recipe: { name, settings }, labels, seed }: PlannedRun,
  { data, handful, processor, backend: { backend, instructionSet, threads } }: RunEnvironment,
): RunDescription {
  return {
    strategy: name,
    settings,
    labels,
    seed,
    data,
    handful,
    processor,
    backend: { backend, instructionSet, threads },
  };
}
