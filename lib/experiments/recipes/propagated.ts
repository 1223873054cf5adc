import { propagateToClusters } from '../../semi-supervised/propagation.ts';
import type { Recipe } from '../recipe.ts';
import { labelClusters, learnFromPixels, ON_PIXELS, PIXELS } from './pixels.ts';
import { NEAREST_TO_CENTRES } from './representatives.ts';

/** The notebook's third, done right: each label goes to its whole cluster. */
export const propagated: Recipe = {
  name: 'propagated',
  rows: NEAREST_TO_CENTRES,
  features: PIXELS,
  learner: `${ON_PIXELS}, of all rows with their cluster's label`,
  settings: {},
  run: async (budget, bench) => {
    const { clusters, representatives } = await labelClusters(budget, bench);
    const labels = propagateToClusters(clusters, representatives.labels);
    return learnFromPixels({ rows: Int32Array.from(labels.keys()), labels }, bench);
  },
};
