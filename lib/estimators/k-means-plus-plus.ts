import { type MatrixInput, preparedRows, shapeOf } from '../backend/prepared-matrix.ts';
import { type Control, controlOptions, run } from '../backend/run.ts';
import { requireAtMostRows } from '../core/inputs.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { integer, optional, parseOptions } from '../core/options.ts';
import { asRandomState, type RandomState } from '../core/random-state.ts';
import { randomStateOption } from '../core/random-state-option.ts';
import { inTurn } from './random-turn.ts';

/** How {@link kmeansPlusPlus} draws. */
export interface KMeansPlusPlusOptions extends Control {
  /** A seed, or a stream to go on with. Default: a stream that differs from run to run. */
  randomState?: number | RandomState;
  /** Candidates tried for each centre, 1 or more. Default 2 + floor(ln nClusters). */
  nLocalTrials?: number;
}

/** Rows chosen as first centres. */
export interface KMeansPlusPlusCenters {
  /** The rows, in the order in which they were chosen. */
  indices: Int32Array;
  /** Their values: `nClusters` x columns. */
  centers: FloatMatrix;
}

/**
 * Chooses rows of `X` that lie far from one another to start k-means with: greedy k-means++ (Arthur &
 * Vassilvitskii 2007, with scikit-learn's local trials and its random stream).
 * @param nClusters 1 … rows of `X`
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
 */
export async function kmeansPlusPlus(
  X: MatrixInput,
  nClusters: number,
  options?: KMeansPlusPlusOptions,
): Promise<KMeansPlusPlusCenters> {
  const { randomState, nLocalTrials, ...control } = parseOptions<KMeansPlusPlusOptions>(
    options,
    {
      randomState: randomStateOption,
      nLocalTrials: { check: optional(integer(1)), default: undefined },
      ...controlOptions,
    },
    'kmeansPlusPlus',
  );
  requireAtMostRows(integer(1)(nClusters, 'nClusters'), 'nClusters', shapeOf(X, 'X')[0]);
  using x = preparedRows(X, 'X');
  return await inTurn(asRandomState(randomState), control, async (random) => {
    const { indices, centers, ...after } = await run(control, (operations, job) =>
      operations.kmeansPlusPlus(job, x, {
        nClusters,
        nLocalTrials: nLocalTrials ?? 2 + Math.floor(Math.log(nClusters)),
        randomState: random.words(),
      }),
    );
    random.setWords(after.randomState);
    return { indices, centers: { data: centers, shape: [nClusters, x.columns] } };
  });
}
