import { propagateToNearest } from '../../semi-supervised/propagation.ts';
import type { Recipe } from '../recipe.ts';
import { labelClusters, learnFromPixels, ON_PIXELS, PIXELS } from './pixels.ts';
import { NEAREST_TO_CENTRES } from './representatives.ts';

/** The notebook's 120 rows for each of 100 representatives among 60,000, at any budget and number of rows. */
const SHARE = 0.2;

/** The notebook's last: each label goes to the rows nearest to its own, a fifth of all in sum. */
export const partial: Recipe = {
  name: 'partial',
  rows: NEAREST_TO_CENTRES,
  features: PIXELS,
  learner: `${ON_PIXELS}, of the rows nearest to each labelled one, ${100 * SHARE} % of all in sum`,
  settings: { share: SHARE },
  run: async (budget, bench) => {
    const { rows, labels } = (await labelClusters(budget, bench)).representatives;
    const count = Math.max(1, Math.round((SHARE * bench.train.shape[0]) / rows.length));
    const spread = () => propagateToNearest(bench.train, rows, labels, { count, ...bench.control });
    return learnFromPixels(await spread(), bench);
  },
};
