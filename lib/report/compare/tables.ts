import type { CompareRecord } from '../../experiments/compare-record.ts';
import type { AuditRow, CompareRow, CoverageRow } from '../../experiments/compare-rows.ts';
import type { Estimate } from '../../experiments/statistics.ts';
import { REFERENCE } from '../../experiments/strategies/catalogue.ts';
import { formatCount, formatSeconds } from '../../numbers.ts';
import { type Column, type DrawTable, formatTable } from '../kit/table.ts';
import { formatReport } from '../kit/text.ts';

/** A comparison as text: its tables, what the strategies are, how to read the figures. */
export function formatCompare(record: CompareRecord): string {
  return formatReport(record, compareTables(record, formatTable), compareNotes(record));
}

/** What the strategies are, and how to read the tables. */
export function compareNotes(record: CompareRecord): string[] {
  return [...strategies(record), ...footnotes(record)];
}

/** The tables of a comparison: strategies, and coverage and audits where there are any. */
export function compareTables<Table>(record: CompareRecord, draw: DrawTable<Table>): Table[] {
  return [
    drawRows(COMPARE_COLUMNS, record.rows, draw),
    ...(record.coverage.length > 0 ? [drawRows(COVERAGE_COLUMNS, record.coverage, draw)] : []),
    ...(record.audits.length > 0 ? [drawRows(AUDIT_COLUMNS, record.audits, draw)] : []),
  ];
}

/**
 * A difference of accuracy in words. Whether there is any is decided by the interval alone; points are hundredths of
 * accuracy.
 */
export function formatVerdict({ mean, low, high }: Estimate): string {
  const points = (difference: number) => (100 * difference).toFixed(1);
  if (low === null || high === null) {
    return `${mean < 0 ? '' : '+'}${points(mean)} points in a single run: no interval, no conclusion`;
  }
  if (low > 0) return `gains ${points(mean)} points, interval ${points(low)} to ${points(high)}`;
  if (high < 0) return `loses ${points(-mean)} points, interval ${points(-high)} to ${points(-low)}`;
  return `no detectable gain, interval ${points(low)} to ${points(high)}`;
}

interface RowColumn<Row> extends Column {
  cell: (row: Row) => string;
}

function drawRows<Row, Table>(
  columns: readonly RowColumn<Row>[],
  rows: readonly Row[],
  draw: DrawTable<Table>,
): Table {
  return draw(
    columns,
    rows.map((row) => columns.map(({ cell }) => cell(row))),
  );
}

const COMPARE_COLUMNS: readonly RowColumn<CompareRow>[] = [
  { title: 'labels', align: 'right', cell: ({ budget }) => formatCount(budget) },
  { title: 'strategy', align: 'left', cell: ({ strategy }) => strategy },
  { title: 'seeds', align: 'right', cell: ({ seeds }) => formatCount(seeds) },
  {
    title: 'accuracy',
    align: 'left',
    cell: ({ mean, std }) => mean.toFixed(4) + (std === null ? '' : ` ± ${std.toFixed(4)}`),
  },
  {
    title: `against ${REFERENCE.name}`,
    align: 'left',
    cell: ({ strategy, differenceToRandom }) =>
      strategy === REFERENCE.name ? 'the reference' : formatVerdict(differenceToRandom),
  },
  { title: 'time', align: 'right', cell: ({ seconds }) => formatSeconds(seconds) },
];

const COVERAGE_COLUMNS: readonly RowColumn<CoverageRow>[] = [
  { title: 'labels', align: 'right', cell: ({ budget }) => formatCount(budget) },
  {
    title: 'propagated to',
    align: 'right',
    cell: ({ share }) => `${formatPercent(share, 0)} of each cluster`,
  },
  { title: 'rows', align: 'right', cell: ({ trainedRows }) => formatCount(Math.round(trainedRows)) },
  { title: 'labels right', align: 'left', cell: ({ labelAccuracy }) => formatEstimate(labelAccuracy) },
  { title: 'accuracy', align: 'left', cell: ({ accuracy }) => formatEstimate(accuracy) },
];

const AUDIT_COLUMNS: readonly RowColumn<AuditRow>[] = [
  { title: 'labels', align: 'right', cell: ({ budget }) => formatCount(budget) },
  { title: 'strategy', align: 'left', cell: ({ strategy }) => strategy },
  { title: 'spent on audit', align: 'right', cell: ({ nAuditLabels }) => nAuditLabels.toFixed(1) },
  {
    title: 'held mixed',
    align: 'right',
    cell: ({ abstained, clusters }) => `${abstained.toFixed(1)} of ${clusters.toFixed(1)}`,
  },
  { title: 'rows left', align: 'right', cell: ({ coverage }) => formatPercent(coverage) },
  { title: 'right, expected', align: 'right', cell: ({ expected }) => formatPercent(expected) },
  { title: 'right, in truth', align: 'right', cell: ({ before }) => formatPercent(before) },
  {
    title: 'in the interval',
    align: 'right',
    cell: ({ intervalsRight, seeds }) => `${intervalsRight} of ${seeds}`,
  },
  { title: 'right in rows left', align: 'right', cell: ({ after }) => formatPercent(after) },
];

/** `0.7012 (0.6930 to 0.7094)`. */
function formatEstimate({ mean, low, high }: Estimate): string {
  return (
    mean.toFixed(4) + (low === null || high === null ? '' : ` (${low.toFixed(4)} to ${high.toFixed(4)})`)
  );
}

function formatPercent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** What each strategy of the first table is. */
function strategies({ rows, strategies }: CompareRecord): string[] {
  const shown = new Set(rows.map(({ strategy }) => strategy));
  return strategies
    .filter(({ name }) => shown.has(name))
    .map(({ name, rows, features, learner }) => `${name}: labels rows ${rows}; in ${features}; ${learner}.`);
}

/** What a reader must know to read the tables right. */
function footnotes({ rows, coverage, audits, runs, manifest }: CompareRecord): string[] {
  const { from, to } = manifest.options.seeds;
  const notes = [
    `All strategies run with the same seeds, ${from} to ${to}; accuracy is the mean ± standard deviation over them. ` +
      `Against ${REFERENCE.name}: the mean difference at the same budget, seed by seed, in points of 0.01, and its ` +
      '95 % interval (paired t). Time is that of one run alone, with all that runs of a seed share.',
  ];
  if (manifest.own) {
    const { testShare, splitSeed } = manifest.own;
    notes.push(
      `Accuracy is that on ${formatPercent(testShare, 0)} of the rows of each class, set aside at random with the seed ` +
        `${splitSeed}: the intervals are about other seeds, not about other rows to be scored on.`,
    );
  }
  if (rows.some(({ seeds }) => seeds === 1)) {
    notes.push('One seed says nothing of the spread: there is no interval, and nothing can be concluded.');
  }
  if (coverage.length > 0) {
    notes.push(
      'Propagated: each label goes to that share of its cluster which lies nearest to the labelled row; then, the ' +
        'share of all these labels that is right, and the accuracy of the classifier that learns from them, each ' +
        'with the 95 % interval of its mean.',
    );
  }
  if (audits.length > 0) {
    notes.push(
      'Audit: part of the labels goes to second members of the clusters; clusters where these disagree are held to ' +
        'be mixed and propagate nothing. Right, expected: the share of propagated labels that the audit takes to be ' +
        'right in all clusters together; beside it the true share, and for how many seeds that is in the 95 % ' +
        'interval of the audit; at last the true share in the clusters that are left.',
    );
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
