import { LogisticRegression } from '../../estimators/logistic-regression.ts';
import { MiniBatchKMeans } from '../../estimators/mini-batch-k-means.ts';
import { representatives } from '../../selection/representatives.ts';
import type { LabelledRows } from '../../semi-supervised/propagation.ts';
import type { Answer, Bench } from '../recipe.ts';
import { answerOfOneClass } from './one-class.ts';

/** How recipes on raw pixels speak of what they share. */
export const PIXELS = 'raw pixels';
export const ON_PIXELS = 'logistic regression on raw pixels';

/** A clustering of all training rows by their pixels, with a labelled row for each cluster. */
export interface LabelledClusters {
  /** For each training row the number of its cluster. */
  clusters: Int32Array;
  /** For each cluster the row nearest to its centre, no row twice. */
  representatives: LabelledRows<number>;
}

/** The notebook's clustering: mini-batch k-means on raw pixels, as many clusters as asked for. */
export async function labelClusters(nClusters: number, bench: Bench): Promise<LabelledClusters> {
  const { seed, train, control } = bench;
  const { clusters, rows } = await bench.share(`${nClusters} clusters of pixels`, async () => {
    const clusterer = await new MiniBatchKMeans({ nClusters, randomState: seed }).fit(train, control);
    const nearest = await representatives(train, clusterer.clusterCenters, { unique: true, ...control });
    return { clusters: clusterer.labels, rows: nearest };
  });
  return { clusters, representatives: { rows, labels: bench.ask(rows) } };
}

/** What the notebook's classifier, logistic regression on raw pixels, makes of labelled training rows. */
export async function learnFromPixels(trainedOn: LabelledRows<number>, bench: Bench): Promise<Answer> {
  const { rows, labels } = trainedOn;
  const oneClass = answerOfOneClass(trainedOn, bench);
  if (oneClass) return oneClass;
  const regression = new LogisticRegression<number>();
  using taken = bench.train.takeRows(rows);
  await regression.fit(taken, labels, bench.control);
  const predicted = await regression.predict(bench.test, bench.control);
  const { converged, stopReason } = regression;
  return { trainedOn, predicted, ...(converged ? {} : { unfinished: stopReason }) };
}
