import { asPrepared, type MatrixInput, shapeOf } from '../backend/prepared-matrix.ts';
import { type Control, controlOptions } from '../backend/run.ts';
import { countOf, HandfulError, invalidArgument, unfitArgument } from '../core/errors.ts';
import { checkMatrix, type FloatMatrix } from '../core/matrix.ts';
import { integer, oneOf, parseOptions, rowNumbers } from '../core/options.ts';
import { asRandomState, type RandomState } from '../core/random-state.ts';
import { randomStateOption } from '../core/random-state-option.ts';
import { inTurn } from '../estimators/random-turn.ts';
import {
  densestRows,
  lloydRepresentatives,
  miniBatchRepresentatives,
  stratifiedRows,
} from './cluster-strategies.ts';
import { farthestFirst } from './farthest-first.ts';
import { randomRows } from './random-rows.ts';
import type { Selection, SelectionStrategy } from './strategy.ts';
import { entropy, margin, uncertainRows } from './uncertain-rows.ts';

/** How rows are chosen; docs/reference.md says what each does. */
export type SelectionStrategyName =
  | 'random'
  | 'stratified'
  | 'representatives'
  | 'mini-batch-representatives'
  | 'farthest-first'
  | 'density'
  | 'margin'
  | 'entropy';

const STRATEGIES: Readonly<Record<SelectionStrategyName, SelectionStrategy>> = {
  random: randomRows,
  stratified: stratifiedRows,
  representatives: lloydRepresentatives,
  'mini-batch-representatives': miniBatchRepresentatives,
  'farthest-first': farthestFirst,
  density: densestRows,
  margin: uncertainRows(margin),
  entropy: uncertainRows(entropy),
};

/** The names of all strategies. */
export const SELECTION_STRATEGIES = Object.keys(STRATEGIES) as readonly SelectionStrategyName[];

/** Strategies that ask a model. */
const NEED_PROBABILITIES: ReadonlySet<SelectionStrategyName> = new Set(['margin', 'entropy']);

export interface SelectRowsOptions extends Control {
  /** How rows are chosen, a `SelectionStrategyName`; `SELECTION_STRATEGIES` lists them. Default `'representatives'`. */
  strategy?: SelectionStrategyName;
  /** Rows to choose: 1 … rows that have no label. Default 100. */
  budget?: number;
  /** A seed or a stream. Default: neither, so that every call chooses anew. */
  randomState?: number | RandomState;
  /** Rows that have a label already: they are not chosen, and what is like them need not be. Default none. */
  labelled?: ArrayLike<number>;
  /**
   * Rows x classes, what a model says of each row: 0 or more, the larger the likelier. `'margin'` and `'entropy'`
   * need it, the others don't look at it.
   */
  probabilities?: FloatMatrix;
}

/**
 * Chooses the rows of `X` that are worth a label, the most useful first.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
 */
export async function selectRows(X: MatrixInput, options?: SelectRowsOptions): Promise<Selection> {
  const { strategy, budget, randomState, labelled, probabilities, ...control } =
    parseOptions<SelectRowsOptions>(
      options,
      {
        strategy: { check: oneOf(...SELECTION_STRATEGIES), default: 'representatives' },
        budget: { check: integer(1), default: 100 },
        randomState: randomStateOption,
        labelled: { check: (value) => value as ArrayLike<number>, default: [] },
        probabilities: { check: (value) => value as FloatMatrix, default: undefined },
        ...controlOptions,
      },
      'selectRows',
    );
  const [rows] = shapeOf(X, 'X');
  const known = Int32Array.from(new Set(rowNumbers(labelled, 'labelled', rows)));
  if (budget! > rows - known.length) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected budget to be at most ${rows - known.length}, the number of rows without a label, but received ${budget}`,
    );
  }
  if (probabilities !== undefined) checkProbabilities(probabilities, rows);
  else if (NEED_PROBABILITIES.has(strategy!)) {
    throw invalidArgument(
      'probabilities',
      `what a model says of each row, which '${strategy}' goes by`,
      probabilities,
    );
  }
  using prepared = asPrepared(X);
  return await inTurn(asRandomState(randomState), control, (random) =>
    STRATEGIES[strategy!]({ X: prepared, budget: budget!, random, labelled: known, probabilities, control }),
  );
}

function checkProbabilities(probabilities: FloatMatrix, rows: number): void {
  checkMatrix(probabilities, 'probabilities');
  const { data, shape } = probabilities;
  if (shape[0] !== rows || shape[1] < 2) {
    throw unfitArgument(
      'probabilities',
      `a matrix of ${countOf(rows, 'row')}, one for each row of X, and 2 classes or more`,
      shape.join(' x '),
    );
  }
  const bad = data.findIndex((value) => !(value >= 0 && value < Infinity));
  if (bad >= 0)
    throw invalidArgument(`probabilities.data[${bad}]`, 'a finite number of 0 or more', data[bad]);
}
