import type { LogisticRegressionResult as FitResult, LogisticRegressionSolver } from '../../binding.d.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import { boolean, integer, number, type OptionTable, oneOf, positive } from '../core/options.ts';

export type { LogisticRegressionSolver };

export interface LogisticRegressionOptions {
  /** Inverse strength of the penalty ||coef||² / (2C): above 0, `Infinity` for no penalty. Default 1. */
  C?: number;
  /**
   * The method, a `LogisticRegressionSolver`: `'preconditioned-lbfgs'`, `'lbfgs'` or `'gradient-descent'`. All reach the
   * same minimum, the default by far the soonest. Default `'preconditioned-lbfgs'`.
   */
  solver?: LogisticRegressionSolver;
  /**
   * Iterations at most, 1 or more. Default 10,000, the notebook's: a bound against endless runs that the
   * default solver stays far below, so that it is `tol` that decides where a fit ends.
   */
  maxIter?: number;
  /**
   * A fit ends when no component of the objective's gradient, divided by the sum of the sample weights (the
   * number of rows), is larger. Columns that lie far from zero, or whose values are very large or very small,
   * are first centered and scaled for that. Default 1e-6: at scikit-learn's 1e-4 the loss of the notebook's full fit is
   * still up to half a per cent above its minimum, and the accuracy depends on where the solver happened to
   * stop.
   */
  tol?: number;
  /** Whether to learn an intercept for each class, which is not penalised. Default true. */
  fitIntercept?: boolean;
  /**
   * Whether a fit starts at the last one's result, where that had the same classes and columns. Default
   * false.
   */
  warmStart?: boolean;
}

/** What a solver may be called. */
export const solverCheck = oneOf('preconditioned-lbfgs', 'lbfgs', 'gradient-descent');

/** The checks and defaults of {@link LogisticRegressionOptions}. */
export const logisticRegressionOptions: OptionTable<Required<LogisticRegressionOptions>> = {
  C: { check: positive, default: 1 },
  solver: { check: solverCheck, default: 'preconditioned-lbfgs' },
  maxIter: { check: integer(1), default: 10_000 },
  tol: { check: number(0, Number.MAX_VALUE), default: 1e-6 },
  fitIntercept: { check: boolean, default: true },
  warmStart: { check: boolean, default: false },
};

/** What a fit found, and how it went. */
export interface LogisticRegressionModel<Label extends ClassLabel>
  extends Omit<FitResult, 'nPasses' | 'stopReason' | 'withoutPreconditioner'> {
  /** In words, with what may help if it is not the tolerance. */
  stopReason: string;
  /** What the rows of `coef` are called, all different. */
  classes: readonly Label[];
  /** Of the rows it was fitted on. */
  columns: number;
}
