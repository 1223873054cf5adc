import { type MatrixInput, shapeOf } from '../backend/prepared-matrix.ts';
import { type Control, checkControl } from '../backend/run.ts';
import { type ClassLabel, checkLabels } from '../core/class-labels.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { mostProbable, shareRight } from '../core/predictions.ts';

/**
 * What every classifier can do once it is fitted.
 * @typeParam Predicted what it says of a row: one of the classes, or null if it may know none
 */
export abstract class Classifier<Label extends ClassLabel, Predicted extends Label | null = Label> {
  /** The classes, in the order of the columns of `predictProba`. */
  abstract get classes(): readonly Label[];

  /** The probability of every class for each row of `X`: rows x classes. */
  abstract predictProba(X: MatrixInput, control?: Control): Promise<FloatMatrix>;

  /**
   * The most probable class of each row, ties to the first in the order of `classes`.
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async predict(X: MatrixInput, control: Control = {}): Promise<Predicted[]> {
    checkControl(control, `${this.constructor.name}.predict`);
    return mostProbable(await this.predictProba(X, control), this.classes) as Predicted[];
  }

  /**
   * The share of rows whose predicted class is their label, 0 … 1.
   * @throws HandfulError as {@link predict}
   */
  async score(X: MatrixInput, y: ArrayLike<Label>, control: Control = {}): Promise<number> {
    checkControl(control, `${this.constructor.name}.score`);
    checkLabels(y, 'y', shapeOf(X, 'X')[0]);
    return shareRight(await this.predict(X, control), y);
  }
}
