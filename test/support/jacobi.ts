/** Eigenvalues, the largest first, and their eigenvectors. */
export interface PlainEigen {
  values: number[];
  vectors: number[][];
}

/**
 * The eigen-decomposition of a symmetric matrix in float64 by Jacobi's cyclic rotations: slow, short, and accurate
 * to the last digits, which it keeps for small eigenvalues of a matrix whose rows and columns are of scales far apart.
 */
export function jacobiEigen(symmetric: readonly (readonly number[])[]): PlainEigen {
  const order = symmetric.length;
  const a = symmetric.map((row) => [...row]);
  const v = a.map((_, i) => a.map((_, j) => Number(i === j)));
  for (let sweep = 0, rotates = true; rotates && sweep < 60; sweep++) {
    rotates = false;
    for (let p = 0; p < order; p++) {
      for (let q = p + 1; q < order; q++) {
        // Next to nothing beside both rows' own elements, not only the matrix's largest.
        const beside = Math.sqrt(Math.abs(a[p]![p]!)) * Math.sqrt(Math.abs(a[q]![q]!));
        if (Math.abs(a[p]![q]!) <= 1e-17 * beside) continue;
        rotates = true;
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
