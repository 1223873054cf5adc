import type { MatrixInput } from '../backend/prepared-matrix.ts';
import { preparedRows } from '../backend/prepared-matrix.ts';
import { type Control, checkControl, run } from '../backend/run.ts';
import { integer, number, parseOptions } from '../core/options.ts';
import { asRandomState } from '../core/random-state.ts';
import {
  type KMeansCommonOptions,
  KMeansEstimator,
  type KMeansModel,
  kmeansCommonOptions,
} from './k-means-estimator.ts';
import { inTurn } from './random-turn.ts';

export interface KMeansOptions extends KMeansCommonOptions {
  /**
   * Starts, of which the one with the least inertia is kept; 1 or more. Default 10, as in scikit-learn 1.2.
   */
  nInit?: number;
  /** Iterations of each start at most, 1 or more. Default 300. */
  maxIter?: number;
  /**
   * A start ends when the sum of the centres' squared movements is at most this times the mean variance of
   * the columns: 0 or more. Default 1e-4.
   */
  tol?: number;
}

interface Model extends KMeansModel {
  converged: boolean;
}

/** Lloyd's k-means, as scikit-learn 1.2's `KMeans(algorithm='lloyd')`. */
export class KMeans extends KMeansEstimator<KMeansOptions, Model> {
  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: KMeansOptions) {
    super(
      parseOptions<KMeansOptions>(
        options,
        {
          ...kmeansCommonOptions,
          nInit: { check: integer(1), default: 10 },
          maxIter: { check: integer(1), default: 300 },
          tol: { check: number(0, Number.MAX_VALUE), default: 1e-4 },
        },
        'KMeans',
      ),
    );
  }

  /**
   * Finds the centres of `X`.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fit(X: MatrixInput, control: Control = {}): Promise<this> {
    checkControl(control, 'KMeans.fit');
    this.checkInput(X);
    const { nClusters, nInit, maxIter, tol, randomState } = this.options as Required<KMeansOptions>;
    using x = preparedRows(X, 'X');
    return await inTurn(asRandomState(randomState), control, async (random) => {
      const { randomState: words, ...found } = await run(control, (operations, job) =>
        operations.kmeans(job, x, {
          nClusters,
          init: this.backendInit,
          nInit: this.starts(nInit),
          maxIter,
          tol,
          randomState: random.words(),
        }),
      );
      random.setWords(words);
      this.model = { ...found, columns: x.columns };
      return this;
    });
  }

  /** Iterations of the best start. */
  get nIter(): number {
    return this.found.nIter;
  }

  /** Whether the best start ended before `maxIter`. */
  get converged(): boolean {
    return this.found.converged;
  }
}
