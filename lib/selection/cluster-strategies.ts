import { MiniBatchKMeans } from '../estimators/mini-batch-k-means.ts';
import { NearestNeighbors } from '../estimators/nearest-neighbors.ts';
import { lloydClusters } from './lloyd-clusters.ts';
import { type Choose, type Cluster, oneForEachCluster } from './one-for-each-cluster.ts';
import { representatives } from './representatives.ts';
import type { SelectionStrategy } from './strategy.ts';

const miniBatchClusters: Cluster = (X, nClusters, randomState, control) =>
  new MiniBatchKMeans({ nClusters, randomState }).fit(X, control);

/** The row nearest to each centre. */
export const nearestToCenter: Choose = ({ X, control }, { clusterCenters }) =>
  representatives(X, clusterCenters, { unique: true, ...control });

const randomMember: Choose = async ({ random }, _, members) =>
  Int32Array.from(members, (rows) => (rows.length > 0 ? rows[random.randint(0, rows.length)]! : -1));

/** Neighbours whose mean distance tells how densely rows lie around one, as in Hacohen et al. 2022. */
const DENSITY_NEIGHBORS = 20;

/** Rows of a cluster that are compared with one another; of larger ones as many at random. */
const DENSITY_SAMPLE = 2000;

/** The row of each cluster whose nearest rows of the same cluster are nearest in the mean. */
const densestMember: Choose = async ({ X, random, control }, _, members) => {
  const chosen = new Int32Array(members.length).fill(-1);
  for (const [cluster, all] of members.entries()) {
    if (all.length === 0) continue;
    const places = all.length > DENSITY_SAMPLE ? random.choice(all.length, DENSITY_SAMPLE).sort() : undefined;
    const rows = places ? places.map((place) => all[place]!) : all;
    using sample = X.takeRows(rows);
    const neighbors = await new NearestNeighbors().fit(sample);
    // One more than asked for: the row itself, at distance 0, is among them.
    const k = Math.min(DENSITY_NEIGHBORS + 1, rows.length);
    const { distances } = await neighbors.kneighbors(sample, k, control);
    chosen[cluster] = rows[closestList(distances, k)]!;
  }
  return chosen;
};

/** Which list of `k` numbers has the least sum; of several the first. */
function closestList(distances: Float64Array, k: number): number {
  let best = 0;
  let least = Infinity;
  for (let list = 0; list * k < distances.length; list++) {
    const sum = distances.subarray(list * k, (list + 1) * k).reduce((total, each) => total + each, 0);
    if (sum < least) [best, least] = [list, sum];
  }
  return best;
}

/** The row nearest to each centre of Lloyd's k-means. */
export const lloydRepresentatives: SelectionStrategy = (task) =>
  oneForEachCluster(task, lloydClusters, nearestToCenter);

/** The row nearest to each centre of mini-batch k-means: the notebook's rows, where the seed is the notebook's. */
export const miniBatchRepresentatives: SelectionStrategy = (task) =>
  oneForEachCluster(task, miniBatchClusters, nearestToCenter);

/** A row at random of each cluster: as even as representatives, without their bias to the middle. */
export const stratifiedRows: SelectionStrategy = (task) =>
  oneForEachCluster(task, lloydClusters, randomMember);

/** The row of each cluster around which rows lie most densely (Hacohen, Dekel & Weinshall 2022, "TypiClust"). */
export const densestRows: SelectionStrategy = (task) => oneForEachCluster(task, lloydClusters, densestMember);
