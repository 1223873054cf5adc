import { formatCount, formatSeconds, formatShare } from '../../core/numbers.ts';
import type { Estimate } from '../../core/statistics.ts';
import type { CompareRecord } from '../../experiments/compare-record.ts';
import type { AuditRow, CompareRow, CoverageRow } from '../../experiments/compare-rows.ts';
import { REFERENCE } from '../../experiments/strategies/catalogue.ts';
import { left, right, type Table, tableOf } from '../kit/table.ts';

/** The strategies at each budget. */
export function resultsTable({ rows }: CompareRecord): Table {
  return tableOf('Results', RESULT_COLUMNS, rows);
}

/** Coverage and audits, if there are any. */
export function otherTables({ coverage, audits }: CompareRecord): Table[] {
  return [
    ...(coverage.length > 0 ? [tableOf('Coverage', COVERAGE_COLUMNS, coverage)] : []),
    ...(audits.length > 0 ? [tableOf('Audits', AUDIT_COLUMNS, audits)] : []),
  ];
}

/**
 * A difference of accuracy in words. Whether there is any is decided by the interval alone; points are hundredths of
 * accuracy.
 */
export function formatVerdict({ value, low, high }: Estimate<number | null>): string {
  const points = (difference: number) => (100 * difference).toFixed(1);
  if (low === null || high === null) {
    return `${value < 0 ? '' : '+'}${points(value)} points in a single run: no interval, no conclusion`;
  }
  if (low > 0) return `gains ${points(value)} points, interval ${points(low)} to ${points(high)}`;
  if (high < 0) return `loses ${points(-value)} points, interval ${points(-high)} to ${points(-low)}`;
  return `no detectable gain, interval ${points(low)} to ${points(high)}`;
}

const RESULT_COLUMNS = [
  right<CompareRow>('labels', ({ budget }) => formatCount(budget)),
  left<CompareRow>('strategy', ({ strategy }) => strategy),
  right<CompareRow>('seeds', ({ seeds }) => formatCount(seeds)),
  left<CompareRow>(
    'accuracy',
    ({ mean, std }) => mean.toFixed(4) + (std === null ? '' : ` ± ${std.toFixed(4)}`),
  ),
  left<CompareRow>(`against ${REFERENCE.name}`, ({ strategy, differenceToRandom }) =>
    strategy === REFERENCE.name ? 'the reference' : formatVerdict(differenceToRandom),
  ),
  right<CompareRow>('time', ({ seconds }) => formatSeconds(seconds)),
];

const COVERAGE_COLUMNS = [
  right<CoverageRow>('labels', ({ budget }) => formatCount(budget)),
  right<CoverageRow>('propagated to', ({ share }) => `${formatShare(share, 0)} of each cluster`),
  right<CoverageRow>('rows', ({ trainedRows }) => formatCount(Math.round(trainedRows))),
  left<CoverageRow>('labels right', ({ labelAccuracy }) => formatEstimate(labelAccuracy)),
  left<CoverageRow>('accuracy', ({ accuracy }) => formatEstimate(accuracy)),
];

const AUDIT_COLUMNS = [
  right<AuditRow>('labels', ({ budget }) => formatCount(budget)),
  left<AuditRow>('strategy', ({ strategy }) => strategy),
  right<AuditRow>('spent on audit', ({ nAuditLabels }) => nAuditLabels.toFixed(1)),
  right<AuditRow>(
    'held mixed',
    ({ abstained, clusters }) => `${abstained.toFixed(1)} of ${clusters.toFixed(1)}`,
  ),
  right<AuditRow>('rows left', ({ coverage }) => formatShare(coverage)),
  right<AuditRow>('right, expected', ({ expected }) => formatShare(expected)),
  right<AuditRow>('right, in truth', ({ before }) => formatShare(before)),
  right<AuditRow>('in the interval', ({ intervalsRight, seeds }) => `${intervalsRight} of ${seeds}`),
  right<AuditRow>('right in rows left', ({ after }) => formatShare(after)),
];

/** `0.7012 (0.6930 to 0.7094)`. */
function formatEstimate({ value, low, high }: Estimate<number | null>): string {
  return (
    value.toFixed(4) + (low === null || high === null ? '' : ` (${low.toFixed(4)} to ${high.toFixed(4)})`)
  );
}

/** What the strategies are, and how to read the table of results. */
export function resultsNotes(record: CompareRecord): string[] {
  const { rows, runs, manifest } = record;
  const { from, to } = manifest.options.seeds;
  const notes = [
    ...strategyNotes(record),
    `All strategies run with the same seeds, ${from} to ${to}; accuracy is the mean ± standard deviation over them. ` +
      `Against ${REFERENCE.name}: the mean difference at the same budget, seed by seed, in points of 0.01, and its ` +
      '95 % interval (paired t). Time is that of one run alone, with all that runs of a seed share.',
  ];
  if (manifest.own) {
    const { testShare, splitSeed } = manifest.own;
    notes.push(
      `Accuracy is that on ${formatShare(testShare, 0)} of the rows of each class, set aside at random with the seed ` +
        `${splitSeed}: the intervals are about other seeds, not about other rows to be scored on.`,
    );
  }
  if (rows.some(({ seeds }) => seeds === 1)) {
    notes.push('One seed says nothing of the spread: there is no interval, and nothing can be concluded.');
  }
  const unfinished = runs.find(({ fit }) => fit && !fit.converged);
  if (unfinished) {
    const { strategy, budget, seed, fit } = unfinished;
    notes.push(
      `${strategy}, ${budget} labels, seed ${seed}: a fit ended before its tolerance: ${fit!.stopReason}.`,
    );
  }
  return notes;
}

/** What each strategy of the first table is. */
function strategyNotes({ rows, strategies }: CompareRecord): string[] {
  const shown = new Set(rows.map(({ strategy }) => strategy));
  return strategies
    .filter(({ name }) => shown.has(name))
    .map(({ name, rows, features, learner }) => `${name}: labels rows ${rows}; in ${features}; ${learner}.`);
}

/** How to read the tables of coverage and audits. */
export function otherNotes({ coverage, audits }: CompareRecord): string[] {
  const ofCoverage =
    'Propagated: each label goes to that share of its cluster which lies nearest to the labelled row; then, the ' +
    'share of all these labels that is right, and the accuracy of the classifier that learns from them, each ' +
    'with the 95 % interval of its mean.';
  const ofAudits =
    'Audit: part of the labels goes to second members of the clusters; clusters where these disagree are held to ' +
    'be mixed and propagate nothing. Right, expected: the share of propagated labels that the audit takes to be ' +
    'right in all clusters together; beside it the true share, and for how many seeds that is in the 95 % ' +
    'interval of the audit; at last the true share in the clusters that are left.';
  return [...(coverage.length > 0 ? [ofCoverage] : []), ...(audits.length > 0 ? [ofAudits] : [])];
}
