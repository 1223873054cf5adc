import type { SparseRows, SpreadLabelsOptions, SpreadLabelsResult } from '../../../binding.d.ts';
import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';

/** Rows of one block: sums over rows are taken block by block, and the event loop can turn between blocks. */
const BLOCK_ROWS = 512;

/** Label spreading by conjugate gradients (Hestenes & Stiefel 1952), for all classes side by side. */
export async function spreadLabels(
  job: SlicedJob,
  graph: SparseRows,
  options: SpreadLabelsOptions,
): Promise<SpreadLabelsResult> {
  const { maxIter, tol } = options;
  const solver = withMemory(() => new ConjugateGradients(graph, options));
  const { classes } = solver;
  const first = solver.squaredResiduals();
  let squares = first;
  let nIter = 0;
  const reached = () => squares.every((square, c) => square <= tol * tol * first[c]);
  while (!reached() && nIter < maxIter) {
    const value = Math.sqrt(Math.max(...quotients(squares, first)));
    const pause = async () => {
      if (job.isDue) await job.pause({ phase: 'spread', done: nIter, total: maxIter, value });
    };
    const curvatures = new Float64Array(classes);
    for (let begin = 0; begin < solver.rows; begin += BLOCK_ROWS) {
      await pause();
      addTo(curvatures, solver.multiplyDirection(begin));
    }
    await pause();
    const next = solver.takeSteps(quotients(squares, curvatures));
    await pause();
    solver.turnDirection(quotients(next, squares));
    squares = next;
    nIter++;
  }
  return { scores: solver.solution, nIter, converged: reached() };
}

class ConjugateGradients {
  readonly rows: number;
  readonly classes: number;
  readonly solution: Float64Array;
  readonly #residual: Float64Array;
  readonly #direction: Float64Array;
  readonly #image: Float64Array;
  readonly #alpha: number;
  readonly #graph: SparseRows;

  constructor({ indptr, indices, data }: SparseRows, { nClasses, start, alpha }: SpreadLabelsOptions) {
    this.rows = indptr.length - 1;
    this.classes = nClasses;
    this.solution = new Float64Array(start.length);
    this.#residual = start.slice();
    this.#direction = start.slice();
    this.#image = new Float64Array(start.length);
    this.#alpha = alpha;
    // Read block after block, while the caller may do with its own what it likes.
    this.#graph = { indptr: indptr.slice(), indices: indices.slice(), data: data.slice() };
  }

  /** For each class the squared length of its residual. */
  squaredResiduals(): Float64Array {
    const sums = new Float64Array(this.classes);
    for (let begin = 0; begin < this.rows; begin += BLOCK_ROWS) {
      addTo(sums, this.#products(this.#residual, this.#residual, begin));
    }
    return sums;
  }

  /** For the block from `begin` on: image = (I - alpha S) direction; answers direction' image. */
  multiplyDirection(begin: number): Float64Array {
    const { classes } = this;
    const { indptr, indices, data } = this.#graph;
    const image = this.#image;
    const direction = this.#direction;
    const gathered = new Float64Array(classes);
    for (let row = begin, end = this.#end(begin); row < end; row++) {
      gathered.fill(0);
      for (let entry = indptr[row]; entry < indptr[row + 1]; entry++) {
        const weight = data[entry];
        for (let c = 0, from = indices[entry] * classes; c < classes; c++, from++) {
          gathered[c] += weight * direction[from];
        }
      }
      for (let c = 0, at = row * classes; c < classes; c++, at++) {
        image[at] = direction[at] - this.#alpha * gathered[c];
      }
    }
    return this.#products(direction, image, begin);
  }

  /** Moves each class by its step along the direction; answers the squared lengths of the residuals. */
  takeSteps(steps: Float64Array): Float64Array {
    const { solution, classes } = this;
    const residual = this.#residual;
    const direction = this.#direction;
    const image = this.#image;
    for (let at = 0; at < solution.length; ) {
      for (let c = 0; c < classes; c++, at++) {
        solution[at] += steps[c] * direction[at];
        residual[at] -= steps[c] * image[at];
      }
    }
    return this.squaredResiduals();
  }

  turnDirection(factors: Float64Array): void {
    const { classes } = this;
    const residual = this.#residual;
    const direction = this.#direction;
    for (let at = 0; at < direction.length; ) {
      for (let c = 0; c < classes; c++, at++) direction[at] = residual[at] + factors[c] * direction[at];
    }
  }

  #products(a: Float64Array, b: Float64Array, begin: number): Float64Array {
    const { classes } = this;
    const sums = new Float64Array(classes);
    for (let at = begin * classes, end = this.#end(begin) * classes; at < end; ) {
      for (let c = 0; c < classes; c++, at++) sums[c] += a[at] * b[at];
    }
    return sums;
  }

  #end(begin: number): number {
    return Math.min(this.rows, begin + BLOCK_ROWS);
  }
}

/** For each class a / b; 0 where b is: a class that has arrived, or starts with nothing, stays where it is. */
function quotients(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, c) => (b[c] > 0 ? value / b[c] : 0));
}

function addTo(sums: Float64Array, more: Float64Array): void {
  for (let c = 0; c < sums.length; c++) sums[c] += more[c];
}
