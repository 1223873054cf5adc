import { FewLabels, type FirstStrategyName } from '../../semi-supervised/few-labels.ts';
import { Representation } from '../../semi-supervised/representation.ts';
import type { Outcome, RunContext, Strategy } from '../strategy.ts';
import { outcomeOfOneClass } from './one-class.ts';

/** The package's own way: `FewLabels`. */
export const fewLabels: Strategy = {
  name: 'few-labels',
  rows: 'nearest to the centres of k-means on rows smoothed along the graph',
  features: 'at most 128 principal components, of images those of k-means features of patches',
  learner: 'labels spread along the graph of neighbours, refined by a logistic regression',
  settings: { strategy: 'representatives' },
  run: (budget, context) => learn('representatives', budget, context),
};

/** The same, but for the rows: what choosing them gains. */
export const fewLabelsRandom: Strategy = {
  ...fewLabels,
  name: 'few-labels-random',
  rows: 'drawn at random',
  settings: { strategy: 'random' },
  run: (budget, context) => learn('random', budget, context),
};

/** The estimator by itself, with a representation of its own, which it seeds in another way. */
export const fewLabelsAlone: Strategy = {
  ...fewLabels,
  settings: { strategy: 'representatives', alone: true },
  run: async (budget, context) => {
    const { seed, train, image, control, watch, ask } = context;
    const few = new FewLabels<number>({ budget, image, randomState: seed });
    await few.fit(train, ask, control);
    watch.add(few.phases);
    return outcomeOf(few, context);
  },
};

async function learn(strategy: FirstStrategyName, budget: number, context: RunContext): Promise<Outcome> {
  const { seed, train, image, control, watch, ask, share } = context;
  const representation = await share('representation', async () => {
    const found = await new Representation({ image, randomState: seed }).fit(train, control);
    watch.add(found.phases);
    return found;
  });
  const few = new FewLabels<number>({ budget, strategy, randomState: seed });
  const rows = await few.pick(representation, control);
  const labelled = { rows, labels: ask(rows) };
  const oneClass = outcomeOfOneClass(labelled, context);
  if (oneClass) return oneClass;
  await few.fit(representation, labelled, control);
  const own = Object.entries(few.phases).filter(([phase]) => !(phase in representation.phases));
  watch.add(Object.fromEntries(own));
  return outcomeOf(few, context);
}

async function outcomeOf(few: FewLabels<number>, { test, control, watch }: RunContext): Promise<Outcome> {
  const labels = few.transduction;
  return {
    predicted: await watch.time('score', () => few.predict(test, control)),
    trainedOn: { rows: Int32Array.from(labels.keys()), labels },
    crossValidation: few.crossValidation,
  };
}
