import type { Recipe } from '../recipe.ts';
import { audited } from './audited.ts';
import { closestShare } from './closest-share.ts';
import { fewLabels, fewLabelsRandom } from './few-labels.ts';
import { partial } from './partial.ts';
import { propagated } from './propagated.ts';
import { random } from './random.ts';
import { representatives } from './representatives.ts';

/** What every other recipe is compared with. */
export const REFERENCE: Recipe = random;

/** Recipes that propagate labels to a share of each cluster, the smallest first: coverage against accuracy. */
export const COVERAGE: readonly Recipe[] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map(
  closestShare,
);

/** Every recipe by its name. A new one is one object in a file of its own, and a word here. */
export const RECIPES: ReadonlyMap<string, Recipe> = new Map(
  [random, representatives, propagated, partial, audited, fewLabelsRandom, fewLabels, ...COVERAGE].map(
    (recipe) => [recipe.name, recipe],
  ),
);
