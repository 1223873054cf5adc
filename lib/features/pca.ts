import type { LinearModel, PrincipalComponents } from '../../binding.d.ts';
import { type MatrixInput, preparedRows, shapeOf } from '../backend/prepared-matrix.ts';
import { floatsOf, linear } from '../backend/row-operations.ts';
import { type Control, checkControl, run } from '../backend/run.ts';
import { HandfulError, invalidArgument } from '../core/errors.ts';
import { fitted } from '../core/fitted.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { boolean, type OptionTable, optional, parseOptions } from '../core/options.ts';

export type { LinearModel };

export interface PCAOptions {
  /**
   * How many components: a whole number from 1 to the smaller of rows and columns, or a number between 0 and 1: as
   * few as explain more than that share of the variance. Default: all.
   */
  nComponents?: number;
  /**
   * How far to bring components to one variance: each is divided by its variance to the power of half of this. 0:
   * not at all; 1, or `true`: all get variance 1, as scikit-learn's `whiten=True`; between them, partly. Default 0.
   */
  whiten?: number | boolean;
  /**
   * Whether to divide each column by its standard deviation first, as `StandardScaler` would, but without a copy of
   * the rows. Default false.
   */
  standardize?: boolean;
}

const pcaOptions: OptionTable<PCAOptions> = {
  nComponents: { check: optional(countOrShare), default: undefined },
  whiten: { check: share, default: 0 },
  standardize: { check: boolean, default: false },
};

/**
 * Principal component analysis: turns rows into what they have along the directions in which the fitted rows vary
 * most. As scikit-learn's PCA, and partial whitening. Fitted on a sample, it transforms any number of rows, a chunk
 * at a time.
 */
export class PCA {
  readonly options: Readonly<PCAOptions & { whiten: number; standardize: boolean }>;
  #analysis: Analysis | undefined;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: PCAOptions) {
    this.options = Object.freeze(parseOptions<PCAOptions>(options, pcaOptions, 'PCA')) as typeof this.options;
  }

  get #found(): Analysis {
    return fitted(this.#analysis, 'PCA');
  }

  /** The number of components found. */
  get nComponents(): number {
    return this.#found.explainedVariance.length;
  }

  /**
   * Components x columns: for each component its direction, of length 1, that of most variance first; its largest
   * element is positive. Of standardized columns where `standardize` is set.
   */
  get components(): FloatMatrix {
    const { components, mean, explainedVariance } = this.#found;
    return { data: Float32Array.from(components), shape: [explainedVariance.length, mean.length] };
  }

  /** The variance of the fitted rows along each component (divided by rows - 1); 0 if it is no more than rounding. */
  get explainedVariance(): Float64Array {
    return this.#found.explainedVariance;
  }

  /** The same as a share of the variance of all columns; zeros where nothing varies. */
  get explainedVarianceRatio(): Float64Array {
    const { explainedVariance, totalVariance } = this.#found;
    return explainedVariance.map((variance) => (totalVariance > 0 ? variance / totalVariance : 0));
  }

  /** The mean of each column. */
  get mean(): Float64Array {
    return this.#found.mean;
  }

  /** What `standardize` divides each column by; ones without it. */
  get scale(): Float64Array {
    return this.#found.scale;
  }

  /**
   * What {@link transform} does to a row: subtract `center`, multiply by `coef`, components x columns. What standardizes
   * and whitens is part of it; `intercept` is zeros.
   */
  get projection(): Readonly<LinearModel> {
    return this.#found.projection;
  }

  /**
   * Finds the components of the rows of `X`, two at least.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fit(X: MatrixInput, control: Control = {}): Promise<this> {
    checkControl(control, 'PCA.fit');
    const [rows, columns] = shapeOf(X, 'X');
    if (rows < 2) {
      throw new HandfulError(
        'ERR_INVALID_ARGUMENT',
        'Expected a matrix of two rows or more for X but received a single row, which does not vary',
      );
    }
    const most = Math.min(rows, columns);
    const { nComponents = most, standardize } = this.options;
    if (nComponents > most) {
      throw new HandfulError(
        'ERR_INVALID_ARGUMENT',
        `Expected nComponents to be at most ${most}, the smaller of rows and columns, but received ${nComponents}`,
      );
    }
    const wanted = nComponents < 1 ? { nComponents: most, varianceShare: nComponents } : { nComponents };
    using x = preparedRows(X, 'X');
    const found = await run(control, (operations, job) =>
      operations.principalComponents(job, x, { ...wanted, standardize }),
    );
    this.#analysis = new Analysis(found, this.options.whiten);
    return this;
  }

  /**
   * What each row of `X` has along each component, in single precision.
   * @returns rows x components
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
   */
  async transform(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'PCA.transform');
    return this.#linear(X, this.#found.projection, control);
  }

  /**
   * Fits, and transforms the same rows.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fitTransform(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'PCA.fitTransform');
    await this.fit(X, control);
    return this.transform(X, control);
  }

  /**
   * The rows that {@link transform} made these of, as far as the components know them.
   * @param X rows x components
   * @returns rows x columns
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
   */
  async inverseTransform(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'PCA.inverseTransform');
    return this.#linear(X, this.#found.reconstruction, control);
  }

  async #linear(X: MatrixInput, model: LinearModel, control: Control): Promise<FloatMatrix> {
    return await floatsOf(linear(X, model, 'decision', control));
  }
}

/** What a fit has found, and the products that it makes of rows. */
class Analysis {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  readonly components: Float64Array;
  readonly explainedVariance: Float64Array;
  readonly totalVariance: number;
  /** For each component what it is multiplied by; whitened, 0 for one without variance, which has only rounding to show. */
  readonly #factors: Float64Array;

  constructor(found: PrincipalComponents, whiten: number) {
    this.mean = found.mean;
    this.scale = found.scale ?? new Float64Array(found.mean.length).fill(1);
    this.components = found.components;
    this.explainedVariance = found.explainedVariance;
    this.totalVariance = found.totalVariance;
    this.#factors = found.explainedVariance.map((variance) =>
      whiten === 0 ? 1 : variance > 0 ? variance ** (-whiten / 2) : 0,
    );
  }

  /** From rows to components. */
  get projection(): LinearModel {
    const { mean, scale, components } = this;
    const columns = mean.length;
    const factors = this.#factors;
    const coef = new Float32Array(components.length);
    for (const [j, factor] of factors.entries()) {
      for (let i = 0; i < columns; i++) {
        coef[j * columns + i] = (components[j * columns + i]! * factor) / scale[i]!;
      }
    }
    return { coef, intercept: new Float64Array(factors.length), center: mean };
  }

  /** From components to rows. */
  get reconstruction(): LinearModel {
    const { mean, scale, components } = this;
    const columns = mean.length;
    const factors = this.#factors;
    const coef = new Float32Array(components.length);
    for (const [j, factor] of factors.entries()) {
      if (factor === 0) continue;
      for (let i = 0; i < columns; i++) {
        coef[i * factors.length + j] = (components[j * columns + i]! / factor) * scale[i]!;
      }
    }
    return { coef, intercept: mean };
  }
}

function countOrShare(value: unknown, name: string): number {
  const fits = typeof value === 'number' && value > 0 && (value < 1 || Number.isSafeInteger(value));
  if (!fits) throw invalidArgument(name, 'a whole number of 1 or more, or a share between 0 and 1', value);
  return value;
}

function share(value: unknown, name: string): number {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw invalidArgument(name, 'true, false or a number from 0 to 1', value);
  }
  return value;
}
