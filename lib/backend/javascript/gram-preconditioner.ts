import { factorize, solve } from './cholesky.ts';
import { sampleByWeight } from './curvature-weights.ts';
import type { SlicedJob } from './job.ts';
import type { LogisticObjective } from './logistic-objective.ts';
import { sumOfOuterProducts } from './outer-products.ts';

/** Rows that one class's matrix is made from: enough of them for 784 columns, and a fraction of 60,000. */
const SAMPLE_ROWS = 4000;
/** Problems of so few elements get new matrices often, others twice: probabilities change fast at first, then hardly. */
const SMALL_ELEMENTS = 2 ** 16;
const SMALL_REFRESH = 6;
const REFRESHES = [0, 8, 22];
/** Elements that the factors of all classes may have: 256 MiB of float64. */
const MAX_FACTOR_ELEMENTS = 2 ** 25;
/** Keeps columns of zeros, and sums that are rounded, positive definite: a share of the mean of the diagonal. */
const RIDGE = 1e-10;

/**
 * The block-diagonal part of the objective's Hessian, with a block a class: X' diag(p (1 - p)) X + the penalties, with
 * p the probabilities of the class, from a sample of the rows. Its inverse is what L-BFGS starts each direction from.
 *
 * The Hessian is singular along moves that add the same to all classes: those change no probability. The blocks
 * alone don't know that, so the vector is projected on moves that sum to zero over the classes before and after;
 * that is worth a factor of ten in iterations. The start must sum to zero in the same way.
 */
export class GramPreconditioner {
  readonly #job: SlicedJob;
  readonly #objective: LogisticObjective;
  /** For each class the Cholesky factor of its block, or one for all. */
  #factors: Float64Array[] = [];

  constructor(job: SlicedJob, objective: LogisticObjective) {
    this.#job = job;
    this.#objective = objective;
  }

  /** Whether its matrices are small enough. */
  static fits({ nClasses, width }: LogisticObjective): boolean {
    return nClasses * width * width <= MAX_FACTOR_ELEMENTS;
  }

  /** To be called before each iteration. Returns whether the matrices are positive definite. */
  async prepare(iteration: number, point: Float64Array): Promise<boolean> {
    const { x } = this.#objective;
    const isSmall = x.rows * x.columns <= SMALL_ELEMENTS;
    if (isSmall ? iteration % SMALL_REFRESH !== 0 : !REFRESHES.includes(iteration)) return true;
    const curvatures = await this.#objective.curvatures(point, iteration);
    // If all is zero so are the differences of the classes.
    if (point.every((value) => value === 0)) curvatures.length = 1;
    this.#factors = [];
    for (const [k, weights] of curvatures.entries()) {
      const block = await this.#block(weights);
      this.#factors.push(block);
      const progress = { phase: 'preconditioner', done: k, total: curvatures.length };
      if (!(await factorize(this.#job, progress, block, this.#objective.width))) return false;
    }
    return true;
  }

  /** Multiplies `vector` in place. */
  async apply(vector: Float64Array): Promise<void> {
    const { nClasses, width } = this.#objective;
    center(vector, nClasses);
    for (let k = 0; k < nClasses; k++) {
      if (this.#job.isDue) await this.#job.pause({ phase: 'direction', done: k, total: nClasses });
      const part = vector.subarray(k * width, (k + 1) * width);
      solve(this.#factors[k % this.#factors.length], width, part);
    }
    center(vector, nClasses);
  }

  async #block(curvatures: Float64Array): Promise<Float64Array> {
    const { x, width, penalties, fitIntercept } = this.#objective;
    const { rows, weights } = sampleByWeight(curvatures, SAMPLE_ROWS);
    const block = await sumOfOuterProducts(this.#job, rows.length, width, (i, to) => {
      const root = Math.sqrt(weights[i]);
      x.read(rows[i], rows[i] + 1, 1, to);
      for (let column = 0; column < x.columns; column++) to[column] *= root;
      to[x.columns] = fitIntercept ? root : 0;
    });
    let trace = 0;
    for (let i = 0; i < width; i++) trace += block[i * (width + 1)];
    const ridge = (RIDGE * trace) / width + 1e-300;
    for (let i = 0; i < width; i++)
      block[i * (width + 1)] += (penalties[i] ?? (fitIntercept ? 0 : 1)) + ridge;
    return block;
  }
}

/** Projects a point on those that sum to zero over the classes: the same model, at the least penalty. */
export function center(vector: Float64Array, nClasses: number): void {
  const length = vector.length / nClasses;
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let at = i; at < vector.length; at += length) sum += vector[at];
    for (let at = i; at < vector.length; at += length) vector[at] -= sum / nClasses;
  }
}
