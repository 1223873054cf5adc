// How the fuzzer calls every public function that takes a matrix, and what must be true of an answer.

import type { Matrix } from '../../lib/index.ts';
import * as handful from '../../lib/index.ts';
import { require } from './answers.ts';

type Options = Record<string, unknown>;
type Call = (X: Matrix, given: Options, odd: unknown) => Promise<unknown>;

/** Those of the given options that are named. */
export function only(given: Options, ...names: string[]): Options {
  return Object.fromEntries(names.filter((name) => name in given).map((name) => [name, given[name]]));
}

const rowsOf = (X: Matrix): number => {
  const rows = (X as Matrix | undefined)?.shape?.[0];
  return Number.isInteger(rows) && rows! >= 0 && rows! < 1000 ? rows! : 3;
};

/** Labels for the rows, sound ones and others. */
function labelsOf(X: Matrix, { labels }: Options): number[] {
  const many = (label: (row: number) => unknown) => Array.from({ length: rowsOf(X) }, (_, row) => label(row));
  switch (labels) {
    case 'one':
      return many(() => 4) as number[];
    case 'words':
      return many((row) => (row % 2 ? 'left' : 'right')) as number[];
    case 'mixed':
      return many((row) => (row % 2 ? 'left' : 1)) as number[];
    case 'short':
      return [0, 1];
    case 'fractions':
      return many((row) => row / 2) as number[];
    case 'many':
      return many((row) => row) as number[];
    default:
      return many((row) => row % 2) as number[];
  }
}

const areFinite = (values: ArrayLike<number>) => Array.prototype.every.call(values, Number.isFinite);

/** The squared distance by the plain loop. */
function plainDistance(X: Matrix, i: number, Y: Matrix, j: number): number {
  let sum = 0;
  for (let column = 0; column < X.shape[1]; column++) {
    const x = X.data[i * X.shape[1] + column]! * (X.scale ?? 1);
    const y = Y.data[j * Y.shape[1] + column]! * (Y.scale ?? 1);
    sum += (x - y) ** 2;
  }
  return sum;
}

const kMeansOptions = ['nClusters', 'nInit', 'maxIter', 'tol', 'init', 'randomState'];
const regressionOptions = ['C', 'maxIter', 'tol', 'solver', 'fitIntercept'];

function requireClusters(kmeans: handful.KMeans | handful.MiniBatchKMeans, X: Matrix): void {
  const nClusters = kmeans.clusterCenters.shape[0];
  require(kmeans.labels.length === X.shape[0], 'the number of labels');
  require(kmeans.labels.every((label) => label >= 0 && label < nClusters), 'a label');
  require(!Number.isNaN(kmeans.inertia), 'the inertia');
  require(kmeans.clusterCenters.data.every((value) => !Number.isNaN(value)), 'a centre');
}

function requireProbabilities({ data, shape }: Matrix): void {
  for (let row = 0; row < shape[0]; row++) {
    const some = Array.from(data.subarray(row * shape[1], (row + 1) * shape[1]));
    const sum = some.reduce((total, value) => total + value, 0);
    require(areFinite(some) && Math.abs(sum - 1) < 1e-3, 'probabilities that sum to 1');
  }
}

