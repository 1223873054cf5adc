import { nearestToCenter } from './cluster-strategies.ts';
import { distinctRows } from './distinct-rows.ts';
import { lloydClusters } from './lloyd-clusters.ts';
import { oneForEachCluster } from './one-for-each-cluster.ts';
import type { SelectionStrategy } from './strategy.ts';

/** How unsure a model is of a row, 0 … 1, from its probabilities, which sum to 1. */
export type Uncertainty = (probabilities: Float64Array) => number;

/** 1 - (largest - second largest probability). */
export const margin: Uncertainty = (probabilities) => {
  let first = 0;
  let second = 0;
  for (const probability of probabilities) {
    if (probability > first) [first, second] = [probability, first];
    else if (probability > second) second = probability;
  }
  return 1 - (first - second);
};

/** The entropy of the probabilities, as a share of the largest that so many classes could have. */
export const entropy: Uncertainty = (probabilities) => {
  let sum = 0;
  for (const probability of probabilities) if (probability > 0) sum -= probability * Math.log(probability);
  return sum / Math.log(probabilities.length);
};

/** The least sure rows are looked at, this many for each one to be chosen, as Zhdanov 2019 found best. */
const CANDIDATES_PER_ROW = 10;

/**
 * Rows of which the model is least sure, and which differ from one another: the least sure rows are clustered, and the
 * row nearest to each centre is taken (Zhdanov 2019, "Diverse mini-batch active learning"). They come in the order in
 * which they cover the doubt. Meant for rounds: label, fit, choose anew.
 */
export function uncertainRows(uncertaintyOf: Uncertainty): SelectionStrategy {
  return async (task) => {
    const { X, budget, random, labelled } = task;
    const { data, shape } = task.probabilities!;
    const width = shape[1];
    const uncertainty = new Float64Array(shape[0]);
    for (let row = 0; row < uncertainty.length; row++) {
      uncertainty[row] = uncertaintyOf(normalized(data.subarray(row * width, (row + 1) * width)));
    }
    const isLabelled = new Set(labelled);
    // In random order first, so that chance decides between rows that are equally unsure.
    const leastSureFirst = random
      .permutation(shape[0])
      .filter((row) => !isLabelled.has(row))
      .sort((a, b) => uncertainty[b]! - uncertainty[a]!);
    const candidates = leastSureFirst.subarray(0, CANDIDATES_PER_ROW * budget);
    using leastSure = X.takeRows(candidates);
    const diverse = await oneForEachCluster(
      { ...task, X: leastSure, labelled: new Int32Array() },
      lloydClusters,
      nearestToCenter,
      Float64Array.from(candidates, (row) => uncertainty[row]!),
    );
    const ranked = diverse.rows.map((place) => candidates[place]!);
    return { rows: await distinctRows(task, Int32Array.from([...ranked, ...leastSureFirst])) };
  };
}

/** A row of probabilities that sums to 1; all classes alike where a model gave it none. */
function normalized(row: Float32Array): Float64Array {
  const sum = row.reduce((total, probability) => total + probability, 0);
  return Float64Array.from(row, (probability) => (sum > 0 ? probability / sum : 1 / row.length));
}
