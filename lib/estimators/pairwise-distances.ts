import type { Metric } from '../../binding.d.ts';
import type { MatrixInput } from '../backend/prepared-matrix.ts';
import { preparedRows } from '../backend/prepared-matrix.ts';
import { type Control, controlOptions, run } from '../backend/run.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { oneOf, parseOptions } from '../core/options.ts';

export type { Metric };

/** How {@link pairwiseDistances} measures. */
export interface PairwiseDistancesOptions extends Control {
  /**
   * A `Metric`: `'euclidean'`, its square `'sqeuclidean'`, or `'cosine'`: 1 - cosine of the angle (1 to a row of zeros).
   * Default `'euclidean'`.
   */
  metric?: Metric;
}

/**
 * Distances of every row of `X` to every row of `Y`, in single precision.
 * @param Y rows to measure to, as many columns as `X`; `X` itself where left out
 * @returns rows of `X` x rows of `Y`
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
 */
export async function pairwiseDistances(
  X: MatrixInput,
  Y: MatrixInput = X,
  options?: PairwiseDistancesOptions,
): Promise<FloatMatrix> {
  const { metric, ...control } = parseOptions<PairwiseDistancesOptions>(
    options,
    {
      metric: { check: oneOf('euclidean', 'sqeuclidean', 'cosine'), default: 'euclidean' },
      ...controlOptions,
    },
    'pairwiseDistances',
  );
  using x = preparedRows(X, 'X');
  using y = Y === X ? x : preparedRows(Y, 'Y', x.columns);
  const data = await run(control, (operations, job) => operations.pairwiseDistances(job, x, y, metric!));
  return { data, shape: [x.rows, y.rows] };
}

/** For each row of one matrix the nearest row of another. */
export interface ArgminMin {
  /** The nearest row of `Y`, ties to the lowest. */
  indices: Int32Array;
  /** The Euclidean distance to it, as the plain loop in double precision gives it. */
  distances: Float64Array;
}

/**
 * For each row of `X` the nearest row of `Y` and its Euclidean distance, exactly.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
 */
export async function pairwiseDistancesArgminMin(
  X: MatrixInput,
  Y: MatrixInput,
  options?: Control,
): Promise<ArgminMin> {
  const control = parseOptions<Control>(options, controlOptions, 'pairwiseDistancesArgminMin');
  using x = preparedRows(X, 'X');
  using y = preparedRows(Y, 'Y', x.columns);
  return run(control, (operations, job) => operations.nearest(job, y, x, 1));
}
