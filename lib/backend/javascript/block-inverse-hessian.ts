import { GramPreconditioner } from './gram-preconditioner.ts';
import type { SlicedJob } from './job.ts';
import { KernelPreconditioner } from './kernel-preconditioner.ts';
import type { InitialInverseHessian } from './lbfgs.ts';
import type { LogisticRegressionObjective } from './logistic-regression-objective.ts';
import type { Preconditioner } from './preconditioner.ts';
import type { Rows } from './rows.ts';

/** Elements that the factors of all classes may have: 256 MiB of float64. */
const MAX_FACTOR_ELEMENTS = 2 ** 25;

/** Iterations before which the matrices are made anew: the weights change fast at first, then hardly. */
const REFRESH_ITERATIONS = [12, 36];

/** The preconditioner that suits the matrix's shape, or why there is none. */
export function choosePreconditioner(
  job: SlicedJob,
  x: Rows,
  nClasses: number,
  fitIntercept: boolean,
  penalties: Float64Array,
): Preconditioner | string {
  // Among the rows there is room for one penalty.
  const amongRows = x.rows <= x.columns && penalties.every((penalty) => penalty === penalties[0]);
  const size = amongRows ? x.rows : x.columns + 1;
  if (nClasses * size * size > MAX_FACTOR_ELEMENTS) {
    return `${nClasses} matrices of ${size} x ${size} are too much for a preconditioner`;
  }
  return amongRows
    ? new KernelPreconditioner(job, x, fitIntercept, penalties[0])
    : new GramPreconditioner(job, x, fitIntercept, penalties);
}

/**
 * The block-diagonal part of the objective's Hessian as L-BFGS's first guess, with a block a class, made from the
 * probabilities p of the class as X' diag(p (1 - p)) X.
 *
 * The Hessian is singular along moves that add the same to all classes: those change no probability. The blocks
 * alone don't know that, so the vector is projected on moves that sum to zero over the classes before and after;
 * that is worth a factor of ten in iterations. The start must sum to zero in the same way.
 */
export class BlockInverseHessian implements InitialInverseHessian {
  readonly #objective: LogisticRegressionObjective;
  readonly #preconditioner: Preconditioner;

  constructor(objective: LogisticRegressionObjective, preconditioner: Preconditioner) {
    this.#objective = objective;
    this.#preconditioner = preconditioner;
  }

  async prepare(iteration: number, point: Float64Array): Promise<void> {
    const { nClasses, x, sampleWeight } = this.#objective;
    if (iteration === 0 && point.every((value) => value === 0)) {
      const atZero = (1 / nClasses) * (1 - 1 / nClasses);
      await this.#preconditioner.build([
        Float64Array.from({ length: x.rows }, (_, row) => atZero * (sampleWeight?.[row] ?? 1)),
      ]);
    } else if (iteration === 0 || REFRESH_ITERATIONS.includes(iteration)) {
      const probabilities = await this.#objective.probabilities(point, iteration);
      await this.#preconditioner.build(
        Array.from({ length: nClasses }, (_, k) =>
          Float64Array.from({ length: x.rows }, (_, row) => {
            const probability = probabilities[row * nClasses + k];
            return probability * (1 - probability) * (sampleWeight?.[row] ?? 1);
          }),
        ),
      );
    }
  }

  async apply(vector: Float64Array): Promise<void> {
    const { nClasses, x, fitIntercept } = this.#objective;
    const length = x.columns + (fitIntercept ? 1 : 0);
    const parts = Array.from({ length: nClasses }, (_, k) => {
      const from = k * (x.columns + 1);
      return vector.subarray(from, from + length);
    });
    centre(vector, nClasses);
    await this.#preconditioner.apply(parts);
    centre(vector, nClasses);
  }
}

/** Projects a point on those that sum to zero over the classes: the same model, at the least penalty. */
export function centre(vector: Float64Array, nClasses: number): void {
  const length = vector.length / nClasses;
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let at = i; at < vector.length; at += length) sum += vector[at];
    for (let at = i; at < vector.length; at += length) vector[at] -= sum / nClasses;
  }
}
