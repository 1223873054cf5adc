import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Matrix } from '../../lib/core/matrix.ts';
import { inProcess } from '../support/contestant.ts';
import { firstRows } from '../support/data.ts';
import type { LogisticPassProblem } from '../support/tasks.ts';
import type { Absent, Rival } from './rival.ts';

const require = createRequire(import.meta.url);

/** How to get what is missing. */
const hint = (packages: readonly string[]) => `absent: npm install --no-save ${packages.join(' ')}`;

/** Multiplications that a trial may take; of larger work they are given the first part. */
const MOST_MULTIPLICATIONS = 5e8;

/** A clustering can't be done in part: larger ones are not asked of them. */
const MOST_CLUSTERING_MULTIPLICATIONS = 5e9;

/** What is used of ml-kmeans and ml-nearest-vector. */
interface KMeansModule {
  kmeans(
    data: number[][],
    k: number,
    options: { initialization: number[][]; maxIterations: number; tolerance: number },
  ): { centroids: number[][] };
}
interface NearestVectorModule {
  nearestVector(vectors: number[][], vector: number[]): number;
}

const ML_PACKAGES = ['ml-kmeans', 'ml-nearest-vector'];

/** ml.js: k-means, and the nearest vector by a linear search. */
export async function findMl(): Promise<Rival | Absent> {
  const found = await load<[KMeansModule, NearestVectorModule]>(ML_PACKAGES);
  if (!found) return { name: 'ml.js', reason: hint(ML_PACKAGES) };
  const [{ kmeans }, { nearestVector }] = found.modules;
  const contestant = inProcess('ml.js', {
    assign: ({ X, centers }) => {
      const count = Math.min(X.shape[0], Math.ceil(MOST_MULTIPLICATIONS / centers.data.length));
      const rows = arrays(X, count);
      const targets = arrays(centers);
      return {
        share: count / X.shape[0],
        run: () => Int32Array.from(rows, (row) => nearestVector(targets, row)),
      };
    },
    nearest: ({ X, queries, k }) => {
      if (k > 1 || X.data.length > MOST_MULTIPLICATIONS / 10) return undefined;
      const count = Math.min(queries.shape[0], Math.ceil(MOST_MULTIPLICATIONS / X.data.length));
      const rows = arrays(X);
      const wanted = arrays(queries, count);
      return {
        share: count / queries.shape[0],
        run: () => ({ indices: Int32Array.from(wanted, (query) => nearestVector(rows, query)) }),
      };
    },
    kMeans: ({ X, init, iterations }) => {
      if (X.data.length * init.shape[0] * iterations > MOST_CLUSTERING_MULTIPLICATIONS) return undefined;
      const rows = arrays(X);
      const initialization = arrays(init);
      const settings = { initialization, maxIterations: iterations, tolerance: 0 };
      return {
        run: () => {
          const { centroids } = kmeans(rows, initialization.length, settings);
          // Its clusters are those under the centres before the last; the others' are under the last.
          return { inertia: rows.reduce((sum, row) => sum + leastSquaredDistance(row, centroids), 0) };
        },
      };
    },
  });
  return { ...contestant, versions: found.versions };
}

/** What is used of TensorFlow.js; a tensor is anything that has its methods. */
interface Tensor {
  add(other: Tensor | number): Tensor;
  sub(other: Tensor | number): Tensor;
  mul(other: Tensor | number): Tensor;
  square(): Tensor;
  sqrt(): Tensor;
  sum(axis?: number, keepDimensions?: boolean): Tensor;
  abs(): Tensor;
  max(): Tensor;
  matMul(other: Tensor, transposeThis?: boolean, transposeOther?: boolean): Tensor;
  transpose(): Tensor;
  logSoftmax(): Tensor;
  data(): Promise<Float32Array>;
  dataSync(): Float32Array;
}
interface TensorFlow {
  setBackend(name: 'cpu'): Promise<boolean>;
  tensor1d(values: Float32Array): Tensor;
  tensor2d(values: Float32Array, shape: readonly [number, number]): Tensor;
  tidy<T>(work: () => T): T;
  valueAndGrads(
    f: (...tensors: Tensor[]) => Tensor,
  ): (tensors: Tensor[]) => { value: Tensor; grads: Tensor[] };
}

