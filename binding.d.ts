/**
 * The waist of the house: every numerical operation, as the compiled addon exports it and as
 * `lib/backend/javascript/` implements it once more. Whatever lies above does not know which of the two runs.
 *
 * Conventions. Matrices are row-major; samples are rows, features are columns. Every long operation takes a
 * {@link Job} first, runs off the event loop (the addon) or in slices of it (JavaScript), and returns a promise.
 * Rows cross this border once: an operation that makes rows returns prepared rows, of scale 1, which the next operation
 * takes; `values` reads them where a caller wants floats. Whoever asked for them disposes of them.
 * Callers validate: the addon checks again only what keeps memory safe. Failures are `Error`s with a `code`:
 *
 * - `ERR_CANCELLED`: the job was cancelled.
 * - `ERR_NOT_FINITE`: a value is NaN or infinite, or one of the rows that an operation makes is beyond float32; `row`
 *   and `column` on the error say where.
 * - `ERR_OUT_OF_MEMORY`: memory that the operation needs could not be had.
 * - `ERR_INVALID_ARGUMENT`: an argument no caller above should let through.
 *
 * Every operation is deterministic: the same arguments give the same bits for any number of threads.
 */

/** How far a job has come. */
export interface Progress {
  /** What runs now, in words: `'pass'`, `'batch'`, `'start'`, `'search'`, … */
  phase: string;
  /** Units of the phase done so far. */
  done: number;
  /** Units of the phase in all, or 0 where that is not known beforehand (an upper bound where there is one). */
  total: number;
  /** The loss, inertia or largest gradient component at this point, where the phase has one. */
  value?: number;
}

/** One running operation, from outside: a way to stop it and to hear from it. A job serves one operation. */
export interface Job {
  /** Makes the operation reject with code `ERR_CANCELLED` soon; without effect once it has ended. */
  cancel(): void;
}

/** Rows in the backend's own memory and layout, frozen. */
export interface PreparedRows extends Disposable {
  readonly rows: number;
  readonly columns: number;
  /** The number each stored element is multiplied by. */
  readonly scale: number;
  /** Bytes of memory held. */
  readonly byteLength: number;
  /** A new matrix of the given rows in the given order; rows may repeat. `ERR_INVALID_ARGUMENT` out of range. */
  take(rows: Int32Array): PreparedRows;
  /**
   * A copy of all values, rows x `columns`, row-major: what is stored times `scale`. Returns at once, like `prepare`.
   * Throws `ERR_OUT_OF_MEMORY`.
   */
  values(): Float32Array;
  /**
   * Gives the memory back at once, rather than when garbage is collected; operations under way keep it until they end.
   * The rows are of no use any more. Without effect the second time.
   */
  dispose(): void;
  /** The same for temporary rows. Without effect on other rows, whose owner may need them again. */
  [Symbol.dispose](): void;
}

/** A state of NumPy's legacy MT19937 generator: 624 words of key, then the position (0 … 624). */
export type RandomStateWords = Uint32Array;

/** What greedy k-means++ and everything that starts with it answers about its random stream. */
export interface RandomResult {
  /** The state after the last draw. */
  randomState: RandomStateWords;
}

export type Metric = 'euclidean' | 'sqeuclidean' | 'cosine';

export interface NearestResult {
  /** Query-major, `k` for each query, nearest first, ties to the lowest row. */
  indices: Int32Array;
  /** Euclidean distances in the same order: exactly what the plain loop in float64 gives. */
  distances: Float64Array;
}

export interface AssignResult {
  /** For each row its nearest centre, ties to the lowest. */
  labels: Int32Array;
  /** Sum over the rows of the squared distance to that centre. */
  inertia: number;
}

/** `'k-means++'`, `'random'` (distinct rows), or the centres themselves, `nClusters` x columns. */
export type KMeansInit = 'k-means++' | 'random' | Float32Array;

export interface KMeansPlusPlusOptions {
  nClusters: number;
  /** Candidates tried for each centre. */
  nLocalTrials: number;
  randomState: RandomStateWords;
}

export interface KMeansPlusPlusResult extends RandomResult {
  /** The rows chosen, in order. */
  indices: Int32Array;
  /** Those rows, `nClusters` x columns. */
  centers: Float32Array;
}

export interface KMeansOptions {
  nClusters: number;
  init: KMeansInit;
  nInit: number;
  maxIter: number;
  /** Relative to the mean variance of the columns, as scikit-learn has it. */
  tol: number;
  randomState: RandomStateWords;
}

