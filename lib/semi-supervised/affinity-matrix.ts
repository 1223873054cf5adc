/** A square matrix of mostly zeros, compressed by rows, in the words of SciPy's `csr_matrix`. */
export interface SparseMatrix {
  /** The value of each entry. */
  data: Float64Array;
  /** The column of each entry, ascending in each row. */
  indices: Int32Array;
  /** Row r's entries are `indptr[r]` to `indptr[r + 1] - 1`. */
  indptr: Int32Array;
  shape: readonly [rows: number, columns: number];
}

/** The neighbour whose distance is a row's own scale, as Zelnik-Manor & Perona have it. */
const SCALING_NEIGHBOR = 7;

/**
 * Where exponents end. What counts of weights is how they compare, for the matrix is normalised; so even the
 * farthest outlier stays joined to its neighbours, where exp alone would let go of it by underflow.
 */
const LARGEST_EXPONENT = 300;

/**
 * How alike neighbouring rows are: the matrix that label spreading (Zhou et al. 2004) works on.
 *
 * Row i's `k` neighbours j weigh exp(-d² / (s_i s_j)), with d their distance and s a row's own scale: the distance
 * to its 7th neighbour, or its last where it has fewer (Zelnik-Manor & Perona 2004), so that dense and sparse
 * regions are treated alike. With W the mean of that matrix and its transpose and D the diagonal matrix of W's row
 * sums, the answer is D^-1/2 W D^-1/2. It is symmetric, and its eigenvalues lie between -1 and 1.
 *
 * @param indices rows x `k`, row-major: for each row its neighbours, nearest first
 * @param distances of those, in the same order
 */
export function affinityMatrix(indices: Int32Array, distances: Float64Array, k: number): SparseMatrix {
  const rows = indices.length / k;
  const scales = localScales(distances, rows, k);
  const halves: SparseMatrix = {
    data: new Float64Array(indices.length),
    indices,
    indptr: Int32Array.from({ length: rows + 1 }, (_, row) => row * k),
    shape: [rows, rows],
  };
  for (let row = 0, entry = 0; row < rows; row++) {
    for (const end = entry + k; entry < end; entry++) {
      halves.data[entry] = similarity(distances[entry]!, scales[row]!, scales[indices[entry]!]!) / 2;
    }
  }
  const transposed = transpose(halves);
  return normalize(add(transpose(transposed), transposed));
}

/**
 * For each row the distance to its 7th neighbour. Among many duplicates that is 0, and says nothing of the scale:
 * then the next distance that is more, or 0 where none is.
 */
function localScales(distances: Float64Array, rows: number, k: number): Float64Array {
  const scales = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let neighbor = row * k + Math.min(SCALING_NEIGHBOR, k) - 1;
    while (distances[neighbor] === 0 && neighbor + 1 < (row + 1) * k) neighbor++;
    scales[row] = distances[neighbor]!;
  }
  return scales;
}

/** Where one row has no scale, because all its neighbours are duplicates, the other's serves for both. */
function similarity(distance: number, scale: number, otherScale: number): number {
  if (distance === 0) return 1;
  const exponent = (distance / (scale || otherScale)) * (distance / (otherScale || scale));
  return Math.exp(-Math.min(exponent, LARGEST_EXPONENT));
}

/** The transpose, its columns ascending in each row. */
function transpose({ data, indices, indptr, shape }: SparseMatrix): SparseMatrix {
  const [rows, columns] = shape;
  const starts = new Int32Array(columns + 1);
  for (const column of indices) starts[column + 1]!++;
  for (let column = 0; column < columns; column++) starts[column + 1]! += starts[column]!;
  const next = starts.slice();
  const transposed = new Float64Array(data.length);
  const from = new Int32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let entry = indptr[row]!; entry < indptr[row + 1]!; entry++) {
      const to = next[indices[entry]!]!++;
      transposed[to] = data[entry]!;
      from[to] = row;
    }
  }
  return { data: transposed, indices: from, indptr: starts, shape: [columns, rows] };
}

/** The sum of two matrices of one shape whose columns ascend in each row. */
function add(a: SparseMatrix, b: SparseMatrix): SparseMatrix {
  const rows = a.shape[0];
  const data = new Float64Array(a.data.length + b.data.length);
  const indices = new Int32Array(data.length);
  const indptr = new Int32Array(rows + 1);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    let i = a.indptr[row]!;
    let j = b.indptr[row]!;
    const [endOfA, endOfB] = [a.indptr[row + 1]!, b.indptr[row + 1]!];
    while (i < endOfA || j < endOfB) {
      const columnOfA = i < endOfA ? a.indices[i]! : Infinity;
      const columnOfB = j < endOfB ? b.indices[j]! : Infinity;
      indices[to] = Math.min(columnOfA, columnOfB);
      if (columnOfA <= columnOfB) data[to]! += a.data[i++]!;
      if (columnOfB <= columnOfA) data[to]! += b.data[j++]!;
      to++;
    }
    indptr[row + 1] = to;
  }
  return { data: data.slice(0, to), indices: indices.slice(0, to), indptr, shape: a.shape };
}

/** Divides each entry by the roots of the sums of its row and of its column, which are those of a symmetric matrix. */
function normalize({ data, indices, indptr, shape }: SparseMatrix): SparseMatrix {
  const roots = new Float64Array(shape[0]);
  for (let row = 0; row < roots.length; row++) {
    let sum = 0;
    for (let entry = indptr[row]!; entry < indptr[row + 1]!; entry++) sum += data[entry]!;
    roots[row] = Math.sqrt(sum);
  }
  const normalized = new Float64Array(data.length);
  for (let row = 0; row < roots.length; row++) {
    for (let entry = indptr[row]!; entry < indptr[row + 1]!; entry++) {
      normalized[entry] = data[entry]! / (roots[row]! * roots[indices[entry]!]!);
    }
  }
  return { data: normalized, indices, indptr, shape };
}
