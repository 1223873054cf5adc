import { HandfulError } from '../core/errors.ts';
import { type Check, integer, type OptionTable, oneOf } from '../core/options.ts';
import type { PlannedRun } from './run.ts';
import { fewLabelsAlone } from './strategies/few-labels.ts';
import { full } from './strategies/full.ts';
import { partialOf } from './strategies/nearest-rows.ts';
import { propagated, propagatedByMistake } from './strategies/propagated.ts';
import { random } from './strategies/random.ts';
import { representatives } from './strategies/representatives.ts';
import type { Strategy } from './strategy.ts';

/** The experiments of the notebook, in its order. */
export const NOTEBOOK_NAMES = ['full', 'random', 'representatives', 'propagated', 'partial'] as const;

/** The same, and what it does not have: `few-labels`, the package's own way to use its labels. */
export const EXPERIMENT_NAMES = [...NOTEBOOK_NAMES, 'few-labels'] as const;

export type ExperimentName = (typeof EXPERIMENT_NAMES)[number];

/** `'notebook'` repeats its mistake, `'corrected'` does what it meant. */
type Protocol = 'notebook' | 'corrected';

/** What an experiment trains on. */
export interface ExperimentDescription {
  /** In words, for a reader. */
  trainedOn: string;
  /** What the notebook reports; for `few-labels` what it reports of all labels. */
  notebook: { accuracy: number; seconds: number };
}

const ALL_LABELS = { accuracy: 0.8442, seconds: 597 };

/** The experiments on Fashion-MNIST, and the figures that the notebook prints. */
export const EXPERIMENTS: Readonly<Record<ExperimentName, ExperimentDescription>> = {
  full: {
    trainedOn: 'all training rows with their true labels',
    notebook: ALL_LABELS,
  },
  random: {
    trainedOn: 'rows drawn at random, as many as clusters, with their true labels',
    notebook: { accuracy: 0.6925, seconds: 0.66 },
  },
  representatives: {
    trainedOn: 'the row nearest to each centre of mini-batch k-means, with its true label',
    notebook: { accuracy: 0.7078, seconds: 49.2 },
  },
  propagated: {
    trainedOn: "all training rows, each with its cluster's label",
    notebook: { accuracy: 0.6992, seconds: 591 },
  },
  partial: {
    trainedOn: 'for each representative its nearest training rows, itself among them, with its label',
    notebook: { accuracy: 0.7041, seconds: 394 },
  },
  'few-labels': {
    trainedOn: 'all training rows, by FewLabels, with the true labels of as many as there are clusters',
    notebook: ALL_LABELS,
  },
};

/** What can be varied about the notebook. */
export interface NotebookOptions {
  /** Which protocol to follow. Default `'both'`. */
  protocol?: Protocol | 'both';
  /** Clusters, and labels known: 2 … training rows. Default 100. */
  clusters?: number;
  /** Seed of the clustering: 0 … 2^32 - 1. Default 42. */
  seed?: number;
  /** Rows that each representative labels in `partial`, itself among them: 1 … training rows. Default 120. */
  neighbors?: number;
  /** Draws of `random`, with the seeds 0, 1, 2, …: 1 or more. Default 20. */
  seeds?: number;
  /** The experiments to run. Default all. */
  only?: readonly ExperimentName[];
}

/** The checks and defaults of {@link NotebookOptions}. */
export const notebookOptions: OptionTable<Required<NotebookOptions>> = {
  protocol: { check: oneOf('notebook', 'corrected', 'both'), default: 'both' },
  clusters: { check: integer(2), default: 100 },
  seed: { check: integer(0, 2 ** 32 - 1), default: 42 },
  neighbors: { check: integer(1), default: 120 },
  seeds: { check: integer(1), default: 20 },
  only: { check: experimentNames, default: EXPERIMENT_NAMES },
};

/** One experiment to run. */
export interface PlannedExperiment {
  name: ExperimentName;
  protocol: Protocol;
}

/**
 * What to run, in the notebook's order. The protocols differ in `propagated` alone; with both, everything
 * else runs once, as the notebook's.
 */
export function planNotebook({ protocol, only }: Required<NotebookOptions>): PlannedExperiment[] {
  return EXPERIMENT_NAMES.filter((name) => only.includes(name)).flatMap((name) => {
    if (protocol !== 'both') return [{ name, protocol }];
    const protocols: Protocol[] = name === 'propagated' ? ['notebook', 'corrected'] : ['notebook'];
    return protocols.map((each) => ({ name, protocol: each }));
  });
}

/** A run of an experiment: `random` has several, one for each draw. */
export interface NotebookRun extends PlannedRun, PlannedExperiment {
  /** Runs of the experiment. */
  nRuns: number;
}

/** The runs of the notebook, experiment by experiment. */
export function notebookRuns(settings: Required<NotebookOptions>, trainRows: number): NotebookRun[] {
  const { clusters, seed, seeds } = settings;
  return planNotebook(settings).flatMap((experiment) => {
    const { name } = experiment;
    const run = {
      ...experiment,
      strategy: strategyOf(experiment, settings),
      budget: clusters,
      seed,
      nRuns: 1,
    };
    if (name === 'full') return { ...run, budget: trainRows };
    if (name !== 'random') return run;
    return Array.from({ length: seeds }, (_, draw) => ({ ...run, seed: draw, nRuns: seeds }));
  });
}

function strategyOf(
  { name, protocol }: PlannedExperiment,
  { neighbors }: Required<NotebookOptions>,
): Strategy {
  const strategies: Record<ExperimentName, Strategy> = {
    full,
    random,
    representatives,
    propagated: protocol === 'notebook' ? propagatedByMistake : propagated,
    partial: partialOf(neighbors),
    'few-labels': fewLabelsAlone,
  };
  return strategies[name];
}

function experimentNames(value: unknown, name: string): ExperimentName[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected experiments for ${name}: one or more of ${EXPERIMENT_NAMES.join(', ')}`,
    );
  }
  const check: Check<ExperimentName> = oneOf(...EXPERIMENT_NAMES);
  return value.map((each) => check(each, name));
}
