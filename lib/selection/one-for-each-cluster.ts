import type { PreparedMatrix } from '../backend/prepared-matrix.ts';
import type { Control } from '../backend/run.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import type { RandomState } from '../core/random-state.ts';
import { coverageOrder } from './coverage-order.ts';
import { distinctRows } from './distinct-rows.ts';
import type { Selection, SelectionTask } from './strategy.ts';

/** Rows in clusters. */
interface Clusters {
  /** For each row the number of its cluster. */
  readonly labels: Int32Array;
  /** Clusters x columns. */
  readonly clusterCenters: FloatMatrix;
}

/** Finds clusters. */
export type Cluster = (
  X: PreparedMatrix,
  nClusters: number,
  random: RandomState,
  control: Control,
) => Promise<Clusters>;

/**
 * Chooses for each cluster the row that is to stand for it, -1 for one that has none; no row twice.
 * @param members for each cluster its rows, in ascending order
 */
export type Choose = (
  task: SelectionTask,
  clusters: Clusters,
  members: readonly Int32Array[],
) => Promise<Int32Array>;

/**
 * Parts all rows in as many clusters as there will be labels, those given before included, and takes one row of each
 * cluster that has no label yet: all of them where nothing is labelled, else those that cover most. The rows come in
 * {@link coverageOrder}, each with the weight of its cluster.
 * @param weights for each row what it counts, 0 or more; all 1 where left out
 */
export async function oneForEachCluster(
  task: SelectionTask,
  cluster: Cluster,
  choose: Choose,
  weights?: Float64Array,
): Promise<Selection> {
  const { X, budget, random, labelled, control } = task;
  const nClusters = labelled.length + budget;
  const clusters = await cluster(X, nClusters, random, control);
  const { labels } = clusters;
  const chosen = await choose(task, clusters, membersOf(labels, nClusters));

  const clusterWeights = new Float64Array(nClusters);
  for (const [row, label] of labels.entries()) clusterWeights[label]! += weights ? weights[row]! : 1;
  const covered = new Set(labelled.map((row) => labels[row]!));
  const open = Int32Array.from(chosen.keys()).filter((c) => !covered.has(c) && chosen[c]! >= 0);

  const order = await coverageOrder(
    X,
    open.map((c) => chosen[c]!),
    Float64Array.from(open, (c) => clusterWeights[c]!),
    Math.min(budget, open.length),
    labelled,
    control,
  );
  const ranked = order.map((place) => open[place]!);
  const rows = await distinctRows(
    task,
    ranked.map((c) => chosen[c]!),
  );

  const placeOfRow = new Map(Array.from(rows, (row, place) => [row, place]));
  const placeOfCluster = new Int32Array(nClusters).fill(-1);
  for (const c of ranked) placeOfCluster[c] = placeOfRow.get(chosen[c]!) ?? -1;
  return { rows, clusters: labels.map((label) => placeOfCluster[label]!) };
}

/** For each cluster its rows, in ascending order. */
function membersOf(labels: Int32Array, nClusters: number): Int32Array[] {
  const sizes = new Int32Array(nClusters);
  for (const label of labels) sizes[label]!++;
  const members = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Int32Array(nClusters);
  for (const [row, label] of labels.entries()) members[label]![filled[label]!++] = row;
  return members;
}