export interface KMeansResult extends RandomResult, AssignResult {
  /** `nClusters` x columns. */
  centers: Float32Array;
  /** Iterations of the best start. */
  nIter: number;
  /** Whether that start ended before `maxIter`. */
  converged: boolean;
}

export interface MiniBatchKMeansOptions {
  nClusters: number;
  init: KMeansInit;
  nInit: number;
  /** Rows drawn for each start and for the validation of starts; at most the rows there are. */
  initSize: number;
  batchSize: number;
  /** Passes over the data at most. */
  maxIter: number;
  /**
   * Stop when the centres' squared movement in one step is at most this times the mean variance of the columns, as
   * scikit-learn has it; 0 switches the test off.
   */
  tol: number;
  /** Stop after this many steps without a better smoothed inertia; `Infinity` switches the test off. */
  maxNoImprovement: number;
  /** Centres with a count below this share of the largest are moved. */
  reassignmentRatio: number;
  randomState: RandomStateWords;
}

export interface MiniBatchKMeansResult extends RandomResult, AssignResult {
  centers: Float32Array;
  /** Rows that each centre has seen. */
  counts: Float64Array;
  /** Steps taken: batches. */
  nSteps: number;
  /** Passes over the data, begun ones counted whole. */
  nIter: number;
}

/** One step of mini-batch k-means on the whole of the given rows. */
export interface MiniBatchKMeansStepOptions {
  /** `nClusters` x columns. */
  centers: Float32Array;
  /** One for each centre. */
  counts: Float64Array;
  /** Whether this step may move centres of low count. */
  reassign: boolean;
  reassignmentRatio: number;
  randomState: RandomStateWords;
}

export interface MiniBatchKMeansStepResult extends RandomResult {
  centers: Float32Array;
  counts: Float64Array;
  labels: Int32Array;
  /** Of the rows, to the centres as they were before the step. */
  inertia: number;
}

export interface FarthestFirstResult {
  /** The rows chosen, in order. */
  indices: Int32Array;
  /** The Euclidean distance of each to the nearest row chosen before it: never growing. */
  distances: Float64Array;
}

export type LogisticRegressionSolver = 'preconditioned-lbfgs' | 'lbfgs' | 'gradient-descent';

export interface LogisticRegressionOptions {
  nClasses: number;
  /** For each row its class, 0 … nClasses - 1; left out where there are `targets`. */
  labels?: Int32Array;
  /**
   * In place of `labels` for each row the probabilities of its classes: rows x `nClasses`, none negative. The
   * log-loss of a row is then the sum over the classes of -target x log(probability). Each row sums to 1 but for
   * rounding: its largest target is taken to be what the others leave of 1.
   */
  targets?: Float32Array;
  /** For each row a weight of 0 or more; all 1 where left out. */
  sampleWeight?: Float64Array;
  /** Inverse strength of the penalty ||coef||² / (2C); `Infinity` for none. */
  C: number;
  fitIntercept: boolean;
  solver: LogisticRegressionSolver;
  maxIter: number;
  /**
   * Bound on the largest absolute component of the objective's gradient, divided by the sum of the weights; that of
   * columns far from zero, or of very large or small values, is taken of the columns centered and scaled.
   */
  tol: number;
  /** Where to start: `nClasses` x (columns + 1), the intercept last in each row. Zeros where left out. */
  start?: Float64Array;
}

/**
 * Why a solver stopped: the gradient is within `tol`; `maxIter` was reached; no step lowers the loss any further in the
 * arithmetic used; there is one class, which leaves nothing to learn.
 */
export type StopReason = 'tolerance' | 'maxIter' | 'precision' | 'oneClass';

export interface LogisticRegressionResult {
  /** `nClasses` x columns. */
  coef: Float32Array;
  intercept: Float64Array;
  /** The objective reached: weighted sum of log-losses + penalty. */
  loss: number;
  /** What `tol` was compared to. */
  maxGradient: number;
  /** Estimate of (loss - minimum) / loss from the preconditioned gradient; NaN where the solver has none. */
  gap: number;
  nIter: number;
  /** Evaluations of loss and gradient. */
  nPasses: number;
  converged: boolean;
  stopReason: StopReason;
  /** Why the preconditioner did not serve to the end; left out if it did, or if none was asked for. */
  withoutPreconditioner?: 'notPositiveDefinite' | 'tooLarge';
  /** The solver that finished the work: a safe one takes over where the preconditioner can't be formed. */
  solver: LogisticRegressionSolver;
}

