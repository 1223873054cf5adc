import type { Strategy } from '../strategy.ts';
import { learnFromRaw, ON_RAW, RAW } from './raw-rows.ts';

/** What all labels are worth: the notebook's first. Its budget is all training rows. */
export const full: Strategy = {
  name: 'full',
  rows: 'all',
  features: RAW,
  learner: ON_RAW,
  settings: {},
  run: (_, context) => {
    const rows = Int32Array.from({ length: context.train.shape[0] }, (_, row) => row);
    return learnFromRaw({ rows, labels: context.ask(rows) }, context);
  },
};
