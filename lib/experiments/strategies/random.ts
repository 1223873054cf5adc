import { RandomState } from '../../core/random-state.ts';
import type { Strategy } from '../strategy.ts';
import { learnFromRaw, ON_RAW, RAW } from './raw-rows.ts';

/** The reference of every comparison: label rows drawn at random, learn from these and nothing else. */
export const random: Strategy = {
  name: 'random',
  rows: 'drawn at random',
  features: RAW,
  learner: ON_RAW,
  settings: {},
  run: (budget, context) => {
    const rows = new RandomState(context.seed).choice(context.train.shape[0], budget);
    return learnFromRaw({ rows, labels: context.ask(rows) }, context);
  },
};
