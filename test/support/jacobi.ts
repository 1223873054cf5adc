/** Eigenvalues, the largest first, and their eigenvectors. */
export interface PlainEigen {
  values: number[];
  vectors: number[][];
}

/**
 * The eigen-decomposition of a symmetric matrix in float64 by Jacobi's cyclic rotations: slow, short, and accurate
 * to the last digits.
 */
export function jacobiEigen(symmetric: readonly (readonly number[])[]): PlainEigen {
  const order = symmetric.length;
  const a = symmetric.map((row) => [...row]);
  const v = a.map((_, i) => a.map((_, j) => Number(i === j)));
  const size = Math.max(...a.flat().map(Math.abs)) || 1;
  for (let sweep = 0, largest = size; largest > 1e-17 * size && sweep < 60; sweep++) {
    largest = 0;
    for (let p = 0; p < order; p++) {
      for (let q = p + 1; q < order; q++) {
        largest = Math.max(largest, Math.abs(a[p]![q]!));
        rotate(a, v, p, q);
      }
    }
  }
  const places = a.map((_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return {
    values: places.map((i) => a[i]![i]!),
    vectors: places.map((i) => v.map((row) => row[i]!)),
  };
}

/** Makes a[p][q] zero. */
function rotate(a: number[][], v: number[][], p: number, q: number): void {
  if (a[p]![q] === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(t, 1);
  const sine = t * cosine;
  for (const row of [...a, ...v]) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = cosine * x - sine * y;
    row[q] = sine * x + cosine * y;
  }
  const [rowP, rowQ] = [a[p]!, a[q]!];
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [rowP[k]!, rowQ[k]!];
    rowP[k] = cosine * x - sine * y;
    rowQ[k] = sine * x + cosine * y;
  }
}
