import { propagateToNearest } from '../../semi-supervised/propagation.ts';
import type { Recipe } from '../recipe.ts';
import { labelClusters, learnFromPixels, ON_PIXELS, PIXELS } from './pixels.ts';
import { NEAREST_TO_CENTRES } from './representatives.ts';

/** Each label goes to the given share of its cluster that lies nearest to the labelled row: above 0, at most 1. */
export function closestShare(share: number): Recipe {
  const percent = Math.round(100 * share);
  return {
    name: `closest-${percent}`,
    rows: NEAREST_TO_CENTRES,
    features: PIXELS,
    learner: `${ON_PIXELS}, of the closest ${percent} % of each cluster with the cluster's label`,
    settings: { share },
    run: async (budget, bench) => {
      const { clusters, representatives } = await labelClusters(budget, bench);
      const { rows, labels } = representatives;
      const options = { share, clusters, ...bench.control };
      return learnFromPixels(await propagateToNearest(bench.train, rows, labels, options), bench);
    },
  };
}
