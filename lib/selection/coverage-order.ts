import type { PreparedMatrix } from '../backend/prepared-matrix.ts';
import type { Control } from '../backend/run.ts';
import { argmax } from '../core/argmax.ts';
import { pairwiseDistances, pairwiseDistancesArgminMin } from '../estimators/pairwise-distances.ts';

/**
 * The order in which `count` of a few points cover them all soonest: each next one is the point that most lowers the
 * weighted sum of the distances from every point to the nearest one taken. That is the greedy rule for facility
 * location, whose every prefix brings at least 63 % of the gain that the best choice of its size could (Nemhauser,
 * Wolsey & Fisher 1978).
 * @param rows the points, as row numbers of `X`
 * @param weights for each point what it stands for, 0 or more: the rows of its cluster
 * @param taken rows that cover already, none or more
 * @returns `count` places of points in `rows`, ties to the lowest
 */
export async function coverageOrder(
  X: PreparedMatrix,
  rows: Int32Array,
  weights: Float64Array,
  count: number,
  taken: Int32Array,
  control: Control,
): Promise<Int32Array> {
  const n = rows.length;
  const order = new Int32Array(count);
  if (count === 0) return order;
  using points = X.takeRows(rows);
  const { data: distances } = await pairwiseDistances(points, points, control);
  // Before anything is taken all points are equally far from it.
  const nearest =
    taken.length > 0
      ? await distancesToTaken(X, points, taken, control)
      : new Float64Array(n).fill(distances.reduce((most, distance) => Math.max(most, distance), 0));
  const gainOf = (candidate: number): number => {
    let gain = 0;
    for (let point = 0; point < n; point++) {
      gain += weights[point]! * Math.max(0, nearest[point]! - distances[candidate * n + point]!);
    }
    return gain;
  };

  // Gains only ever shrink, so an old one is a bound: only candidates at the top need be looked at again (Minoux
  // 1978).
  const bounds = new Float64Array(n).fill(Infinity);
  for (let place = 0; place < count; place++) {
    let best = argmax(bounds);
    for (let checked = -1; best !== checked; best = argmax(bounds)) {
      checked = best;
      bounds[best] = gainOf(best);
    }
    order[place] = best;
    bounds[best] = -Infinity;
    for (let point = 0; point < n; point++) {
      nearest[point] = Math.min(nearest[point]!, distances[best * n + point]!);
    }
  }
  return order;
}

/** The distance of each point to the nearest row taken. */
async function distancesToTaken(
  X: PreparedMatrix,
  points: PreparedMatrix,
  taken: Int32Array,
  control: Control,
): Promise<Float64Array> {
  using covering = X.takeRows(taken);
  return (await pairwiseDistancesArgminMin(points, covering, control)).distances;
}
