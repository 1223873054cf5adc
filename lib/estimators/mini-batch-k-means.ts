import {
  asPrepared,
  type MatrixInput,
  type PreparedMatrix,
  preparedRows,
} from '../backend/prepared-matrix.ts';
import { type Control, checkControl, run } from '../backend/run.ts';
import { invalidArgument } from '../core/errors.ts';
import { floatValues } from '../core/matrix.ts';
import { integer, number, optional, parseOptions } from '../core/options.ts';
import { asRandomState, type RandomState } from '../core/random-state.ts';
import {
  type KMeansCommonOptions,
  KMeansEstimator,
  type KMeansModel,
  kmeansCommonOptions,
} from './k-means-estimator.ts';
import { kmeansPlusPlus } from './k-means-plus-plus.ts';
import { inTurn } from './random-turn.ts';

export interface MiniBatchKMeansOptions extends KMeansCommonOptions {
  /** Starts, of which the one with the least inertia on a validation sample is kept; 1 or more. Default 3. */
  nInit?: number;
  /**
   * Rows drawn for each start and for their validation: `nClusters` or more. Default: 3 x `batchSize`, or 3 x
   * `nClusters` if that is less than `nClusters`.
   */
  initSize?: number;
  /** Rows of each step, 1 or more. Default 1024. */
  batchSize?: number;
  /** Passes over the data at most, 1 or more. Default 100. */
  maxIter?: number;
  /**
   * A fit ends when the centres' squared movement in one step is at most this times the mean variance of the
   * columns; 0 switches that off. Default 0.
   */
  tol?: number;
  /** A fit ends after this many steps without a better smoothed inertia; `Infinity` for never. Default 10. */
  maxNoImprovement?: number;
  /**
   * Centres that have seen less than this share of the rows that the busiest has are moved: 0 or more.
   * Default 0.01.
   */
  reassignmentRatio?: number;
}

interface Model extends KMeansModel {
  counts: Float64Array;
  nSteps: number;
}

/** What `partialFit` carries from one call to the next beside the model. */
interface Stream {
  random: RandomState;
  /**
   * Rows that a step is taken to have, as scikit-learn counts them: the first call's, `batchSize` at most.
   */
  batchSize: number;
  /** Rows seen since low-count centres were last moved. */
  sinceReassignment: number;
}

