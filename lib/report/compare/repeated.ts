import { backendInfo } from '../../backend/select.ts';
import { formatCount } from '../../core/numbers.ts';
import type { RecordedComparison, RepeatedRow } from '../../experiments/repeat-compare.ts';
import { version } from '../../version.ts';
import { formatTable, left, right, tableOf } from '../kit/table.ts';

const COLUMNS = [
  right<RepeatedRow>('labels', ({ budget }) => formatCount(budget)),
  left<RepeatedRow>('strategy', ({ strategy }) => strategy),
  right<RepeatedRow>('runs', ({ runs }) => formatCount(runs)),
  right<RepeatedRow>('same accuracy', ({ same }) => formatCount(same)),
  right<RepeatedRow>('largest difference', ({ largestDifference }) => largestDifference.toFixed(4)),
];

/** How a comparison came out again, and what differs from then that may explain why it came out otherwise. */
export function formatRepeated(rows: readonly RepeatedRow[], recorded: RecordedComparison): string {
  const { columns, rows: cells } = tableOf('Runs', COLUMNS, rows);
  return [formatTable(columns, cells), ...differences(recorded)].join('\n\n');
}

function differences({ backend, manifest }: RecordedComparison): string[] {
  const here = backendInfo();
  return [
    ['handful', manifest.versions.handful, version],
    ['the backend', backend.backend, here.backend],
    ['the instruction set', backend.instructionSet, here.instructionSet],
  ]
    .filter(([, then, now]) => then !== now)
    .map(([what, then, now]) => `${what}: ${then} then, ${now} now`);
}
