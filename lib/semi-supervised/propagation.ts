import {
  asPrepared,
  type MatrixInput,
  type PreparedMatrix,
  preparedRows,
  shapeOf,
} from '../backend/prepared-matrix.ts';
import { type Control, controlOptions, run } from '../backend/run.ts';
import { type ClassLabel, checkLabels } from '../core/class-labels.ts';
import { HandfulError, invalidArgument } from '../core/errors.ts';
import { requireArray, requireAtMostRows, requireOneForEachRow } from '../core/inputs.ts';
import { integer, number, optional, parseOptions, rowNumbers } from '../core/options.ts';

/** Rows with a label each; a row may occur more than once. */
export interface LabelledRows<Label extends ClassLabel> {
  rows: Int32Array;
  /** One for each of `rows`. */
  labels: Label[];
}

/**
 * Gives every row the label of its cluster's representative.
 * @param clusters for each row the number of its cluster, as a clusterer's `labels`
 * @param representativeLabels for each cluster the label of the row that stands for it
 * @returns for each row its label
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function propagateToClusters<Label extends ClassLabel>(
  clusters: ArrayLike<number>,
  representativeLabels: ArrayLike<Label>,
): Label[] {
  checkLabels(representativeLabels, 'representativeLabels');
  const numbers = clusterNumbers(clusters, representativeLabels.length);
  return Array.from(numbers, (cluster) => representativeLabels[cluster]!);
}

export interface PropagateToNearestOptions extends Control {
  /** Rows that each representative labels, itself among them: 1 … rows. Either this or `share` is needed. */
  count?: number;
  /**
   * Share of its own cluster that each representative labels, the nearest rows first: above 0 and at most 1,
   * rounded to whole rows, one at least where the cluster has any. Needs `clusters`.
   */
  share?: number;
  /** For each row of `X` the number of its cluster; representative `c` stands for cluster `c`. */
  clusters?: ArrayLike<number>;
}

/**
 * Gives the label of each representative to the rows nearest to it: a fixed `count` of all rows, so that a
 * row near two representatives occurs twice, or a `share` of the representative's own cluster.
 * @param representatives row numbers of `X`
 * @param labels for each representative its label
 * @returns the labelled rows, those of the first representative first, nearest first
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
 */
export async function propagateToNearest<Label extends ClassLabel>(
  X: MatrixInput,
  representatives: ArrayLike<number>,
  labels: ArrayLike<Label>,
  options: PropagateToNearestOptions,
): Promise<LabelledRows<Label>> {
  const { count, share, clusters, ...control } = parseOptions<PropagateToNearestOptions>(
    options,
    {
      count: { check: optional(integer(1)), default: undefined },
      share: { check: optional(number(0, 1)), default: undefined },
      clusters: { check: (value) => value as ArrayLike<number>, default: undefined },
      ...controlOptions,
    },
    'propagateToNearest',
  );
  const [rows] = shapeOf(X, 'X');
  const chosen = rowNumbers(representatives, 'representatives', rows);
  if (chosen.length === 0)
    throw invalidArgument('representatives', 'at least one row number', representatives);
  checkLabels(labels, 'labels', chosen.length);
  if ((count === undefined) === (share === undefined)) {
    throw new HandfulError('ERR_INVALID_ARGUMENT', 'propagateToNearest needs either count or share');
  }
  if (!(share === undefined || share > 0))
    throw invalidArgument('share', 'a number above 0 and at most 1', share);
  if (count !== undefined) requireAtMostRows(count, 'count', rows);
  else requireOneForEachRow(clusters, 'clusters', rows);
  using prepared = asPrepared(X);
  const lists =
    count !== undefined
      ? await nearestOfAll(prepared, chosen, count, control)
      : await nearestOfCluster(prepared, chosen, clusterNumbers(clusters!, chosen.length), share!, control);
  return {
    rows: Int32Array.from(lists.flatMap((list) => Array.from(list))),
    labels: lists.flatMap((list, i) => new Array<Label>(list.length).fill(labels[i]!)),
  };
}

/** For each chosen row its `count` nearest of all rows. */
async function nearestOfAll(
  X: PreparedMatrix,
  chosen: Int32Array,
  count: number,
  control: Control,
): Promise<Int32Array[]> {
  using queries = X.takeRows(chosen);
  const indices = await nearest(X, queries, count, control);
  return Array.from(chosen, (_, i) => indices.subarray(i * count, (i + 1) * count));
}

/** For each cluster the `share` of its rows that is nearest to the row chosen for it. */
async function nearestOfCluster(
  X: PreparedMatrix,
  chosen: Int32Array,
  clusters: Int32Array,
  share: number,
  control: Control,
): Promise<Int32Array[]> {
  const members = Array.from(chosen, (): number[] => []);
  for (const [row, cluster] of clusters.entries()) members[cluster]!.push(row);
  const lists: Int32Array[] = [];
  for (const [cluster, own] of members.entries()) {
    const count = own.length && Math.max(1, Math.round(share * own.length));
    if (count === 0) {
      lists.push(new Int32Array());
      continue;
    }
    using among = X.takeRows(own);
    using query = X.takeRows([chosen[cluster]!]);
    const places = await nearest(among, query, count, control);
    lists.push(places.map((place) => own[place]!));
  }
  return lists;
}

async function nearest(X: PreparedMatrix, queries: PreparedMatrix, k: number, control: Control) {
  using x = preparedRows(X, 'X');
  using q = preparedRows(queries, 'queries');
  return (await run(control, (operations, job) => operations.nearest(job, x, q, k))).indices;
}

/** Cluster numbers as `Int32Array`, each from 0 to `nClusters - 1`. */
export function clusterNumbers(clusters: ArrayLike<number>, nClusters: number): Int32Array {
  requireArray(clusters, 'clusters');
  for (let row = 0; row < clusters.length; row++)
    integer(0, nClusters - 1)(clusters[row], `clusters[${row}]`);
  return clusters instanceof Int32Array ? clusters : Int32Array.from(clusters);
}