const TENSORFLOW_PACKAGES = ['@tensorflow/tfjs'];

/** TensorFlow.js on its plain JavaScript backend. */
export async function findTensorFlow(): Promise<Rival | Absent> {
  const found = await load<[TensorFlow]>(TENSORFLOW_PACKAGES);
  if (!found) return { name: 'TensorFlow.js', reason: hint(TENSORFLOW_PACKAGES) };
  const [tf] = found.modules;
  await tf.setBackend('cpu');
  const contestant = inProcess('TensorFlow.js', {
    logisticPass: (problem) => ({ run: logisticPass(tf, problem) }),
    pairwiseDistances: ({ X, Y }) => {
      const count = Math.min(X.shape[0], Math.ceil(MOST_MULTIPLICATIONS / Y.data.length));
      const x = tensorOf(tf, firstRows(X, count));
      const y = tensorOf(tf, Y);
      return {
        share: count / X.shape[0],
        run: () =>
          tf.tidy(() => {
            const squares = x.square().sum(1, true).add(y.square().sum(1));
            return squares
              .sub(x.matMul(y, false, true).mul(2))
              .abs()
              .sqrt()
              .dataSync();
          }),
      };
    },
  });
  return { ...contestant, versions: found.versions };
}

function logisticPass(tf: TensorFlow, { X, labels, nClasses, C, at }: LogisticPassProblem) {
  const [rows, columns] = X.shape;
  const x = tensorOf(tf, X);
  const ones = new Float32Array(rows * nClasses);
  for (const [row, label] of labels.entries()) ones[row * nClasses + label] = 1;
  const wanted = tf.tensor2d(ones, [rows, nClasses]);
  const coef = new Float32Array(nClasses * columns);
  const intercept = new Float32Array(nClasses);
  for (let k = 0; k < nClasses; k++) {
    coef.set(at.subarray(k * (columns + 1), (k + 1) * (columns + 1) - 1), k * columns);
    intercept[k] = at[(k + 1) * (columns + 1) - 1]!;
  }
  const point = [tf.tensor2d(coef, [nClasses, columns]), tf.tensor1d(intercept)];
  const pass = tf.valueAndGrads((weights, bias) => {
    const logLikelihoods = x.matMul(weights!, false, true).add(bias!).logSoftmax().mul(wanted).sum();
    return weights!
      .square()
      .sum()
      .mul(1 / (2 * C))
      .sub(logLikelihoods);
  });
  return () =>
    tf.tidy(() => {
      const { value, grads } = pass(point);
      const largest = grads.map((gradient) => gradient.abs().max().dataSync()[0]!);
      return { loss: value.dataSync()[0]!, maxGradient: Math.max(...largest) / rows };
    });
}

function tensorOf(tf: TensorFlow, { data, shape, scale = 1 }: Matrix): Tensor {
  return tf.tensor2d(
    Float32Array.from(data, (value) => value * scale),
    shape,
  );
}

/** The modules and their versions; undefined where one is missing. */
async function load<T>(packages: readonly string[]): Promise<{ modules: T; versions: string } | undefined> {
  try {
    const modules = packages.map((name) => require(name)) as T;
    const versions = packages.map((name) => `${name} ${versionOf(name)}`).join(', ');
    return { modules, versions };
  } catch (error) {
    if ((error as { code?: string }).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** The version of an installed package; its package.json may be none of its exports. */
function versionOf(name: string): string {
  const entry = require.resolve(name);
  const folder = entry.slice(0, entry.lastIndexOf(join('node_modules', name)));
  const path = join(folder, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

/** The first `count` rows, or all, as ml.js wants them. */
function arrays({ data, shape, scale = 1 }: Matrix, count = shape[0]): number[][] {
  const columns = shape[1];
  return Array.from({ length: count }, (_, row) =>
    Array.from(data.subarray(row * columns, (row + 1) * columns), (value) => value * scale),
  );
}

function leastSquaredDistance(row: number[], centers: number[][]): number {
  return Math.min(
    ...centers.map((center) => row.reduce((sum, value, i) => sum + (value - center[i]!) ** 2, 0)),
  );
}
