import { type Matrix, MiniBatchKMeans, RandomState, takeRows } from '../../lib/index.ts';
import { asFloats, type BenchData } from '../support/data.ts';
import type { Workload } from '../support/tasks.ts';
import {
  assign,
  kMeans,
  logisticFit,
  logisticIterations,
  logisticPass,
  miniBatchKMeans,
  nearest,
  pairwiseDistances,
  smallDistances,
  smallPredict,
  someOf,
} from './workloads.ts';

/** How much of everything there is: the notebook's own numbers, or few for a glance. */
export interface Sizes {
  rows: number;
  /** Rows of `partial`, which are drawn at random here. */
  partialRows: number;
  clusters: number;
  neighbors: number;
  /** Calls in a row that show what one costs. */
  calls: number;
}

export const NOTEBOOK_SIZES: Sizes = {
  rows: 60_000,
  partialRows: 12_000,
  clusters: 100,
  neighbors: 120,
  calls: 500,
};
export const QUICK_SIZES: Sizes = { rows: 2000, partialRows: 500, clusters: 20, neighbors: 12, calls: 10 };

/** The notebook's workloads by what they show; programs choose among them. */
export interface NotebookWorkloads {
  passes: Workload[];
  fullFits: Workload[];
  iterations: Workload[];
  smallerFits: Workload[];
  distances: Workload[];
  clusterings: Workload[];
  lloyd: Workload[];
  calls: Workload[];
}

/** The work of the notebook on its data, from bytes and, where that makes a difference, from floats. */
export async function notebookWorkloads(data: BenchData, sizes: Sizes): Promise<NotebookWorkloads> {
  const { partialRows, clusters, neighbors, calls } = sizes;
  const { X } = data;
  const rows = X.shape[0];
  const floats: BenchData = { ...data, X: asFloats(X) };
  const random = new RandomState(0);
  const hundred = random.choice(rows, clusters);
  const { clusterCenters } = await new MiniBatchKMeans({ nClusters: clusters, randomState: 42 }).fit(X);
  const centers: Matrix = clusterCenters;
  const queries = takeRows(X, hundred);
  const labelled = someOf(data, hundred);
  const part = someOf(data, random.choice(rows, partialRows));
  return {
    passes: [logisticPass(data), logisticPass(floats)],
    fullFits: [logisticFit(data), logisticFit(floats)],
    iterations: [logisticIterations(data, 30)],
    smallerFits: [logisticFit(part), logisticFit(labelled)],
    distances: [
      nearest(X, centers, 1, `nearest row for each of ${clusters} centres`),
      nearest(X, queries, neighbors, `${neighbors} nearest rows for each of ${clusters} rows`),
      assign(X, centers),
      pairwiseDistances(X, centers),
    ],
    clusterings: [miniBatchKMeans(X, clusters)],
    lloyd: [kMeans(part.X, centers, 5)],
    calls: [smallDistances(data, calls), smallPredict(labelled, calls)],
  };
}
