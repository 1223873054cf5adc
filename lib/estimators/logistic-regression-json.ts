import { areDistinctLabels, type ClassLabel, checkLabels } from '../core/class-labels.ts';
import { HandfulError } from '../core/errors.ts';
import { parseOptions } from '../core/options.ts';
import {
  type LogisticRegressionModel,
  type LogisticRegressionOptions,
  type LogisticRegressionSolver,
  logisticRegressionOptions,
  solverCheck,
} from './logistic-regression-model.ts';

/** Says what the JSON is, and in which version of the format. */
const FORMAT = 'handful.LogisticRegression';
const VERSION = 1;

/** A fitted `LogisticRegression` as JSON holds it. What JSON can't write as a number is null. */
export interface LogisticRegressionJson {
  format: typeof FORMAT;
  version: typeof VERSION;
  /** The options; a `C` of null is `Infinity`. */
  options: Omit<Required<LogisticRegressionOptions>, 'C'> & { C: number | null };
  classes: readonly ClassLabel[];
  columns: number;
  /** Classes x columns floats, little-endian, in base64. */
  coef: string;
  /** One double for each class, little-endian, in base64. */
  intercept: string;
  loss: number;
  /** Null for NaN. */
  gap: number | null;
  maxGradient: number;
  nIter: number;
  converged: boolean;
  stopReason: string;
  solver: LogisticRegressionSolver;
}

/** A model as {@link LogisticRegressionJson}. */
export function logisticRegressionToJson(
  { C, ...options }: Required<LogisticRegressionOptions>,
  { coef, intercept, gap, ...rest }: LogisticRegressionModel<ClassLabel>,
): LogisticRegressionJson {
  return {
    format: FORMAT,
    version: VERSION,
    options: { ...options, C: C === Infinity ? null : C },
    ...rest,
    gap: Number.isNaN(gap) ? null : gap,
    coef: encode(coef, 4, (bytes, value, at) => bytes.writeFloatLE(value, at)),
    intercept: encode(intercept, 8, (bytes, value, at) => bytes.writeDoubleLE(value, at)),
  };
}

/**
 * The options and model of a {@link LogisticRegressionJson}, checked.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function logisticRegressionFromJson<Label extends ClassLabel>(
  json: unknown,
): { options: LogisticRegressionOptions; model: LogisticRegressionModel<Label> } {
  const value = (json ?? {}) as Partial<LogisticRegressionJson>;
  demand(value.format === FORMAT && value.version === VERSION, `format '${FORMAT}' and version ${VERSION}`);
  demand(typeof value.options === 'object' && value.options !== null, 'an object for options');
  const { classes, columns, coef, intercept, gap, loss, maxGradient, nIter, converged, stopReason, solver } =
    value as LogisticRegressionJson;
  demand(Array.isArray(classes) && classes.length >= 2, 'an array of two classes or more');
  checkLabels(classes, 'classes', classes.length);
  demand(areDistinctLabels(classes), 'classes that are distinct');
  demand(Number.isInteger(columns) && columns >= 1, 'a whole number of 1 or more for columns');
  for (const [name, number] of Object.entries({ loss, maxGradient, nIter, gap: gap ?? 0 })) {
    demand(Number.isFinite(number), `a number for ${name}`);
  }
  demand(typeof converged === 'boolean', 'true or false for converged');
  demand(typeof stopReason === 'string', 'a string for stopReason');
  const { C, ...options } = value.options;
  return {
    options: parseOptions<Required<LogisticRegressionOptions>>(
      { ...options, C: C === null ? Infinity : C },
      logisticRegressionOptions,
      'LogisticRegression',
    ),
    model: {
      classes: Object.freeze([...classes]) as readonly Label[],
      columns,
      coef: Float32Array.from(
        decode(coef, 'coef', classes.length * columns, 4, (bytes, at) => bytes.readFloatLE(at)),
      ),
      intercept: decode(intercept, 'intercept', classes.length, 8, (bytes, at) => bytes.readDoubleLE(at)),
      loss,
      gap: gap ?? Number.NaN,
      maxGradient,
      nIter,
      converged,
      stopReason,
      solver: solverCheck(solver, 'solver'),
    },
  };
}

function encode(
  values: ArrayLike<number>,
  width: number,
  write: (bytes: Buffer, value: number, at: number) => void,
): string {
  const bytes = Buffer.alloc(values.length * width);
  for (let i = 0; i < values.length; i++) write(bytes, values[i]!, i * width);
  return bytes.toString('base64');
}

function decode(
  text: unknown,
  name: string,
  length: number,
  width: number,
  read: (bytes: Buffer, at: number) => number,
): Float64Array {
  demand(typeof text === 'string', `base64 text for ${name}`);
  const bytes = Buffer.from(text, 'base64');
  demand(bytes.length === length * width, `${length} numbers of ${width} bytes for ${name}`);
  const values = Float64Array.from({ length }, (_, i) => read(bytes, i * width));
  demand(values.every(Number.isFinite), `finite numbers for ${name}`);
  return values;
}

function demand(condition: boolean, expected: string): asserts condition {
  if (!condition) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected ${expected} in the JSON of a LogisticRegression`,
    );
  }
}
