import type { LinearOutput, PreparedRows } from '../../binding.d.ts';
import { type MatrixInput, preparedRows, shapeOf } from '../backend/prepared-matrix.ts';
import { floatsOf, linear } from '../backend/row-operations.ts';
import { type Control, checkControl, controlOptions, run } from '../backend/run.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import { HandfulError, invalidArgument } from '../core/errors.ts';
import { fitted } from '../core/fitted.ts';
import { requireOneForEachRow } from '../core/inputs.ts';
import type { FloatMatrix, Matrix } from '../core/matrix.ts';
import { parseOptions } from '../core/options.ts';
import { mostProbable } from '../core/predictions.ts';
import { encodeTargets } from './class-targets.ts';
import { Classifier } from './classifier.ts';
import {
  type LogisticRegressionJson,
  logisticRegressionFromJson,
  logisticRegressionToJson,
} from './logistic-regression-json.ts';
import {
  type LogisticRegressionModel,
  type LogisticRegressionOptions,
  type LogisticRegressionSolver,
  logisticRegressionOptions,
} from './logistic-regression-model.ts';
import { stopReasonInWords } from './stop-reason.ts';

export type { LogisticRegressionOptions, LogisticRegressionSolver };

/** What may differ from one fit to the next. */
export interface LogisticRegressionFitOptions<Label extends ClassLabel = ClassLabel> extends Control {
  /** What the columns of a matrix of probabilities are called, all different. Default 0, 1, 2, … */
  classes?: readonly Label[];
  /** For each row a weight of 0 or more, not all 0, whose sum is finite; all 1 where left out. */
  sampleWeight?: ArrayLike<number>;
}

/**
 * Multinomial logistic regression: minimises the weighted sum of log-losses + ||coef||² / (2C), as
 * scikit-learn's. Labels are whole numbers or strings.
 */