/** Mini-batch k-means (Sculley 2010), as scikit-learn 1.2's `MiniBatchKMeans`, its random stream included. */
export class MiniBatchKMeans extends KMeansEstimator<MiniBatchKMeansOptions, Model> {
  #stream: Stream | undefined;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: MiniBatchKMeansOptions) {
    const parsed = parseOptions<MiniBatchKMeansOptions>(
      options,
      {
        ...kmeansCommonOptions,
        nInit: { check: integer(1), default: 3 },
        initSize: { check: optional(integer(1)), default: undefined },
        batchSize: { check: integer(1), default: 1024 },
        maxIter: { check: integer(1), default: 100 },
        tol: { check: number(0, Number.MAX_VALUE), default: 0 },
        maxNoImprovement: { check: steps, default: 10 },
        reassignmentRatio: { check: number(0, Number.MAX_VALUE), default: 0.01 },
      },
      'MiniBatchKMeans',
    );
    if (parsed.initSize !== undefined && parsed.initSize < parsed.nClusters!) {
      throw invalidArgument('initSize', `at least nClusters = ${parsed.nClusters} rows`, parsed.initSize);
    }
    super(parsed);
  }

  /**
   * Finds the centres of `X`.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fit(X: MatrixInput, control: Control = {}): Promise<this> {
    checkControl(control, 'MiniBatchKMeans.fit');
    const [rows] = this.checkInput(X);
    const { nClusters, nInit, batchSize, maxIter, tol, maxNoImprovement, reassignmentRatio, randomState } =
      this.options as Required<MiniBatchKMeansOptions>;
    using x = preparedRows(X, 'X');
    return await inTurn(asRandomState(randomState), control, async (random) => {
      const { randomState: words, ...found } = await run(control, (operations, job) =>
        operations.miniBatchKMeans(job, x, {
          nClusters,
          init: this.backendInit,
          nInit: this.starts(nInit),
          initSize: this.#initSizeFor(rows),
          batchSize: Math.min(batchSize, rows),
          maxIter,
          tol,
          maxNoImprovement,
          reassignmentRatio,
          randomState: random.words(),
        }),
      );
      random.setWords(words);
      this.model = { ...found, columns: x.columns };
      this.#stream = undefined;
      return this;
    });
  }

  /**
   * Takes one step on the whole of `X`, which may be one batch of many: the first call chooses the centres
   * among its rows, later ones move them. `labels` and `inertia` are then those of `X`.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async partialFit(X: MatrixInput, control: Control = {}): Promise<this> {
    checkControl(control, 'MiniBatchKMeans.partialFit');
    if (!this.model) this.checkInput(X);
    using prepared = asPrepared(X);
    const random = this.#stream?.random ?? asRandomState(this.options.randomState);
    return await inTurn(random, control, async (own) => {
      await this.#step(prepared, random, own, control);
      return this;
    });
  }

  /** A step of `partialFit` that draws from `own`, a copy of the stream `random`. */
  async #step(
    prepared: PreparedMatrix,
    random: RandomState,
    own: RandomState,
    control: Control,
  ): Promise<void> {
    const { batchSize, nClusters, reassignmentRatio } = this.options as Required<MiniBatchKMeansOptions>;
    using x = preparedRows(prepared, 'X', this.model?.columns);
    const stream = this.#stream ?? {
      random,
      batchSize: Math.min(batchSize, x.rows),
      sinceReassignment: 0,
    };
    const before = this.model ?? {
      centers: await this.#firstCenters(prepared, own, control),
      counts: new Float64Array(nClusters),
      nIter: 0,
      nSteps: 0,
    };
    const seen = stream.sinceReassignment + stream.batchSize;
    const reassign = seen >= 10 * nClusters || before.counts.includes(0);
    const { randomState: words, ...step } = await run(control, (operations, job) =>
      operations.miniBatchKMeansStep(job, x, {
        centers: before.centers,
        counts: before.counts,
        reassign,
        reassignmentRatio,
        randomState: own.words(),
      }),
    );
    own.setWords(words);
    // The step's own labels are those to the centres before it.
    const assigned = await run(control, (operations, job) => operations.assign(job, x, step.centers));
    this.model = {
      ...assigned,
      centers: step.centers,
      counts: step.counts,
      columns: x.columns,
      nIter: before.nIter,
      nSteps: before.nSteps + 1,
    };
    this.#stream = { ...stream, sinceReassignment: reassign ? 0 : seen };
  }

  async #firstCenters(X: PreparedMatrix, random: RandomState, control: Control): Promise<Float32Array> {
    const { init, nClusters } = this.options as Required<MiniBatchKMeansOptions>;
    if (typeof init !== 'string') return floatValues(init);
    const rows = X.shape[0];
    const initSize = this.#initSizeFor(rows);
    using sample = initSize < rows ? X.takeRows(random.randint(0, rows, initSize)) : X.lend();
    if (init === 'k-means++') {
      const { centers } = await kmeansPlusPlus(sample, nClusters, { randomState: random, ...control });
      return centers.data;
    }
    using chosen = sample.takeRows(random.permutation(sample.shape[0]).subarray(0, nClusters));
    return chosen.toMatrix().data;
  }

  /** Rows that a start draws from `rows`. */
  #initSizeFor(rows: number): number {
    const { initSize, batchSize, nClusters } = this.options as Required<MiniBatchKMeansOptions>;
    const usual = 3 * Math.min(batchSize, rows);
    return Math.min(rows, initSize ?? (usual < nClusters ? 3 * nClusters : usual));
  }

  /** Steps taken: batches. */
  get nSteps(): number {
    return this.found.nSteps;
  }

  /** Passes over the data that the fit began; steps of `partialFit` do not count. */
  get nIter(): number {
    return this.found.nIter;
  }

  /** Rows that each centre has seen. */
  get counts(): Float64Array {
    return this.found.counts;
  }
}

/** A whole number of steps, or `Infinity` for no bound. */
function steps(value: unknown, name: string): number {
  return value === Infinity ? value : integer(1)(value, name);
}
