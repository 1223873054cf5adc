import type { Matrix } from '../../lib/core/matrix.ts';
import { type Contestant, inProcess } from '../support/contestant.ts';

/** Multiplications that a trial of the loops may take; of larger work they do the first part. */
const MOST_MULTIPLICATIONS = 5e8;

/** The loops of the textbook in plain JavaScript, in doubles: what everybody writes first. */
export const naiveLoops: Contestant = inProcess('naive loops', {
  logisticPass: ({ X, labels, nClasses, C, at }) => ({
    run: () => logisticPass(X, labels, nClasses, C, at),
  }),
  nearest: ({ X, queries, k }) => {
    if (k > 1) return undefined;
    const [count, share] = affordable(queries.shape[0], X.data.length);
    return {
      share,
      run: () => ({
        indices: Int32Array.from({ length: count }, (_, query) => nearestRow(X, queries, query)),
      }),
    };
  },
  assign: ({ X, centers }) => {
    const [count, share] = affordable(X.shape[0], centers.data.length);
    return { share, run: () => Int32Array.from({ length: count }, (_, row) => nearestRow(centers, X, row)) };
  },
  pairwiseDistances: ({ X, Y }) => {
    const [count, share] = affordable(X.shape[0], Y.data.length);
    return {
      share,
      run: () =>
        Float32Array.from({ length: count * Y.shape[0] }, (_, i) =>
          Math.sqrt(squaredDistance(X, Math.floor(i / Y.shape[0]), Y, i % Y.shape[0])),
        ),
    };
  },
});

/** How many of `count` rows are not too much where each takes as many multiplications, and their share. */
function affordable(count: number, multiplicationsEach: number): [count: number, share: number] {
  const some = Math.min(count, Math.max(1, Math.floor(MOST_MULTIPLICATIONS / multiplicationsEach)));
  return [some, some / count];
}

function nearestRow(rows: Matrix, queries: Matrix, query: number): number {
  let nearest = 0;
  let least = Infinity;
  for (let row = 0; row < rows.shape[0]; row++) {
    const distance = squaredDistance(rows, row, queries, query);
    if (distance < least) {
      least = distance;
      nearest = row;
    }
  }
  return nearest;
}

function squaredDistance(a: Matrix, i: number, b: Matrix, j: number): number {
  const columns = a.shape[1];
  const aScale = a.scale ?? 1;
  const bScale = b.scale ?? 1;
  let sum = 0;
  for (let c = 0; c < columns; c++) {
    const difference = a.data[i * columns + c]! * aScale - b.data[j * columns + c]! * bScale;
    sum += difference * difference;
  }
  return sum;
}

function logisticPass(X: Matrix, labels: Int32Array, nClasses: number, C: number, at: Float64Array) {
  const [rows, columns] = X.shape;
  const scale = X.scale ?? 1;
  const width = columns + 1;
  const gradient = new Float64Array(at.length);
  const logits = new Float64Array(nClasses);
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < nClasses; k++) {
      let logit = at[k * width + columns]!;
      for (let c = 0; c < columns; c++) logit += X.data[row * columns + c]! * scale * at[k * width + c]!;
      logits[k] = logit;
    }
    const largest = Math.max(...logits);
    let sum = 0;
    for (let k = 0; k < nClasses; k++) sum += Math.exp(logits[k]! - largest);
    loss += Math.log(sum) + largest - logits[labels[row]!]!;
    for (let k = 0; k < nClasses; k++) {
      const residual = Math.exp(logits[k]! - largest) / sum - Number(labels[row] === k);
      for (let c = 0; c < columns; c++)
        gradient[k * width + c]! += residual * X.data[row * columns + c]! * scale;
      gradient[k * width + columns]! += residual;
    }
  }
  let maxGradient = 0;
  for (let i = 0; i < at.length; i++) {
    if (i % width < columns) {
      loss += at[i]! ** 2 / (2 * C);
      gradient[i]! += at[i]! / C;
    }
    maxGradient = Math.max(maxGradient, Math.abs(gradient[i]!) / rows);
  }
  return { loss, maxGradient };
}
