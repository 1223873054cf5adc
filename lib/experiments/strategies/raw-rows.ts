import type { Matrix } from '../../core/matrix.ts';
import { LogisticRegression } from '../../estimators/logistic-regression.ts';
import { MiniBatchKMeans } from '../../estimators/mini-batch-k-means.ts';
import { representatives } from '../../selection/representatives.ts';
import type { LabelledRows } from '../../semi-supervised/propagation.ts';
import type { Clusters, Outcome, RunContext } from '../strategy.ts';
import { outcomeOfOneClass } from './one-class.ts';

/** What strategies on the rows as they are say of themselves: pixels, if rows are images. */
export const RAW = 'raw values';
export const ON_RAW = 'logistic regression on raw values';
export const NEAREST_TO_CENTRES = 'nearest to the centres of mini-batch k-means';

/** The notebook's clustering: mini-batch k-means on raw values, with the row nearest to each centre. */
export async function cluster(
  nClusters: number,
  { seed, train, control, watch, share }: RunContext,
): Promise<Clusters & { centers: Matrix }> {
  return share(`${nClusters} clusters of raw values`, async () => {
    const clusterer = new MiniBatchKMeans({ nClusters, randomState: seed });
    await watch.time('clustering', () => clusterer.fit(train, control));
    const { labels, clusterCenters: centers, inertia, nSteps, nIter } = clusterer;
    const nearest = await watch.time('representatives', () =>
      representatives(train, centers, { unique: true, ...control }),
    );
    return { ofRows: labels, centers, representatives: nearest, report: { inertia, nSteps, nIter } };
  });
}

/** What the notebook's classifier, logistic regression on raw values, makes of labelled training rows. */
export async function learnFromRaw(trainedOn: LabelledRows<number>, context: RunContext): Promise<Outcome> {
  const oneClass = outcomeOfOneClass(trainedOn, context);
  if (oneClass) return oneClass;
  const { train, test, control, watch } = context;
  const { rows, labels } = trainedOn;
  const regression = new LogisticRegression<number>();
  const isWhole = rows.length === train.shape[0] && rows.every((row, i) => row === i);
  using taken = isWhole ? train.lend() : train.takeRows(rows);
  await watch.time('fit', () => regression.fit(taken, labels, control));
  const predicted = await watch.time('score', () => regression.predict(test, control));
  const { loss, nIter, converged, gap, maxGradient, stopReason, solver } = regression;
  const fit = { loss, nIter, converged, gap, maxGradient, stopReason, solver };
  return { predicted, trainedOn, fit, regression };
}
