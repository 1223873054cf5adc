import type { Matrix } from '../../lib/core/matrix.ts';

/** What an exact fit finds. */
export interface ExactFit {
  /** The minimum of the objective. */
  loss: number;
  /** For each row the class of the largest score. */
  classes: number[];
}

/** A problem as `LogisticRegression` takes it, its classes 0 … nClasses - 1. */
export interface RegressionProblem {
  X: Matrix;
  y: ArrayLike<number>;
  nClasses: number;
  C: number;
  fitIntercept?: boolean;
  sampleWeight?: ArrayLike<number>;
}

/**
 * The minimum of multinomial logistic regression by Newton's method in plain float64. Columns are centred, if there is
 * an intercept, and divided by the root of their curvature, so that no scale is hard; the whole Hessian is solved with.
 */
export function exactRegression({
  X,
  y,
  nClasses,
  C,
  fitIntercept = true,
  sampleWeight,
}: RegressionProblem): ExactFit {
  const [rows, columns] = X.shape;
  const weights = Array.from({ length: rows }, (_, row) => sampleWeight?.[row] ?? 1);
  const weightSum = weights.reduce((a, b) => a + b);
  const at = (row: number, i: number) => X.data[row * columns + i]! * (X.scale ?? 1);
  const weighted = (of: (row: number) => number) =>
    weights.reduce((sum, weight, row) => (weight > 0 ? sum + (weight / weightSum) * of(row) : sum), 0);
  const centers = Array.from({ length: columns }, (_, i) =>
    fitIntercept ? weighted((row) => at(row, i)) : 0,
  );
  const units = centers.map(
    (center, i) =>
      Math.sqrt(weighted((row) => (at(row, i) - center) ** 2) + 1 / C / weightSum) || Number.MAX_VALUE,
  );
  const penalties = units.map((unit) => 1 / C / unit / unit);
  const width = columns + (fitIntercept ? 1 : 0);
  const rowsOf = Array.from({ length: rows }, (_, row) => [
    ...units.map((unit, i) => (at(row, i) - centers[i]!) / unit),
    ...(fitIntercept ? [1] : []),
  ]);

  const order = nClasses * width;
  const scoresOf = (point: Float64Array, row: number[]) =>
    Array.from({ length: nClasses }, (_, k) =>
      row.reduce((sum, value, i) => sum + value * point[k * width + i]!, 0),
    );
  const lossOf = (point: Float64Array) => {
    let loss = 0;
    rowsOf.forEach((row, r) => {
      if (weights[r] === 0) return;
      const scores = scoresOf(point, row);
      const most = Math.max(...scores);
      const sum = scores.reduce((total, score) => total + Math.exp(score - most), 0);
      loss += weights[r]! * (Math.log(sum) + most - scores[y[r]!]!);
    });
    for (let i = 0; i < order; i++) loss += ((penalties[i % width] ?? 0) * point[i]! ** 2) / 2;
    return loss;
  };

  let point = new Float64Array(order);
  let loss = lossOf(point);
  for (let step = 0; step < 100; step++) {
    const gradient = new Float64Array(order);
    /** Its lower triangle. */
    const hessian = new Float64Array(order * order);
    rowsOf.forEach((row, r) => {
      if (weights[r] === 0) return;
      const scores = scoresOf(point, row);
      const most = Math.max(...scores);
      const exponentials = scores.map((score) => Math.exp(score - most));
      const sum = exponentials.reduce((a, b) => a + b);
      const p = exponentials.map((value) => value / sum);
      for (let k = 0; k < nClasses; k++) {
        const residual = weights[r]! * (p[k]! - (y[r] === k ? 1 : 0));
        for (let i = 0; i < width; i++) gradient[k * width + i]! += residual * row[i]!;
        for (let l = 0; l <= k; l++) {
          const curvature = weights[r]! * p[k]! * ((k === l ? 1 : 0) - p[l]!);
          for (let i = 0; i < width; i++) {
            const factor = curvature * row[i]!;
            const at = (k * width + i) * order + l * width;
            for (let j = 0; j < width; j++) hessian[at + j]! += factor * row[j]!;
          }
        }
      }
    });
    for (let i = 0; i < order; i++) {
      gradient[i]! += (penalties[i % width] ?? 0) * point[i]!;
      // A trifle for the moves that change nothing: those of all classes' intercepts at once.
      hessian[i * order + i]! += (penalties[i % width] ?? 0) + 1e-10 * weightSum;
    }
    const direction = solve(hessian, gradient, order);
    const promised = direction.reduce((sum, value, i) => sum + value * gradient[i]!, 0);
    if (promised <= 1e-14 * loss) break;
    let length = 1;
    let next = point;
    let nextLoss = loss;
    for (; length > 1e-10; length /= 2) {
      next = point.map((value, i) => value - length * direction[i]!);
      nextLoss = lossOf(next);
      if (nextLoss < loss) break;
    }
    if (!(nextLoss < loss)) break;
    point = next;
    loss = nextLoss;
  }
  const classes = rowsOf.map((row) => {
    const scores = scoresOf(point, row);
    return scores.indexOf(Math.max(...scores));
  });
  return { loss, classes };
}

/** The loss of coefficients as they are given out, in plain float64. */
export function lossAt(
  { X, y, nClasses, C, sampleWeight }: RegressionProblem,
  coef: ArrayLike<number>,
  intercept: ArrayLike<number>,
): number {
  const [rows, columns] = X.shape;
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const scores = Array.from({ length: nClasses }, (_, k) => {
      let score = intercept[k]!;
      for (let i = 0; i < columns; i++) {
        score += coef[k * columns + i]! * X.data[row * columns + i]! * (X.scale ?? 1);
      }
      return score;
    });
    const most = Math.max(...scores);
    const sum = scores.reduce((total, score) => total + Math.exp(score - most), 0);
    loss += (sampleWeight?.[row] ?? 1) * (Math.log(sum) + most - scores[y[row]!]!);
  }
  return Array.from(coef).reduce((total, weight) => total + weight ** 2 / (2 * C), loss);
}

/** Cholesky's solution of a positive definite system. */
function solve(matrix: Float64Array, b: Float64Array, order: number): Float64Array {
  const x = b.slice();
  for (let i = 0; i < order; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * order + j]!;
      for (let k = 0; k < j; k++) rest -= matrix[i * order + k]! * matrix[j * order + k]!;
      matrix[i * order + j] =
        i === j ? Math.sqrt(Math.max(rest, Number.MIN_VALUE)) : rest / matrix[j * order + j]!;
    }
    for (let k = 0; k < i; k++) x[i]! -= matrix[i * order + k]! * x[k]!;
    x[i]! /= matrix[i * order + i]!;
  }
  for (let i = order - 1; i >= 0; i--) {
    for (let k = i + 1; k < order; k++) x[i]! -= matrix[k * order + i]! * x[k]!;
    x[i]! /= matrix[i * order + i]!;
  }
  return x;
}
