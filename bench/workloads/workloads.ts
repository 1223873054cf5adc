import { type Matrix, takeRows } from '../../lib/core/matrix.ts';
import { formatCount } from '../../lib/core/numbers.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import type { BenchData } from '../support/data.ts';
import { type LogisticFitProblem, type Workload, workload } from '../support/tasks.ts';

/** A penalty such as the notebook's. */
const C = 1;

/** Where the notebook's clusters begin. */
const SEED = 42;

/** "60,000 x 784 bytes" */
function size({ data, shape }: Matrix): string {
  return `${formatCount(shape[0])} x ${formatCount(shape[1])} ${data instanceof Uint8Array ? 'bytes' : 'floats'}`;
}

const elements = ({ shape }: Matrix) => shape[0] * shape[1];

function fitProblem({ X, labels, nClasses }: BenchData): LogisticFitProblem {
  return { X, labels, nClasses, C };
}

/** One evaluation of loss and gradient, at coefficients that are small and all different. */
export function logisticPass(data: BenchData): Workload<'logisticPass'> {
  const { X, nClasses } = data;
  const random = new RandomState(1);
  return workload({
    title: `logistic regression, one pass (loss and gradient), ${size(X)}, ${nClasses} classes`,
    task: 'logisticPass',
    problem: { ...fitProblem(data), at: random.uniform(nClasses * (X.shape[1] + 1), -0.05, 0.05) },
    flops: 4 * elements(X) * nClasses,
  });
}

/** A whole fit. */
export function logisticFit(data: BenchData): Workload<'logisticFit'> {
  return workload({
    title: `logistic regression, whole fit, ${size(data.X)}, ${data.nClasses} classes`,
    task: 'logisticFit',
    problem: fitProblem(data),
    watchesEventLoop: true,
  });
}

/** The first iterations of plain L-BFGS, for everyone the same method. */
export function logisticIterations(data: BenchData, iterations: number): Workload<'logisticFit'> {
  return workload({
    title: `logistic regression, ${iterations} iterations of plain L-BFGS, ${size(data.X)}, ${data.nClasses} classes`,
    task: 'logisticFit',
    problem: { ...fitProblem(data), lbfgsIterations: iterations },
  });
}

export function nearest(X: Matrix, queries: Matrix, k: number, what: string): Workload<'nearest'> {
  return workload({
    title: `${what}, ${size(X)}`,
    task: 'nearest',
    problem: { X, queries, k },
    flops: 2 * elements(X) * queries.shape[0],
  });
}

export function assign(X: Matrix, centers: Matrix): Workload<'assign'> {
  return workload({
    title: `nearest of ${centers.shape[0]} centres for each row, ${size(X)}`,
    task: 'assign',
    problem: { X, centers },
    flops: 2 * elements(X) * centers.shape[0],
  });
}

export function pairwiseDistances(X: Matrix, Y: Matrix): Workload<'pairwiseDistances'> {
  return workload({
    title: `all distances to ${Y.shape[0]} rows, written out, ${size(X)}`,
    task: 'pairwiseDistances',
    problem: { X, Y },
    flops: 2 * elements(X) * Y.shape[0],
  });
}

export function kMeans(X: Matrix, init: Matrix, iterations: number): Workload<'kMeans'> {
  return workload({
    title: `k-means, ${iterations} iterations of Lloyd's algorithm, ${init.shape[0]} clusters, ${size(X)}`,
    task: 'kMeans',
    problem: { X, init, iterations },
    // The last search finds the labels under the last centres.
    flops: 2 * elements(X) * init.shape[0] * (iterations + 1),
  });
}

export function miniBatchKMeans(X: Matrix, nClusters: number): Workload<'miniBatchKMeans'> {
  return workload({
    title: `mini-batch k-means, whole fit, ${nClusters} clusters, ${size(X)}`,
    task: 'miniBatchKMeans',
    problem: { X, nClusters, randomState: SEED },
  });
}

/** What the call itself costs: distances of ten rows of ten columns, from plain matrices. */
export function smallDistances({ X }: BenchData, calls: number): Workload<'pairwiseDistances'> {
  const small: Matrix = { data: Float32Array.from(X.data.subarray(0, 100)), shape: [10, 10] };
  return workload({
    title: 'one call: distances between 10 rows of 10 columns, plain matrices',
    task: 'pairwiseDistances',
    problem: { X: small, Y: small, fresh: true },
    calls,
  });
}

/** What the call itself costs: classes of a hundred rows. */
export function smallPredict(data: BenchData, calls: number): Workload<'predict'> {
  return workload({
    title: `one call: classes of ${size(data.X)}, a plain matrix`,
    task: 'predict',
    problem: { training: fitProblem(data), X: data.X },
    calls,
  });
}

/** The given rows with their labels; classes that do not occur among them are left out. */
export function someOf({ X, labels, name }: BenchData, rows: ArrayLike<number>): BenchData {
  const own = Int32Array.from(rows, (row) => labels[row]!);
  const classes = [...new Set(own)].sort((a, b) => a - b);
  return {
    name,
    X: takeRows(X, rows),
    labels: own.map((label) => classes.indexOf(label)),
    nClasses: classes.length,
  };
}