export const CALLS: Record<string, Call> = {
  async prepare(X) {
    const { shape, byteLength } = handful.prepare(X);
    require(byteLength >= X.data.byteLength && shape.join() === X.shape.join(), 'prepared rows');
  },

  async takeRows(X, _, odd) {
    handful.takeRows(X, (odd ?? [0]) as number[]);
  },

  async pairwiseDistances(X, given, odd) {
    const options = odd === undefined ? only(given, 'metric') : odd;
    const { data } = await handful.pairwiseDistances(X, undefined, options as object);
    const { metric = 'euclidean' } = (options ?? {}) as Options;
    if (metric === 'cosine') return;
    const rows = X.shape[0];
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < rows; j++) {
        const squared = plainDistance(X, i, X, j);
        const expected = metric === 'euclidean' ? Math.sqrt(squared) : squared;
        if (!(expected < 3e38) || (expected < 1e-37 && expected !== 0)) continue;
        require(Math.abs(data[i * rows + j]! - expected) <= 1e-5 * expected, 'a distance');
      }
    }
  },

  async pairwiseDistancesArgminMin(X) {
    const { distances } = await handful.pairwiseDistancesArgminMin(X, X);
    require(distances.every(
      (distance) => distance === 0 || Number.isNaN(distance),
    ), 'the distance of a row to itself');
  },

  async NearestNeighbors(X, given, odd) {
    const neighbors = await new handful.NearestNeighbors(only(given, 'nNeighbors')).fit(X);
    const { indices, distances } = await neighbors.kneighbors(X, odd as number);
    require(indices.every((row) => row >= 0 && row < X.shape[0]), 'a neighbour');
    const k = indices.length / X.shape[0];
    for (let i = 0; i < distances.length; i++) {
      require(i % k === 0 || !(distances[i]! < distances[i - 1]!), 'the order of neighbours');
    }
  },

  async NeighborGraph(X, given) {
    const graph = await new handful.NeighborGraph(only(given, 'nNeighbors')).fit(X);
    const k = graph.indices.length / X.shape[0];
    require(graph.indices.every((row, i) => row !== Math.floor(i / k)), 'a neighbour of itself');
  },

  async KMeans(X, given, odd) {
    const kmeans = await new handful.KMeans(only(given, ...kMeansOptions)).fit(X, odd as object);
    requireClusters(kmeans, X);
    require(areFinite(await kmeans.predict(X)), 'what is predicted');
  },

  async MiniBatchKMeans(X, given, odd) {
    const options = only(given, ...kMeansOptions, 'batchSize', 'initSize');
    const kmeans = await new handful.MiniBatchKMeans(options).fit(X, odd as object);
    requireClusters(kmeans, X);
    await kmeans.partialFit(X);
    requireClusters(kmeans, X);
  },

  async kmeansPlusPlus(X, given, odd) {
    const nClusters = (odd ?? given.nClusters ?? 2) as number;
    const { indices } = await handful.kmeansPlusPlus(X, nClusters, only(given, 'randomState'));
    require(indices.length === nClusters, 'the number of rows chosen');
  },

  async LogisticRegression(X, given, odd) {
    const options = { maxIter: 20, ...only(given, ...regressionOptions) };
    const regression = new handful.LogisticRegression<number>(options);
    await regression.fit(
      X,
      labelsOf(X, given),
      odd === undefined ? undefined : { sampleWeight: odd as number[] },
    );
    require(regression.stopReason.length > 0, 'a reason to stop');
    require(!regression.converged || !Number.isNaN(regression.loss), 'the loss of what converged');
    if (areFinite(regression.coef.data) && areFinite(regression.intercept)) {
      const again = handful.LogisticRegression.fromJSON<number>(JSON.parse(JSON.stringify(regression)));
      require(areFinite(again.coef.data), 'the coefficients after JSON');
    }
    if (regression.converged) requireProbabilities(await regression.predictProba(X));
  },

  async StandardScaler(X) {
    const scaler = await new handful.StandardScaler().fit(X);
    require(scaler.scale.every((scale) => scale > 0), 'a scale');
    await scaler.transform(X);
  },

  async Normalizer(X, given) {
    const { data } = await new handful.Normalizer(only(given, 'norm')).transform(X);
    require(data.every((value) => Math.abs(value) <= 1.0001), 'a normalised value');
  },

  async PCA(X, given) {
    const pca = await new handful.PCA(only(given, 'nComponents', 'standardize', 'whiten')).fit(X);
    require(pca.components.shape[0] === pca.explainedVariance.length, 'the number of components');
    await pca.transform(X);
  },

  async PatchFeatures(X, given) {
    const options = {
      nClusters: 2,
      patchSize: 1,
      gridSize: 1,
      nPatches: 50,
      width: 1,
      ...only(given, 'width'),
    };
    const features = new handful.PatchFeatures({
      ...options,
      ...only(given, 'patchSize', 'gridSize', 'randomState'),
    });
    const { shape } = await features.fitTransform(X);
    require(shape[1] === features.nFeatures, 'the number of features');
  },

  async representatives(X, given, odd) {
    const centers = (odd ?? X) as Matrix;
    const rows = await handful.representatives(X, centers, only(given, 'unique'));
    require(rows.length === centers.shape[0], 'a row for each centre');
  },

  async selectRows(X, given) {
    const options = only(given, 'budget', 'strategy', 'randomState') as unknown as handful.SelectRowsOptions;
    const { rows } = await handful.selectRows(X, options);
    require(new Set(rows).size === rows.length, 'a row chosen twice');
  },

  async propagateToNearest(X, given, odd) {
    const options = only(given, 'count', 'share') as unknown as handful.PropagateToNearestOptions;
    const { rows, labels } = await handful.propagateToNearest(X, (odd ?? [0]) as number[], [1], options);
    require(rows.length === labels.length, 'a label for each row');
  },

  async propagateToClusters(_, __, odd) {
    handful.propagateToClusters(odd as number[], [1, 2]);
  },

  async LabelSpreading(X, given, odd) {
    const options = { nNeighbors: 1, ...only(given, 'nNeighbors', 'alpha', 'classPrior', 'tol', 'maxIter') };
    const spreading = new handful.LabelSpreading<number>(options as object);
    const y = (odd ?? { rows: [0, 1], labels: labelsOf(X, given).slice(0, 2) }) as handful.SomeLabels<number>;
    await spreading.fit(X, y);
    require(spreading.transduction.length === X.shape[0], 'a label for each row');
    require(areFinite(spreading.labelDistributions.data), 'the distributions');
  },

  async SelfTraining(X, given, odd) {
    const classifier = { maxIter: 5, ...only(given, 'C', 'solver') };
    const training = new handful.SelfTraining<number>({ maxIter: 2, classifier } as object);
    const y = (odd ?? { rows: [0, 1], labels: labelsOf(X, given).slice(0, 2) }) as handful.SomeLabels<number>;
    await training.fit(X, y);
    require(training.transduction.length === X.shape[0], 'a label for each row');
  },

  async ClusterThenLabel(X, given, odd) {
    const pipeline = new handful.ClusterThenLabel<number>({
      ...only(given, 'budget', 'randomState'),
      classifier: { maxIter: 5 },
    } as object);
    const labels = labelsOf(X, given);
    await pipeline.fit(X, (odd ?? ((rows: Int32Array) => Array.from(rows, (row) => labels[row]!))) as never);
    require(pipeline.trainedOn.rows.length > 0, 'rows learned from');
  },

  async Representation(X, given) {
    const representation = await new handful.Representation(only(given, 'randomState')).fit(X);
    const { data, shape } = await representation.transform(X);
    require(shape[0] === X.shape[0] && areFinite(data), 'places of rows');
  },

  async FewLabels(X, given, odd) {
    const options = only(given, 'budget', 'strategy', 'classPrior', 'randomState');
    const model = new handful.FewLabels<number>(options as object);
    const labels = labelsOf(X, given);
    await model.fit(X, (odd ?? ((rows: Int32Array) => Array.from(rows, (row) => labels[row]!))) as never);
    requireProbabilities(model.labelDistributions);
    requireProbabilities(await model.predictProba(X));
    require(model.transduction.every((label) => labels.includes(label)), 'a label of each row');
    require(model.summary().length > 0, 'a summary');
  },
};
