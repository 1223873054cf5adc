import type { CompareOptions, ComparePlan } from './compare.ts';
import {
  type AuditRow,
  auditRows,
  type ChartSeries,
  type CompareRow,
  type CoverageRow,
  chartSeries,
  compareRows,
  coverageRows,
} from './compare-rows.ts';
import type { ExperimentRecord, Manifest } from './record.ts';
import type { Run } from './run.ts';
import type { Strategy } from './strategy.ts';

/** Everything that is told about a comparison, and all that is needed to repeat any run of it. */
export interface CompareRecord extends ExperimentRecord {
  rows: CompareRow[];
  /** Coverage of propagation against its accuracy; empty where it was not asked for. */
  coverage: CoverageRow[];
  /** Empty where no strategy audits. */
  audits: AuditRow[];
  /** Accuracy (0 … 1) against budgets of labels, which are best drawn on a logarithmic scale. */
  chart: { x: 'budget'; y: 'accuracy'; series: ChartSeries[] };
  /** Every single run. */
  runs: Run[];
  /** What the strategies are. */
  strategies: Omit<Strategy, 'run'>[];
  manifest: Manifest & {
    /** What `planCompare` makes the same comparison of. */
    options: Omit<Required<CompareOptions>, 'audit'>;
    /** The fingerprint of the data. */
    fingerprint: string;
    /** How many of the runs were taken from the cache. */
    cachedRuns: number;
  };
}

/** What a comparison found, as far as it has come. */
export function compareRecord(
  plan: ComparePlan,
  runs: Run[],
  cachedRuns: number,
  fingerprint: string,
  { manifest, ...common }: ExperimentRecord,
): CompareRecord {
  const strategies = plan.strategies.map(({ name }) => name);
  const shares = new Map(plan.coverage.map(({ name, settings }) => [name, settings.share as number]));
  const described = new Set([...plan.strategies, ...plan.coverage]);
  return {
    rows: compareRows(runs, strategies),
    coverage: coverageRows(runs, shares),
    audits: auditRows(runs, strategies),
    chart: { x: 'budget', y: 'accuracy', series: chartSeries(runs, strategies) },
    runs,
    strategies: Array.from(described, ({ run: _, ...description }) => description),
    ...common,
    manifest: {
      ...manifest,
      options: {
        preset: plan.preset,
        strategies,
        budgets: plan.budgets,
        seeds: plan.seeds,
        coverage: plan.coverage.length > 0,
      },
      fingerprint,
      cachedRuns,
    },
  };
}