/** A square matrix of mostly zeros, compressed by rows, in the arrays that SciPy's `csr_matrix` has. */
export interface SparseRows {
  /** Row r's entries are `indptr[r]` to `indptr[r + 1] - 1`: rows + 1 numbers, from 0 to the number of entries. */
  indptr: Int32Array;
  /** The column of each entry, 0 … rows - 1. */
  indices: Int32Array;
  /** The value of each entry. */
  data: Float64Array;
}

export interface SpreadLabelsOptions {
  nClasses: number;
  /** What each row starts with for each class, 0 or more: rows x `nClasses`. */
  start: Float64Array;
  /** Share of a row's result that comes from its neighbours: 0 or more, below 1. */
  alpha: number;
  /** Bound on the length of each class's residual, as a share of the length of what that class starts with. */
  tol: number;
  /**
   * Bound on the error of a row's distribution in one solve. Rows that a solve does not know that exactly are solved
   * for again, with the others as given. `Infinity`: only rows that a solve does not reach.
   */
  rowTol: number;
  /** Products with the matrix at most, in each solve. */
  maxIter: number;
}

export interface SpreadLabelsResult {
  /**
   * Rows x `nClasses`: each row's sum is 1, or 0 for a row that no path joins to what any class starts with. Rows that
   * no path joins to what a class starts with are exactly 0 for it.
   */
  distributions: Float64Array;
  /** Products with the matrix, in all solves. */
  nIter: number;
  /** Whether every class reached `tol` and every row `rowTol`, in each solve. */
  converged: boolean;
}

/** A linear map of rows: a row times `coef`, plus `intercept`. */
export interface LinearModel {
  /** `intercept.length` x columns. */
  coef: Float32Array;
  intercept: Float64Array;
  /**
   * For each column what is subtracted from its values before they are multiplied, so that values far from zero
   * keep their digits; nothing where left out.
   */
  center?: Float64Array;
}

export type LinearOutput = 'decision' | 'probability';

/**
 * How square patches lie in rows that are images of `height` x `width` pixels, row-major, the `channels` values of a
 * pixel side by side: at every multiple of `stride` pixels, down and across, where a whole one fits.
 */
export interface PatchGeometry {
  /** `height` x `width` x `channels` is the number of columns. */
  height: number;
  width: number;
  channels: number;
  /** Pixels of a patch, down and across: at most those of an image. */
  patchSize: number;
  stride: number;
}

/** How patches are normalised. Values are `data * scale`. */
export interface PatchNormalization {
  /** A patch, its mean subtracted, is divided by sqrt(variance + `contrastEpsilon`); 0 or more. */
  contrastEpsilon: number;
}

export interface PatchLearningOptions extends PatchGeometry, PatchNormalization {
  nClusters: number;
  /**
   * Patches to learn from at most, `nClusters` or more: all there are where there are no more; else drawn with
   * replacement (`randint(rows)`, then `randint(positions)` for each), ten times as many at most.
   */
  nPatches: number;
  /** Patches whose values' standard deviation is not above this are passed over. */
  minContrast: number;
  /** Added to the variance of the normalised patches in every direction before it is brought to 1; 1e-6 or more. */
  whiteningEpsilon: number;
  /** Iterations of Lloyd's algorithm at most. */
  maxIter: number;
  randomState: RandomStateWords;
}

/** What patches are compared to; `depth` is `patchSize` x `patchSize` x `channels`. */
export interface PatchCodebook {
  /** Mean of the normalised patches: `depth`. */
  mean: Float64Array;
  /**
   * `depth` x `depth`, lower triangular: times a normalised patch less the mean it gives the whitened patch. The
   * inverse of the Cholesky factor of the covariance + `whiteningEpsilon` I, a rotation away from its symmetric root
   * (ZCA).
   */
  whitening: Float64Array;
  /** Of whitened patches, `nClusters` x `depth`. */
  centers: Float32Array;
}

export interface PatchLearningResult extends PatchCodebook, RandomResult {
  /** Patches learned from. */
  nPatches: number;
  /** Iterations of k-means. */
  nIter: number;
  /** Sum over those patches, whitened, of the squared distance to their centre. */
  inertia: number;
}

export interface PatchFeaturesOptions extends PatchGeometry, PatchNormalization, PatchCodebook {
  /** Cells that an image's patches are summed in, down and across; no more than patches down or across. */
  gridSize: number;
  /** Whether each sum is answered as its square root. */
  squareRoot: boolean;
}

