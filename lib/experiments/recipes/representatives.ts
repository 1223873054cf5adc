import type { Recipe } from '../recipe.ts';
import { labelClusters, learnFromPixels, ON_PIXELS, PIXELS } from './pixels.ts';

/** In words, for the recipes that label these rows. */
export const NEAREST_TO_CENTRES = 'nearest to the centres of mini-batch k-means';

/** The notebook's second idea: label the row in the middle of each cluster. */
export const representatives: Recipe = {
  name: 'representatives',
  rows: NEAREST_TO_CENTRES,
  features: PIXELS,
  learner: ON_PIXELS,
  settings: {},
  run: async (labels, bench) => learnFromPixels((await labelClusters(labels, bench)).representatives, bench),
};
