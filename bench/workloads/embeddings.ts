import { RandomState, takeRows } from '../../lib/index.ts';
import type { BenchData } from '../support/data.ts';
import type { Workload } from '../support/tasks.ts';
import { assign, kMeans, logisticFit, logisticPass, miniBatchKMeans, nearest } from './workloads.ts';

/** What most users bring: many rows of floats. */
export function embeddingWorkloads({ X, ...rest }: BenchData, clusters: number): Workload[] {
  const chosen = new RandomState(0).choice(X.shape[0], 2 * clusters);
  const queries = takeRows(X, chosen.subarray(0, clusters));
  const centers = takeRows(X, chosen.subarray(clusters));
  return [
    nearest(X, queries, 10, `10 nearest rows for each of ${clusters} rows`),
    assign(X, centers),
    kMeans(X, centers, 5),
    miniBatchKMeans(X, clusters),
    logisticPass({ X, ...rest }),
    logisticFit({ X, ...rest }),
  ];
}