/** What the values of each column are like. */
export interface ColumnStatistics {
  mean: Float64Array;
  /** Mean squared deviation from the mean: divided by the number of rows. */
  variance: Float64Array;
  /** Root of the variance; 1 where a variance is no more than rounding. */
  scale: Float64Array;
}

/** What is done to each value: (value - center) / scale. One number a column. */
export interface ColumnScaling {
  /** Nothing is subtracted where left out. */
  center?: Float64Array;
  /** Above 0; nothing is divided where left out. */
  scale?: Float64Array;
}

export type Norm = 'l1' | 'l2' | 'max';

export interface PrincipalComponentsOptions {
  /** Components at most: 1 … the smaller of rows and columns. */
  nComponents: number;
  /** Only as many as explain more than this share of the variance, 0 … 1; all `nComponents` where left out. */
  varianceShare?: number;
  /** Whether columns are divided by their standard deviation first. */
  standardize: boolean;
}

export interface PrincipalComponents {
  mean: Float64Array;
  /** What columns were divided by, as in {@link ColumnStatistics}; left out where not standardized. */
  scale?: Float64Array;
  /**
   * One row of length 1 for each component, at right angles to the others, that of most variance first; the
   * largest element (of those as large within 1e-6 the first) is positive.
   */
  components: Float64Array;
  /** The variance of the rows along each component, divided by the number of rows - 1; 0 if it is but rounding. */
  explainedVariance: Float64Array;
  /** The sum of the columns' variances, the same way. */
  totalVariance: number;
}

/** What both backends do. */
export interface Operations {
  /**
   * A job; `onProgress` is called on the event loop, at most about twenty times a second, and not at all for an
   * operation so small that it is over at once.
   */
  createJob(onProgress?: (progress: Progress) => void): Job;

  /**
   * Copies rows into the backend's memory; an element's value is `data[i] * scale`. Returns at once: this is
   * the only operation whose work is done on the calling thread. Throws `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`.
   * @param temporary that whoever asks for the rows disposes of them; default false
   */
  prepare(
    data: Float32Array | Uint8Array,
    rows: number,
    columns: number,
    scale: number,
    temporary?: boolean,
  ): PreparedRows;

  /** Distances of every row of `x` to every row of `y`: rows of `x` times rows of `y` floats. */
  pairwiseDistances(job: Job, x: PreparedRows, y: PreparedRows, metric: Metric): Promise<Float32Array>;

  /** The `k` rows of `x` nearest to each row of `queries`; 1 <= k <= rows of `x`. */
  nearest(job: Job, x: PreparedRows, queries: PreparedRows, k: number): Promise<NearestResult>;

  /** The `k` rows of `x` nearest to each row of `x` itself, that row left out; 1 <= k < rows of `x`. */
  neighborGraph(job: Job, x: PreparedRows, k: number): Promise<NearestResult>;

  /** The nearest centre (`centers` is any number of rows x columns of `x`) of every row of `x`. */
  assign(job: Job, x: PreparedRows, centers: Float32Array): Promise<AssignResult>;

  /** Greedy k-means++ (Arthur & Vassilvitskii 2007, greedy variant of scikit-learn) over all rows. */
  kmeansPlusPlus(job: Job, x: PreparedRows, options: KMeansPlusPlusOptions): Promise<KMeansPlusPlusResult>;

  /** Lloyd's algorithm with scikit-learn 1.2's starts, stopping rule and care of empty clusters. */
  kmeans(job: Job, x: PreparedRows, options: KMeansOptions): Promise<KMeansResult>;

  /** Mini-batch k-means (Sculley 2010) with scikit-learn 1.2's semantics. */
  miniBatchKMeans(job: Job, x: PreparedRows, options: MiniBatchKMeansOptions): Promise<MiniBatchKMeansResult>;

  /** One step of the same, for `partialFit`. */
  miniBatchKMeansStep(
    job: Job,
    x: PreparedRows,
    options: MiniBatchKMeansStepOptions,
  ): Promise<MiniBatchKMeansStepResult>;

  /**
   * Chooses `count` rows one after the other, each the farthest from all chosen before it (Gonzalez 1985), ties to
   * the lowest; duplicates of chosen rows come last. It decides by exactly what the plain loop in float64 gives.
   * `chosen` holds the row or rows to start from, which are not chosen again: with `count` at most the rows of `x`.
   */
  farthestFirst(job: Job, x: PreparedRows, chosen: Int32Array, count: number): Promise<FarthestFirstResult>;