export class LogisticRegression<Label extends ClassLabel = ClassLabel> extends Classifier<Label> {
  readonly options: Readonly<Required<LogisticRegressionOptions>>;
  #model: LogisticRegressionModel<Label> | undefined;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: LogisticRegressionOptions) {
    super();
    this.options = Object.freeze(
      parseOptions<Required<LogisticRegressionOptions>>(
        options,
        logisticRegressionOptions,
        'LogisticRegression',
      ),
    );
  }

  get #found(): LogisticRegressionModel<Label> {
    return fitted(this.#model, 'LogisticRegression');
  }

  /**
   * The distinct labels, sorted: numbers by value, strings by their UTF-16 code units. After a fit of
   * probabilities, what their columns are called, in their order.
   */
  get classes(): readonly Label[] {
    return this.#found.classes;
  }

  /** Classes x columns. */
  get coef(): FloatMatrix {
    const { coef, classes, columns } = this.#found;
    return { data: coef, shape: [classes.length, columns] };
  }

  /** One for each class; zeros without `fitIntercept`. */
  get intercept(): Float64Array {
    return this.#found.intercept;
  }

  /** The objective reached. */
  get loss(): number {
    return this.#found.loss;
  }

  /** Iterations of the solver. */
  get nIter(): number {
    return this.#found.nIter;
  }

  /** Whether the fit reached `tol`; `stopReason` says what ended it where not. */
  get converged(): boolean {
    return this.#found.converged;
  }

  /** Estimate of how far `loss` lies above the minimum, relative to it; NaN where the solver has none. */
  get gap(): number {
    return this.#found.gap;
  }

  /**
   * Largest absolute component of the objective's gradient, divided by the sum of the sample weights; that of a column
   * far from zero, or of very large or very small values, is the gradient of the column brought near 1.
   */
  get maxGradient(): number {
    return this.#found.maxGradient;
  }

  /** Why the solver stopped, in words. */
  get stopReason(): string {
    return this.#found.stopReason;
  }

  /** The solver that finished the fit: a safe one takes over where the preconditioner can't be formed. */
  get solver(): LogisticRegressionSolver {
    return this.#found.solver;
  }

  /**
   * Learns the classes of the rows of `X`.
   * @param y for each row its label: all whole numbers or all strings, two different ones at least. Or,
   * where labels are not certain, a matrix with the probability of each class, rows x classes: a row's log-loss is
   * then the mean of those of the classes under its probabilities. Each row sums to 1 within 1e-3, and is divided
   * by its sum.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fit(
    X: MatrixInput,
    y: ArrayLike<Label> | Matrix,
    options?: LogisticRegressionFitOptions<Label>,
  ): Promise<this> {
    const {
      classes: names,
      sampleWeight: givenWeight,
      ...control
    } = parseOptions<LogisticRegressionFitOptions<Label>>(
      options,
      {
        classes: { check: (value) => value as readonly Label[], default: undefined },
        sampleWeight: { check: (value) => value as ArrayLike<number>, default: undefined },
        ...controlOptions,
      },
      'LogisticRegression.fit',
    );
    const [rows, columns] = shapeOf(X, 'X');
    const { classes, ...targets } = encodeTargets(y, 'y', rows, names);
    const sampleWeight = givenWeight === undefined ? undefined : checkWeights(givenWeight, rows);
    const { warmStart, ...settings } = this.options;
    const start = warmStart ? this.#startFor(classes, columns) : undefined;
    using x = preparedRows(X, 'X');
    const {
      nPasses: _,
      stopReason,
      withoutPreconditioner,
      ...result
    } = await run(control, (operations, job) =>
      operations.logisticRegression(job, x, {
        ...settings,
        nClasses: classes.length,
        ...targets,
        sampleWeight,
        start,
      }),
    );
    const hint = result.converged ? '' : await hintFor(x, control);
    this.#model = {
      ...result,
      stopReason: stopReasonInWords({ stopReason, withoutPreconditioner }) + hint,
      classes: Object.freeze(classes),
      columns,
    };
    return this;
  }

  /** The last result as a place to start from, where it fits. */
  #startFor(classes: readonly Label[], columns: number): Float64Array | undefined {
    const last = this.#model;
    const fits =
      last?.columns === columns &&
      last.classes.length === classes.length &&
      last.classes.every((label, i) => label === classes[i]);
    if (!fits) return undefined;
    const start = new Float64Array(classes.length * (columns + 1));
    for (let c = 0; c < classes.length; c++) {
      start.set(last.coef.subarray(c * columns, (c + 1) * columns), c * (columns + 1));
      start[(c + 1) * (columns + 1) - 1] = last.intercept[c]!;
    }
    return start;
  }

  /**
   * The score of every class for each row: `X` times `coef` transposed plus `intercept`.
   * @returns rows x classes
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
   */
  async decisionFunction(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'LogisticRegression.decisionFunction');
    return this.#linear(X, 'decision', control);
  }

  /**
   * The probability of every class for each row.
   * @returns rows x classes; the columns are in the order of `classes`
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
   */
  async predictProba(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'LogisticRegression.predictProba');
    return this.#linear(X, 'probability', control);
  }

  async #linear(X: MatrixInput, output: LinearOutput, control: Control): Promise<FloatMatrix> {
    const { coef, intercept } = this.#found;
    return await floatsOf(linear(X, { coef, intercept }, output, control));
  }

  /**
   * The most probable class of each row, ties to the first in the order of `classes`.
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
   */
  override async predict(X: MatrixInput, control: Control = {}): Promise<Label[]> {
    checkControl(control, 'LogisticRegression.predict');
    const { classes } = this.#found;
    return mostProbable(await this.#linear(X, 'decision', control), classes);
  }

  /** The fitted model as a plain object for `JSON.stringify`; {@link fromJSON} makes the same model of it. */
  toJSON(): LogisticRegressionJson {
    return logisticRegressionToJson(this.options, this.#found);
  }

  /**
   * The model that {@link toJSON} described, the same to the last bit.
   * @param json the parsed object, not the text
   * @throws HandfulError `ERR_INVALID_ARGUMENT` naming what does not fit
   */
  static fromJSON<Label extends ClassLabel = ClassLabel>(json: unknown): LogisticRegression<Label> {
    const { options, model } = logisticRegressionFromJson<Label>(json);
    const regression = new LogisticRegression<Label>(options);
    regression.#model = model;
    return regression;
  }
}

function checkWeights(value: ArrayLike<number>, rows: number): Float64Array {
  requireOneForEachRow(value, 'sampleWeight', rows);
  const weights = Float64Array.from(value);
  const bad = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0) throw invalidArgument(`sampleWeight[${bad}]`, 'a finite number of 0 or more', value[bad]);
  if (!weights.some((weight) => weight > 0)) {
    throw new HandfulError('ERR_INVALID_ARGUMENT', 'Expected a weight above 0 in sampleWeight but all are 0');
  }
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === Infinity) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      'Expected a finite sum of sampleWeight but it is beyond 1.8e308: divide the weights by a common number, ' +
        'and multiply C by it',
    );
  }
  return weights;
}

/** Columns whose standard deviations differ by more than this are a likely reason why a fit ends early. */
const UNEVEN = 1e3;
/** So are columns whose mean is more than this many standard deviations away from 0. */
const FAR = 10;

/** What may help a fit that ended before `tol`: another scale of its columns, or more iterations. */
async function hintFor(x: PreparedRows, { signal }: Control): Promise<string> {
  const { mean, variance } = await run({ signal }, (operations, job) => operations.columnStatistics(job, x));
  const deviations = variance.filter((value) => value > 0).map(Math.sqrt);
  const ratio = Math.max(...deviations) / Math.min(...deviations);
  if (ratio > UNEVEN) {
    return `; the columns' standard deviations differ by a factor of ${ratio.toExponential(0)}: StandardScaler evens them`;
  }
  if (mean.some((value, i) => variance[i]! > 0 && Math.abs(value) > FAR * Math.sqrt(variance[i]!))) {
    return '; the columns lie far from zero: StandardScaler centers them';
  }
  return '; a larger maxIter, a larger tol or a smaller C may help';
}
