import { type PreparedMatrix, prepare, preparedRows } from '../../lib/backend/prepared-matrix.ts';
import { run } from '../../lib/backend/run.ts';
import {
  type BackendName,
  backendInfo,
  setBackend,
  setInstructionSet,
  setThreads,
} from '../../lib/backend/select.ts';
import {
  KMeans,
  LogisticRegression,
  type Matrix,
  MiniBatchKMeans,
  NearestNeighbors,
  pairwiseDistances,
} from '../../lib/index.ts';
import { type Contestant, inProcess, type Skills } from '../support/contestant.ts';

/** handful with compiled kernels for an instruction set and a number of threads. */
function handfulNative(instructionSet: string, threads: number): Contestant {
  const name = `handful, ${instructionSet}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return inProcess(name, skills('native'), () => {
    setBackend('native');
    setInstructionSet(instructionSet);
    setThreads(threads);
  });
}

/** handful as it is where no compiled kernels can be loaded. */
export const handfulJavaScript: Contestant = inProcess(
  'handful, JavaScript backend',
  skills('javascript'),
  () => setBackend('javascript'),
);

/**
 * Native contestants for each instruction set that this processor has, the best first, each with as many threads as
 * there are physical cores and, where that is more, with one. None where the addon can't be loaded.
 */
export function everyHandfulNative(): Contestant[] {
  const { backend, threads, instructionSets } = backendInfo();
  if (backend !== 'native') return [];
  return instructionSets
    .filter(({ supported }) => supported)
    .reverse()
    .flatMap(({ name }) => [...new Set([threads, 1])].map((count) => handfulNative(name, count)));
}

/** handful as a user gets it on this machine. */
export function handfulByDefault(): Contestant {
  const { backend, instructionSet, threads } = backendInfo();
  return backend === 'native' ? handfulNative(instructionSet, threads) : handfulJavaScript;
}

/** Every task through handful's own interface, on matrices that are prepared beforehand. */
function skills(backend: BackendName): Skills {
  return {
    logisticPass: ({ X, labels, nClasses, C, at }) => {
      const x = preparedRows(prepared(backend, X), 'X');
      return {
        run: () =>
          run(undefined, (operations, job) =>
            operations.logisticRegression(job, x, {
              nClasses,
              labels,
              C,
              fitIntercept: true,
              start: at,
              // With a tolerance that everything meets, the fit ends after the pass that finds that out.
              solver: 'lbfgs',
              maxIter: 1,
              tol: Number.MAX_VALUE,
            }),
          ),
      };
    },
    logisticFit: ({ X, labels, C, lbfgsIterations }) => {
      const x = prepared(backend, X);
      const solver =
        lbfgsIterations === undefined ? {} : ({ solver: 'lbfgs', maxIter: lbfgsIterations, tol: 0 } as const);
      return {
        run: async () => {
          const { loss, nIter } = await new LogisticRegression<number>({ C, ...solver }).fit(x, labels);
          return { loss, iterations: nIter };
        },
      };
    },
    predict: async ({ training, X }) => {
      const model = new LogisticRegression<number>({ C: training.C });
      await model.fit(prepared(backend, training.X), training.labels);
      return { run: () => model.predict(X) };
    },
    nearest: async ({ X, queries, k }) => {
      const search = await new NearestNeighbors({ nNeighbors: k }).fit(prepared(backend, X));
      const wanted = prepared(backend, queries);
      return { run: () => search.kneighbors(wanted) };
    },
    assign: ({ X, centers }) => {
      const x = preparedRows(prepared(backend, X), 'X');
      const data = Float32Array.from(centers.data, (value) => value * (centers.scale ?? 1));
      return { run: () => run(undefined, async (on, job) => (await on.assign(job, x, data)).labels) };
    },
    pairwiseDistances: ({ X, Y, fresh }) => {
      const [x, y] = fresh ? [X, Y] : [prepared(backend, X), prepared(backend, Y)];
      return { run: async () => (await pairwiseDistances(x, y)).data };
    },
    kMeans: ({ X, init, iterations }) => {
      const x = prepared(backend, X);
      const options = { nClusters: init.shape[0], init, nInit: 1, maxIter: iterations, tol: 0 };
      return { run: async () => ({ inertia: (await new KMeans(options).fit(x)).inertia }) };
    },
    miniBatchKMeans: ({ X, nClusters, randomState }) => {
      const x = prepared(backend, X);
      return {
        run: async () => ({
          inertia: (await new MiniBatchKMeans({ nClusters, randomState }).fit(x)).inertia,
        }),
      };
    },
  };
}

const copies = new WeakMap<Matrix, Partial<Record<BackendName, PreparedMatrix>>>();

/** The matrix in the memory of a backend, which must be the one in use; prepared once for all workloads. */
function prepared(backend: BackendName, matrix: Matrix): PreparedMatrix {
  const known = copies.get(matrix) ?? {};
  copies.set(matrix, known);
  known[backend] ??= prepare(matrix);
  return known[backend];
}
