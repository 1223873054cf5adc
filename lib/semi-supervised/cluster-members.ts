import type { MatrixInput } from '../backend/prepared-matrix.ts';
import { PreparedMatrix, prepare } from '../backend/prepared-matrix.ts';
import type { Control } from '../backend/run.ts';
import { takeRows } from '../core/matrix.ts';
import { propagateToNearest } from './propagation.ts';

/** What a cluster holds beside the row that stands for it. */
export interface ClusterMembers {
  /** The row that stands for it. */
  representative: number;
  /** Rows in it, the representative among them. */
  size: number;
  /** Members nearest to the representative, itself left out, the nearest first. */
  nearest: Int32Array;
  /** Members farthest from it, the farthest last; none that is among the nearest. */
  farthest: Int32Array;
}

/**
 * The members of each cluster that are nearest to the row that stands for it, and the farthest: what a person looks
 * at to see whether a cluster is of one kind.
 * @param representatives for each cluster a row of `X`
 * @param clusters for each row of `X` the number of its cluster, -1 for one that is in none
 * @param count how many members to tell at either end: 1 or more, fewer where a cluster has fewer
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
 */
export async function clusterMembers(
  X: MatrixInput,
  representatives: Int32Array,
  clusters: Int32Array,
  count: number,
  control: Control = {},
): Promise<ClusterMembers[]> {
  const inCluster = Int32Array.from(clusters.keys()).filter((row) => clusters[row]! >= 0);
  const place = new Map(Array.from(inCluster, (row, i) => [row, i]));
  using taken = X instanceof PreparedMatrix ? X.takeRows(inCluster) : prepare(takeRows(X, inCluster));
  const { rows, labels } = await propagateToNearest(
    taken,
    Int32Array.from(representatives, (row) => place.get(row)!),
    Array.from(representatives.keys()),
    { share: 1, clusters: inCluster.map((row) => clusters[row]!), ...control },
  );
  const members = Array.from(representatives, (): number[] => []);
  for (const [i, cluster] of labels.entries()) members[cluster]!.push(inCluster[rows[i]!]!);
  return members.map((all, cluster) => {
    const representative = representatives[cluster]!;
    const others = all.filter((row) => row !== representative);
    return {
      representative,
      size: all.length,
      nearest: Int32Array.from(others.slice(0, count)),
      farthest: Int32Array.from(others.slice(Math.max(count, others.length - count))),
    };
  });
}