  /** Multinomial logistic regression: minimises the weighted sum of log-losses + ||coef||² / (2C). */
  logisticRegression(
    job: Job,
    x: PreparedRows,
    options: LogisticRegressionOptions,
  ): Promise<LogisticRegressionResult>;

  /**
   * Label spreading (Zhou et al. 2004): solves (I - `alpha` S) F = `start` by conjugate gradients, for a symmetric
   * matrix S of numbers of 0 or more whose eigenvalues lie between -1 and 1, and brings each row of F to the sum 1.
   */
  spreadLabels(job: Job, graph: SparseRows, options: SpreadLabelsOptions): Promise<SpreadLabelsResult>;

  /** The product of the graph's matrix and `x`, as many rows: each row becomes a weighted sum of its neighbours. */
  smoothRows(job: Job, graph: SparseRows, x: PreparedRows): Promise<PreparedRows>;

  /** `x`, less `center`, times `coef` transposed plus `intercept`, or the softmax of that: rows x classes. */
  linear(job: Job, x: PreparedRows, model: LinearModel, output: LinearOutput): Promise<PreparedRows>;

  /**
   * A codebook of image patches (Coates, Ng & Lee 2011): random patches of the rows normalised, whitened, and their
   * centres found by Lloyd's algorithm from greedy k-means++. `ERR_INVALID_ARGUMENT` where fewer than `nClusters`
   * patches with contrast are found.
   */
  learnPatches(job: Job, x: PreparedRows, options: PatchLearningOptions): Promise<PatchLearningResult>;

  /**
   * For each image and each cell of a grid over its patches (cell of patch p of n in a direction:
   * floor(p * `gridSize` / n)) the sum of max(0, mean distance to all centres - distance to each) over the patches:
   * rows x (`gridSize` x `gridSize` x `nClusters`), cells row by row, the centres of a cell side by side. Where there
   * is a `projection`, what it makes of these, as `linear` would: rows x its outputs.
   */
  patchFeatures(
    job: Job,
    x: PreparedRows,
    options: PatchFeaturesOptions,
    projection?: LinearModel,
  ): Promise<PreparedRows>;

  /** Mean and variance of every column, in float64. */
  columnStatistics(job: Job, x: PreparedRows): Promise<ColumnStatistics>;

  /** (value - center) / scale of every element: rows x columns. */
  scaleColumns(job: Job, x: PreparedRows, scaling: ColumnScaling): Promise<PreparedRows>;

  /**
   * Every row divided by the sum of its absolute values (`'l1'`), its length (`'l2'`) or its largest absolute
   * value (`'max'`); rows of zeros stay as they are: rows x columns.
   */
  normalizeRows(job: Job, x: PreparedRows, norm: Norm): Promise<PreparedRows>;

  /**
   * Principal component analysis of two rows or more. Every component v of variance s satisfies, with C the
   * covariance matrix, |C v - s v| <= 1e-6 s or, where that is more, 1e-13 of the largest variance. C is summed in
   * float64; by the addon in float32, at most 1024 products at a time, where the smaller of rows and columns
   * squared times the larger exceeds 2^32. Variances keep their digits where columns are of scales far apart (1 to
   * 1e9), if the smaller of rows and columns squared times the columns is at most 2^31.
   */
  principalComponents(
    job: Job,
    x: PreparedRows,
    options: PrincipalComponentsOptions,
  ): Promise<PrincipalComponents>;
}

/** Kernels of one kind of processor, and whether they can run here. */
export interface InstructionSet {
  /** `scalar`, `avx2`, `avx512`, `avx512vnni`; `scalar`, `neon`, `neoni8mm`. */
  name: string;
  /** Whether this build has it and this processor and operating system support it. */
  supported: boolean;
  /** Why not, where not. */
  reason?: string;
}

/** What the compiled addon exports: the operations, and control over how it runs them. */
export interface Addon extends Operations {
  /** All instruction sets of the family this addon was built for, slowest first. */
  instructionSets(): InstructionSet[];
  /** The one in use. */
  instructionSet(): string;
  /** Uses another from the next operation on; throws `ERR_INVALID_ARGUMENT` where it is not supported. */
  setInstructionSet(name: string): void;
  /** Threads in use. */
  threads(): number;
  /** Uses that many (1 … 256) from the next operation on. */
  setThreads(threads: number): void;
  /** Physical cores this process may use: the default number of threads. */
  physicalCores(): number;
}
