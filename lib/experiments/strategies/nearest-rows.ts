import { propagateToNearest } from '../../semi-supervised/propagation.ts';
import type { Outcome, RunContext, Strategy } from '../strategy.ts';
import { cluster, learnFromRaw, NEAREST_TO_CENTRES, ON_RAW, RAW } from './raw-rows.ts';

/** The notebook's 120 rows for each of 100 representatives among 60,000, at any budget and number of rows. */
const SHARE = 0.2;

/** The notebook's last: each label goes to the rows nearest to its own, a fifth of all in sum. */
export const partial: Strategy = {
  name: 'partial',
  rows: NEAREST_TO_CENTRES,
  features: RAW,
  learner: `${ON_RAW}, of the rows nearest to each labelled one, ${100 * SHARE} % of all in sum`,
  settings: { share: SHARE },
  run: (budget, context) => {
    const count = Math.max(1, Math.round((SHARE * context.train.shape[0]) / budget));
    return learnFromNearest(budget, context, () => ({ count }));
  },
};

/** The same with a given number of rows for each label, its own among them. */
export function partialOf(count: number): Strategy {
  return {
    ...partial,
    learner: `${ON_RAW}, of the ${count} rows nearest to each labelled one`,
    settings: { count },
    run: (budget, context) => learnFromNearest(budget, context, () => ({ count })),
  };
}

/** Each label goes to the given share of its cluster that lies nearest to the labelled row: above 0, at most 1. */
export function closestShare(share: number): Strategy {
  const percent = Math.round(100 * share);
  return {
    name: `closest-${percent}`,
    rows: NEAREST_TO_CENTRES,
    features: RAW,
    learner: `${ON_RAW}, of the closest ${percent} % of each cluster with the cluster's label`,
    settings: { share },
    run: (budget, context) => learnFromNearest(budget, context, (clusters) => ({ share, clusters })),
  };
}

type Reach = { count: number } | { share: number; clusters: Int32Array };

/** Gives the label of each representative to rows near it, and learns from these. */
async function learnFromNearest(
  budget: number,
  context: RunContext,
  reachIn: (clusters: Int32Array) => Reach,
): Promise<Outcome> {
  const { train, control, watch, ask } = context;
  const clusters = await cluster(budget, context);
  const rows = clusters.representatives;
  const labels = ask(rows);
  const trainedOn = await watch.time('neighbors', () =>
    propagateToNearest(train, rows, labels, { ...reachIn(clusters.ofRows), ...control }),
  );
  return { ...(await learnFromRaw(trainedOn, context)), clusters };
}
