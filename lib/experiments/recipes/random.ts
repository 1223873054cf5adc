import { RandomState } from '../../random-state.ts';
import type { Recipe } from '../recipe.ts';
import { learnFromPixels, ON_PIXELS, PIXELS } from './pixels.ts';

/** The reference of every comparison: label rows drawn at random, learn from these and nothing else. */
export const random: Recipe = {
  name: 'random',
  rows: 'drawn at random',
  features: PIXELS,
  learner: ON_PIXELS,
  settings: {},
  run: (labels, bench) => {
    const rows = new RandomState(bench.seed).choice(bench.train.shape[0], labels);
    return learnFromPixels({ rows, labels: bench.ask(rows) }, bench);
  },
};
