import { FewLabels, type FirstStrategyName } from '../../semi-supervised/few-labels.ts';
import { Representation } from '../../semi-supervised/representation.ts';
import type { Answer, Bench, Recipe } from '../recipe.ts';
import { answerOfOneClass } from './one-class.ts';

const FEATURES = '128 components of k-means features of patches';
const LEARNER = 'labels spread along the graph of neighbours, refined by a logistic regression';

/** The package's own way: `FewLabels`, with rows that are images. */
export const fewLabels: Recipe = {
  name: 'few-labels',
  rows: 'nearest to the centres of k-means on rows smoothed along the graph',
  features: FEATURES,
  learner: LEARNER,
  settings: { strategy: 'representatives' },
  run: (budget, bench) => learn('representatives', budget, bench),
};

/** The same, but for the rows: what choosing them gains. */
export const fewLabelsRandom: Recipe = {
  name: 'few-labels-random',
  rows: 'drawn at random',
  features: FEATURES,
  learner: LEARNER,
  settings: { strategy: 'random' },
  run: (budget, bench) => learn('random', budget, bench),
};

async function learn(strategy: FirstStrategyName, budget: number, bench: Bench): Promise<Answer> {
  const { seed, train, test, imageShape, control } = bench;
  const [height, width] = imageShape;
  const representation = await bench.share('representation', () =>
    new Representation({ image: { height, width }, randomState: seed }).fit(train, control),
  );
  const few = new FewLabels<number>({ budget, strategy, randomState: seed });
  const rows = await few.pick(representation, control);
  const labelled = { rows, labels: bench.ask(rows) };
  const oneClass = answerOfOneClass(labelled, bench);
  if (oneClass) return oneClass;
  await few.fit(representation, labelled, control);
  const told = few.transduction;
  return {
    trainedOn: { rows: Int32Array.from(told.keys()), labels: told },
    predicted: await few.predict(test, control),
  };
}
