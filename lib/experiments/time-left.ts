import { mean } from '../core/statistics.ts';
import type { PlannedRun, Run } from './run.ts';

/**
 * The seconds that the runs ahead will take, by what finished runs of the same strategies took, with shared work
 * counted once for a seed. A budget that has not been run yet is taken to cost what the nearest one does.
 * @param ahead in the order in which they will be done
 * @param finished also those of another time
 * @param ready names of the shared work that is done already for the seed of the first run ahead
 * @returns undefined if a strategy has not been run at all, so that nothing is known of it
 */
export function estimateSecondsLeft(
  ahead: readonly PlannedRun[],
  finished: readonly Run[],
  ready: ReadonlySet<string> = new Set(),
): number | undefined {
  const paid = new Map([[ahead[0]?.seed, new Set(ready)]]);
  const runsOf = groupByStrategy(finished);
  let seconds = 0;
  for (const { strategy, budget, seed } of ahead) {
    const known = runsOf.get(strategy.name);
    if (known === undefined) return undefined;
    const like = ofNearestBudget(known, budget);
    seconds += mean(like.map(ownSeconds));
    const done = paid.get(seed) ?? new Set();
    paid.set(seed, done);
    for (const name of Object.keys(like[0]!.shared)) {
      if (!done.has(name)) seconds += mean(like.map(({ shared }) => shared[name] ?? 0));
      done.add(name);
    }
  }
  return seconds;
}

/** What a run took beside the work that it shares. */
function ownSeconds({ seconds, shared }: Run): number {
  return Object.values(shared).reduce((rest, each) => rest - each, seconds);
}

function groupByStrategy(runs: readonly Run[]): Map<string, Run[]> {
  const groups = new Map<string, Run[]>();
  for (const run of runs) groups.set(run.strategy, [...(groups.get(run.strategy) ?? []), run]);
  return groups;
}

/** Those of the runs, one at least, whose budget is nearest to `budget` as a ratio. */
function ofNearestBudget(runs: readonly Run[], budget: number): Run[] {
  const away = (run: Run) => Math.abs(Math.log(run.budget / budget));
  const least = Math.min(...runs.map(away));
  return runs.filter((run) => away(run) === least);
}
