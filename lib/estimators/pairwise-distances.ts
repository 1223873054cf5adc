import type { Metric } from '../../binding.d.ts';
import type { MatrixInput } from '../backend/prepared-matrix.ts';
import { preparedRows } from '../backend/prepared-matrix.ts';
import { type Control, checkControl, controlOptions, run } from '../backend/run.ts';
import { HandfulError } from '../core/errors.ts';
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
  requireFinite(data, y.rows);
  return { data, shape: [x.rows, y.rows] };
}

function requireFinite(distances: Float32Array, width: number): void {
  const place = distances.indexOf(Number.POSITIVE_INFINITY);
  if (place < 0) return;
  throw new HandfulError(
    'ERR_NOT_FINITE',
    `Expected distances within single precision but that of row ${Math.floor(place / width)} to row ${place % width} ` +
      'is beyond it: divide all rows by a common number',
  );
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
  control: Control = {},
): Promise<ArgminMin> {
  checkControl(control, 'pairwiseDistancesArgminMin');
  using x = preparedRows(X, 'X');
  using y = preparedRows(Y, 'Y', x.columns);
  return run(control, (operations, job) => operations.nearest(job, y, x, 1));
}
