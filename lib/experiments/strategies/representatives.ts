import type { Strategy } from '../strategy.ts';
import { cluster, learnFromRaw, NEAREST_TO_CENTRES, ON_RAW, RAW } from './raw-rows.ts';

/** The notebook's second idea: label the row in the middle of each cluster. */
export const representatives: Strategy = {
  name: 'representatives',
  rows: NEAREST_TO_CENTRES,
  features: RAW,
  learner: ON_RAW,
  settings: {},
  run: async (budget, context) => {
    const clusters = await cluster(budget, context);
    const rows = clusters.representatives;
    return { ...(await learnFromRaw({ rows, labels: context.ask(rows) }, context)), clusters };
  },
};
