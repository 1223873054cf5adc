import { backendInfo } from '../../backend/select.ts';
import type { RecordedComparison, RepeatedRow } from '../../experiments/repeat-compare.ts';
import { formatCount } from '../../numbers.ts';
import { version } from '../../version.ts';
import { formatTable } from '../kit/table.ts';

/** How a comparison came out again, and what differs from then that may explain why it came out otherwise. */
export function formatRepeated(rows: readonly RepeatedRow[], recorded: RecordedComparison): string {
  const table = formatTable(
    [
      { title: 'labels', align: 'right' },
      { title: 'strategy', align: 'left' },
      { title: 'runs', align: 'right' },
      { title: 'same accuracy', align: 'right' },
      { title: 'largest difference', align: 'right' },
    ],
    rows.map(({ strategy, budget, runs, same, largestDifference }) => [
      formatCount(budget),
      strategy,
      formatCount(runs),
      formatCount(same),
      largestDifference.toFixed(4),
    ]),
  );
  return [table, ...differences(recorded)].join('\n\n');
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
