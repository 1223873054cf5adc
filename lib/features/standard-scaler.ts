import type { ColumnScaling, ColumnStatistics } from '../../binding.d.ts';
import type { MatrixInput } from '../backend/prepared-matrix.ts';
import { preparedRows } from '../backend/prepared-matrix.ts';
import { floatsOf, scaleColumns } from '../backend/row-operations.ts';
import { type Control, checkControl, run } from '../backend/run.ts';
import { fitted } from '../core/fitted.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { boolean, parseOptions } from '../core/options.ts';

export interface StandardScalerOptions {
  /** Whether to subtract each column's mean. Default true. */
  withMean?: boolean;
  /** Whether to divide each column by its standard deviation; a constant column is not divided. Default true. */
  withStd?: boolean;
}

/**
 * Brings every column to mean 0 and variance 1, as scikit-learn's StandardScaler: a constant column is not divided,
 * and becomes all zeros. Fitted on a sample, it transforms any number of rows, a chunk at a time.
 */
export class StandardScaler {
  readonly options: Readonly<Required<StandardScalerOptions>>;
  #statistics: ColumnStatistics | undefined;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: StandardScalerOptions) {
    this.options = Object.freeze(
      parseOptions<Required<StandardScalerOptions>>(
        options,
        { withMean: { check: boolean, default: true }, withStd: { check: boolean, default: true } },
        'StandardScaler',
      ),
    );
  }

  get #found(): ColumnStatistics {
    return fitted(this.#statistics, 'StandardScaler');
  }

  /** The mean of each column. */
  get mean(): Float64Array {
    return this.#found.mean;
  }

  /** The variance of each column: the mean squared deviation, divided by the number of rows. */
  get variance(): Float64Array {
    return this.#found.variance;
  }

  /** What `withStd` divides each column by: the root of its variance; 1 for a constant column. */
  get scale(): Float64Array {
    return this.#found.scale;
  }

  /**
   * Measures mean and variance of the columns of `X`, in double precision.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fit(X: MatrixInput, control: Control = {}): Promise<this> {
    checkControl(control, 'StandardScaler.fit');
    using x = preparedRows(X, 'X');
    this.#statistics = await run(control, (operations, job) => operations.columnStatistics(job, x));
    return this;
  }

  /**
   * (value - mean) / scale of every element.
   * @returns rows x columns
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
   */
  async transform(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'StandardScaler.transform');
    const { mean, scale } = this.#found;
    const { withMean, withStd } = this.options;
    return this.#scaled(
      X,
      { center: withMean ? mean : undefined, scale: withStd ? scale : undefined },
      control,
    );
  }

  /**
   * Fits, and transforms the same rows.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fitTransform(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'StandardScaler.fitTransform');
    await this.fit(X, control);
    return this.transform(X, control);
  }

  /**
   * value * scale + mean of every element: what {@link transform} made the rows of, to single precision.
   * @returns rows x columns
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
   */
  async inverseTransform(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'StandardScaler.inverseTransform');
    const { mean, scale } = this.#found;
    const { withMean, withStd } = this.options;
    const divided = (value: number, column: number) => (withStd ? value / scale[column]! : value);
    return this.#scaled(
      X,
      {
        center: withMean ? mean.map((value, column) => -divided(value, column)) : undefined,
        scale: withStd ? scale.map((value) => 1 / value) : undefined,
      },
      control,
    );
  }

  async #scaled(X: MatrixInput, scaling: ColumnScaling, control: Control): Promise<FloatMatrix> {
    return await floatsOf(scaleColumns(X, scaling, this.#found.mean.length, control));
  }
}
