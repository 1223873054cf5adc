import type { Strategy } from '../strategy.ts';
import { audited } from './audited.ts';
import { fewLabels, fewLabelsRandom } from './few-labels.ts';
import { closestShare, partial } from './nearest-rows.ts';
import { propagated } from './propagated.ts';
import { random } from './random.ts';
import { representatives } from './representatives.ts';

/** What every other strategy is compared with. */
export const REFERENCE: Strategy = random;

/** Strategies that propagate labels to a share of each cluster, the smallest first: coverage against accuracy. */
export const COVERAGE: readonly Strategy[] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map(
  closestShare,
);

/** Every strategy of comparisons by its name. A new one is one object in a file of its own, and a word here. */
export const STRATEGIES: ReadonlyMap<string, Strategy> = new Map(
  [random, representatives, propagated, partial, audited, fewLabelsRandom, fewLabels, ...COVERAGE].map(
    (strategy) => [strategy.name, strategy],
  ),
);
