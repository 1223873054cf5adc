import {
  type Estimate,
  estimateDifference,
  estimateMeanShare,
  mean,
  standardDeviation,
} from '../core/statistics.ts';
import type { AuditScore, Run } from './run.ts';
import { REFERENCE } from './strategies/catalogue.ts';

/** A strategy at a budget, over all its seeds. */
export interface CompareRow {
  strategy: string;
  budget: number;
  /** How many seeds it ran with. */
  seeds: number;
  /** Mean accuracy. */
  mean: number;
  /** Standard deviation of the accuracy (divided by n - 1); `null` for one seed. */
  std: number | null;
  /** How much more accurate than `random` at the same budget, with the 95 % interval; zeros for `random` itself. */
  differenceToRandom: Estimate<number | null>;
  /** Mean seconds of a run, with all that it shares. */
  seconds: number;
}

/** What came of propagating labels to a share of each cluster. */
export interface CoverageRow {
  budget: number;
  /** Share of each cluster that its label goes to, the nearest rows first. */
  share: number;
  seeds: number;
  /** Rows that have a label then, the representatives among them. */
  trainedRows: number;
  /** Share of their labels that are right. */
  labelAccuracy: Estimate<number | null>;
  /** Of the classifier that learns from them. */
  accuracy: Estimate<number | null>;
}

/** What auditing clusters cost and gained, on average over the seeds. */
export interface AuditRow extends Omit<AuditScore, 'expected' | 'nLabels'> {
  strategy: string;
  budget: number;
  /** Labels of the budget that were spent on second members. */
  nAuditLabels: number;
  seeds: number;
  /** Share of right labels that the audits expected before anything was propagated. */
  expected: number;
  /** For how many seeds the audit's 95 % interval held the true share. */
  intervalsRight: number;
}

/** A line of a chart: accuracy against labels. */
export interface ChartSeries {
  name: string;
  /** `low` and `high` are the 95 % interval of the mean; `null` for one seed. */
  points: (Estimate<number | null> & { budget: number })[];
}

/** The runs of one strategy at one budget. */
interface RunGroup {
  strategy: string;
  budget: number;
  runs: Run[];
}

/**
 * The runs by budget, the least first, and strategy, in the order given. Where a comparison was interrupted, runs
 * with seeds that the reference lacks are left out: a pair needs both.
 */
function groupRuns(runs: readonly Run[], strategies: readonly string[]): RunGroup[] {
  const budgets = [...new Set(runs.map(({ budget }) => budget))].sort((a, b) => a - b);
  return budgets.flatMap((budget) => {
    const ofBudget = runs.filter((run) => run.budget === budget);
    const seeds = new Set(ofBudget.filter(isReference).map(({ seed }) => seed));
    const paired = ofBudget.filter(({ seed }) => seeds.has(seed));
    return strategies
      .map((strategy) => ({ strategy, budget, runs: paired.filter((run) => run.strategy === strategy) }))
      .filter((group) => group.runs.length > 0);
  });
}

function isReference({ strategy }: Pick<Run, 'strategy'>): boolean {
  return strategy === REFERENCE.name;
}

const accuracies = (runs: readonly Run[]) => runs.map(({ accuracy }) => accuracy);

/** One row for each strategy at each budget, those of the least budget first. */
export function compareRows(runs: readonly Run[], strategies: readonly string[]): CompareRow[] {
  const reference = new Map(
    runs.filter(isReference).map(({ budget, seed, accuracy }) => [`${budget} ${seed}`, accuracy]),
  );
  return groupRuns(runs, strategies).map(({ strategy, budget, runs: own }) => ({
    strategy,
    budget,
    seeds: own.length,
    mean: mean(accuracies(own)),
    std: standardDeviation(accuracies(own)) ?? null,
    differenceToRandom: isReference({ strategy })
      ? { value: 0, low: 0, high: 0 }
      : estimateDifference(
          accuracies(own),
          own.map(({ seed }) => reference.get(`${budget} ${seed}`)!),
        ),
    seconds: mean(own.map(({ seconds }) => seconds)),
  }));
}

/** @param shares for each strategy that propagates to a share of each cluster that share, the smallest first */
export function coverageRows(runs: readonly Run[], shares: ReadonlyMap<string, number>): CoverageRow[] {
  return groupRuns(runs, [...shares.keys()]).map(({ strategy, budget, runs: own }) => ({
    budget,
    share: shares.get(strategy)!,
    seeds: own.length,
    trainedRows: mean(own.map(({ trainedRows }) => trainedRows)),
    labelAccuracy: estimateMeanShare(own.map(({ labelAccuracy }) => labelAccuracy)),
    accuracy: estimateMeanShare(accuracies(own)),
  }));
}

/** One row for each strategy that audits its clusters, at each budget. */
export function auditRows(runs: readonly Run[], strategies: readonly string[]): AuditRow[] {
  return groupRuns(runs, strategies).flatMap(({ strategy, budget, runs: own }) => {
    const audits = own.flatMap(({ audit }) => audit ?? []);
    if (audits.length === 0) return [];
    const meanOf = (value: (audit: AuditScore) => number) => mean(audits.map(value));
    return {
      strategy,
      budget,
      nAuditLabels: meanOf(({ nLabels }) => nLabels),
      seeds: audits.length,
      clusters: meanOf(({ clusters }) => clusters),
      abstained: meanOf(({ abstained }) => abstained),
      coverage: meanOf(({ coverage }) => coverage),
      expected: meanOf(({ expected }) => expected.value),
      before: meanOf(({ before }) => before),
      after: meanOf(({ after }) => after),
      intervalsRight: audits.filter(
        ({ before, expected }) => before >= expected.low && before <= expected.high,
      ).length,
    };
  });
}

/** Accuracy against labels, a series for each strategy. */
export function chartSeries(runs: readonly Run[], strategies: readonly string[]): ChartSeries[] {
  const groups = groupRuns(runs, strategies);
  return strategies.map((name) => ({
    name,
    points: groups
      .filter(({ strategy }) => strategy === name)
      .map(({ budget, runs: own }) => ({ budget, ...estimateMeanShare(accuracies(own)) })),
  }));
}
