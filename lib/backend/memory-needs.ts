import type { Operations, PreparedRows } from '../../binding.d.ts';

/** The operations whose need of memory is known: all that take rows or graphs. */
export type MemoryNeeds = {
  [Name in keyof Omit<Operations, 'createJob' | 'prepare'>]: (
    ...args: Tail<Parameters<Operations[Name]>>
  ) => number;
};

type Tail<List extends unknown[]> = List extends [unknown, ...infer Rest] ? Rest : never;

const FLOAT = 4;
const DOUBLE = 8;
const INDEX = 4;

/** Vectors of the size of a point that a solver keeps: corrections, gradients, directions. */
const SOLVER_VECTORS = 48;
/** Room that sums over rows take at most, whatever the problem. */
const PARTIAL_SUMS = 64 * 2 ** 20;
/** The native preconditioner is not formed where it would take more. */
const PRECONDITIONER = 512 * 2 ** 20;

const elements = (x: PreparedRows) => x.rows * x.columns;
const sparse = (graph: { data: Float64Array; indptr: Int32Array }) =>
  graph.data.length * (DOUBLE + INDEX) + graph.indptr.length * INDEX;

/** k-means with so many clusters: labels of two rounds, centres, their sums and those of the best start. */
const clustering = (x: PreparedRows, nClusters: number) =>
  3 * x.rows * INDEX + nClusters * x.columns * (3 * FLOAT + 2 * DOUBLE);

/**
 * Bytes that each operation takes beside the rows that it is given: for its answer and for the tables that it works
 * with. What does not grow with the problem is left out. From the shapes alone, so that it is known before any work.
 */
export const MEMORY_NEEDS: MemoryNeeds = {
  pairwiseDistances: (x, y) => x.rows * y.rows * FLOAT,
  nearest: (_x, queries, k) => queries.rows * k * (INDEX + DOUBLE),
  // A copy of the rows on a grid of 16 bits, and the neighbours.
  neighborGraph: (x, k) => elements(x) * 2 + x.rows * k * 2 * (INDEX + DOUBLE),
  assign: (x, centers) => x.rows * INDEX + centers.length * 2 * FLOAT,
  // For each candidate its distance to every row.
  kmeansPlusPlus: (x, { nClusters, nLocalTrials }) =>
    x.rows * (nLocalTrials + 2) * DOUBLE + nClusters * x.columns * FLOAT,
  kmeans: (x, { nClusters }) => clustering(x, nClusters) + 4 * x.rows * DOUBLE,
  miniBatchKMeans: (x, { nClusters, initSize }) =>
    clustering(x, nClusters) + 2 * initSize * (x.byteLength / x.rows) + 4 * initSize * DOUBLE,
  miniBatchKMeansStep: (x, { centers }) => clustering(x, centers.length / x.columns),
  farthestFirst: (x, chosen, count) => x.rows * DOUBLE + (chosen.length + count) * (INDEX + DOUBLE),
  logisticRegression: (x, { nClasses, targets, sampleWeight }) => {
    const point = nClasses * (x.columns + 1) * DOUBLE;
    // Twice, while each class's matrix is made anew.
    const curvature = 2 * Math.min(nClasses * x.columns ** 2 * FLOAT, PRECONDITIONER);
    const rowLabels = x.rows * (INDEX + FLOAT) + x.rows * nClasses * FLOAT * (targets ? 3 : 1);
    // The rows without those of weight 0; and columns that are far from 0 or 1 as floats, twice while they are laid out.
    const copies = (sampleWeight ? x.byteLength : 0) + 2 * elements(x) * FLOAT;
    return SOLVER_VECTORS * point + curvature + Math.min(32 * point, PARTIAL_SUMS) + rowLabels + copies;
  },
  linear: (x, { intercept }) => x.rows * intercept.length * FLOAT,
  smoothRows: (graph, x) => sparse(graph) + elements(x) * FLOAT,
  // What the solver keeps for each class: start, result, residual, direction and their product.
  spreadLabels: (graph, { start }) =>
    sparse(graph) + 6 * start.length * DOUBLE + graph.indptr.length * (DOUBLE + INDEX),
  learnPatches: (_x, { nPatches, patchSize, channels, nClusters }) => {
    const depth = patchSize ** 2 * channels;
    return nPatches * depth * 2 * FLOAT + 3 * depth ** 2 * DOUBLE + nClusters * depth * 4 * FLOAT;
  },
  patchFeatures: (x, { gridSize, centers, mean }, projection) =>
    x.rows * (projection?.intercept.length ?? gridSize ** 2 * (centers.length / mean.length)) * FLOAT,
  columnStatistics: (x) => 3 * x.columns * DOUBLE,
  scaleColumns: (x) => elements(x) * FLOAT,
  normalizeRows: (x) => elements(x) * FLOAT,
  // The matrix of all products, the partial sums of it, and its vectors.
  principalComponents: (x, { nComponents }) =>
    3 * Math.min(x.rows, x.columns) ** 2 * DOUBLE + 3 * nComponents * x.columns * DOUBLE,
};
