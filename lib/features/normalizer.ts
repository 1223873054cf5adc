import type { Norm } from '../../binding.d.ts';
import type { MatrixInput } from '../backend/prepared-matrix.ts';
import { floatsOf, normalizeRows } from '../backend/row-operations.ts';
import { type Control, checkControl } from '../backend/run.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { oneOf, parseOptions } from '../core/options.ts';

export type { Norm };

export interface NormalizerOptions {
  /**
   * What of each row becomes 1, a `Norm`: its length `'l2'`, the sum of its absolute values `'l1'`, or the largest
   * of them `'max'`. Default `'l2'`.
   */
  norm?: Norm;
}

/** Divides every row by its norm, as scikit-learn's Normalizer. There is nothing to fit. */
export class Normalizer {
  readonly options: Readonly<Required<NormalizerOptions>>;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: NormalizerOptions) {
    this.options = Object.freeze(
      parseOptions<Required<NormalizerOptions>>(
        options,
        { norm: { check: oneOf('l1', 'l2', 'max'), default: 'l2' } },
        'Normalizer',
      ),
    );
  }

  /**
   * The rows of `X`, each divided by its norm; rows of zeros stay as they are.
   * @returns rows x columns
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
   */
  async transform(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'Normalizer.transform');
    return await floatsOf(normalizeRows(X, this.options.norm, control));
  }
}
