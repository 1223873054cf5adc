import type { AssignResult, KMeansInit as BackendInit } from '../../binding.d.ts';
import { type MatrixInput, preparedRows, shapeOf } from '../backend/prepared-matrix.ts';
import { type Control, checkControl, run } from '../backend/run.ts';
import { HandfulError, invalidArgument } from '../core/errors.ts';
import { fitted } from '../core/fitted.ts';
import { requireAtMostRows } from '../core/inputs.ts';
import { checkMatrix, type FloatMatrix, floatValues, type Matrix } from '../core/matrix.ts';
import { integer, type OptionTable } from '../core/options.ts';
import type { RandomState } from '../core/random-state.ts';
import { randomStateOption } from '../core/random-state-option.ts';
import { pairwiseDistances } from './pairwise-distances.ts';

/** Where the first centres come from: greedy k-means++, distinct rows at random, or centres given. */
export type KMeansInit = 'k-means++' | 'random' | Matrix;

/** What every k-means takes. */
export interface KMeansCommonOptions {
  /** Clusters to find: 1 … rows. Default 8. */
  nClusters?: number;
  /**
   * Where the first centres come from: `'k-means++'`, `'random'`, or a matrix of `nClusters` centres, from which only
   * one start is made. Default `'k-means++'`.
   */
  init?: KMeansInit;
  /**
   * A seed, with which every fit gives the same; or a stream, which every fit takes further. Default:
   * neither.
   */
  randomState?: number | RandomState;
}

/** The checks and defaults of {@link KMeansCommonOptions}. */
export const kmeansCommonOptions: OptionTable<KMeansCommonOptions> = {
  nClusters: { check: integer(1), default: 8 },
  init: { check: checkInit, default: 'k-means++' },
  randomState: randomStateOption,
};

/** What every fit of k-means finds. */
export interface KMeansModel {
  centers: Float32Array;
  columns: number;
  labels: Int32Array;
  inertia: number;
  nIter: number;
}

/** What both k-means estimators can do once they have found centres. */
export abstract class KMeansEstimator<Options extends KMeansCommonOptions, Model extends KMeansModel> {
  readonly options: Readonly<Options>;
  /** What the last fit found. */
  protected model: Model | undefined;

  constructor(options: Options) {
    this.options = Object.freeze(options);
  }

  /** Finds the centres of `X`. */
  abstract fit(X: MatrixInput, control?: Control): Promise<this>;

  /** @throws HandfulError `ERR_NOT_FITTED` */
  protected get found(): Model {
    return fitted(this.model, this.constructor.name);
  }

  /** For each row of the fitted matrix the number of its cluster. */
  get labels(): Int32Array {
    return this.found.labels;
  }

  /** `nClusters` x columns. */
  get clusterCenters(): FloatMatrix {
    const { centers, columns } = this.found;
    return { data: centers, shape: [centers.length / columns, columns] };
  }

  /** Sum over the fitted rows of the squared distance to their centre. */
  get inertia(): number {
    return this.found.inertia;
  }

  /**
   * The numbers of the clusters that no fitted row is in: there are some if fewer rows differ than there are clusters.
   * Their centres lie where another's do, or where rows were before others came nearer. `MiniBatchKMeans` may leave some
   * empty even if all rows differ, because it moves centres that have seen few rows to rows drawn at random;
   * `reassignmentRatio: 0` leaves such centres alone.
   */
  get emptyClusters(): Int32Array {
    const { labels, centers, columns } = this.found;
    const isEmpty = new Uint8Array(centers.length / columns).fill(1);
    for (const label of labels) isEmpty[label] = 0;
    return Int32Array.from(isEmpty.keys()).filter((cluster) => isEmpty[cluster]);
  }

  /** For each row of `X` the number of the nearest centre, ties to the lowest. */
  async predict(X: MatrixInput, control: Control = {}): Promise<Int32Array> {
    checkControl(control, `${this.constructor.name}.predict`);
    return (await this.#assign(X, control)).labels;
  }

  /** Distances of every row of `X` to every centre: rows x `nClusters`. */
  async transform(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, `${this.constructor.name}.transform`);
    const { clusterCenters } = this;
    return pairwiseDistances(X, clusterCenters, control);
  }

  /** Fits, and answers the fitted rows' clusters. */
  async fitPredict(X: MatrixInput, control: Control = {}): Promise<Int32Array> {
    checkControl(control, `${this.constructor.name}.fitPredict`);
    return (await this.fit(X, control)).labels;
  }

  /** Minus the sum over the rows of `X` of the squared distance to the nearest centre: higher is better. */
  async score(X: MatrixInput, control: Control = {}): Promise<number> {
    checkControl(control, `${this.constructor.name}.score`);
    return -(await this.#assign(X, control)).inertia;
  }

  async #assign(X: MatrixInput, control: Control): Promise<AssignResult> {
    const { centers, columns } = this.found;
    using x = preparedRows(X, 'X', columns);
    return run(control, (operations, job) => operations.assign(job, x, centers));
  }

  /** Refuses a matrix that these options can't cluster, before anything is copied. */
  protected checkInput(X: MatrixInput): readonly [rows: number, columns: number] {
    const { nClusters, init } = this.options as Required<KMeansCommonOptions>;
    const shape = shapeOf(X, 'X');
    requireAtMostRows(nClusters, 'nClusters', shape[0]);
    if (typeof init !== 'string' && (init.shape[0] !== nClusters || init.shape[1] !== shape[1])) {
      throw new HandfulError(
        'ERR_INVALID_ARGUMENT',
        `Expected ${nClusters} x ${shape[1]} values for init, nClusters x columns of X, but received ` +
          init.shape.join(' x '),
      );
    }
    return shape;
  }

  /** `init` as the backend takes it. */
  protected get backendInit(): BackendInit {
    const init = this.options.init!;
    return typeof init === 'string' ? init : floatValues(init);
  }

  /** Starts for one fit: given centres leave nothing to choose from. */
  protected starts(nInit: number): number {
    return typeof this.options.init === 'string' ? nInit : 1;
  }
}

function checkInit(value: unknown, name: string): KMeansInit {
  if (value === 'k-means++' || value === 'random') return value;
  if (typeof value === 'string' || value === null || typeof value !== 'object') {
    throw invalidArgument(name, "'k-means++', 'random' or a matrix of centres", value);
  }
  checkMatrix(value, name);
  if (!floatValues(value).every(Number.isFinite)) {
    throw new HandfulError('ERR_NOT_FINITE', `Expected finite numbers in ${name}`);
  }
  return value;
}
