import type { SparseRows, SpreadLabelsOptions, SpreadLabelsResult } from '../../../binding.d.ts';
import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';
import { timesPowerOfTwo } from './times-power-of-two.ts';

/** Rows of one block: sums over rows are taken block by block, and the event loop can turn between blocks. */
const BLOCK_ROWS = 512;

/** What rounding adds to a residual at most, as a share of the largest value a solve may reach. */
const ROUNDING = 2 ** -50;

/** The exponent of what is 0. */
const NOTHING = -(2 ** 31);

/**
 * Label spreading by conjugate gradients (Hestenes & Stiefel 1952), for all classes side by side. After a solve only
 * those rows are settled whose sum stands above the bound of its error. For the others the equations are solved again,
 * with the settled rows as given.
 */
export async function spreadLabels(
  job: SlicedJob,
  graph: SparseRows,
  options: SpreadLabelsOptions,
): Promise<SpreadLabelsResult> {
  const spreading = withMemory(() => new Spreading(graph, options));
  let nIter = 0;
  let converged = true;
  let any = true;
  while (any && spreading.nextStart()) {
    const solved = await solve(job, spreading, options);
    const settled = spreading.settle(solved.bound / options.rowTol);
    nIter += solved.nIter;
    converged &&= solved.converged && settled.certain;
    any = settled.any;
  }
  return { distributions: spreading.distributions(), nIter, converged };
}

interface Settled {
  /** Whether rows were settled. */
  any: boolean;
  /** Whether they are known well enough. */
  certain: boolean;
}

/** Solves for the open rows. `bound` limits the error of a row's sum. */
async function solve(job: SlicedJob, spreading: Spreading, { alpha, tol, maxIter }: SpreadLabelsOptions) {
  const first = spreading.squaredResiduals();
  let squares = first;
  let nIter = 0;
  const reached = () => squares.every((square, c) => square <= tol * tol * first[c]);
  while (!reached() && nIter < maxIter) {
    const value = Math.sqrt(Math.max(...quotients(squares, first)));
    const pause = async () => {
      if (job.isDue) await job.pause({ phase: 'spread', done: nIter, total: maxIter, value });
    };
    const curvatures = new Float64Array(first.length);
    for (const block of spreading.blocks()) {
      await pause();
      addTo(curvatures, spreading.multiplyDirection(block));
    }
    await pause();
    const next = spreading.takeSteps(quotients(squares, curvatures));
    await pause();
    spreading.turnDirection(quotients(next, squares));
    squares = next;
    nIter++;
  }
  // The eigenvalues of I - alpha S are 1 - alpha or more, also of its part for the open rows.
  const reach = 1 / (1 - alpha);
  const bound = squares.reduce(
    (sum, square, c) => sum + (Math.sqrt(square) + ROUNDING * Math.sqrt(first[c]) * reach) * reach,
    0,
  );
  return { nIter, converged: reached(), bound };
}

class Spreading {
  readonly #classes: number;
  /** The rows that are not settled. */
  #open: Int32Array;
  /** Of a settled row: its solution is to be multiplied by 2 to this. */
  readonly #exponents: Int32Array;
  /** The same of the solve that runs. */
  #exponent = 0;
  readonly #start: Float64Array;
  readonly #solution: Float64Array;
  readonly #residual: Float64Array;
  readonly #direction: Float64Array;
  readonly #image: Float64Array;
  readonly #alpha: number;
  readonly #graph: SparseRows;

  constructor({ indptr, indices, data }: SparseRows, { nClasses, start, alpha }: SpreadLabelsOptions) {
    const rows = indptr.length - 1;
    this.#classes = nClasses;
    this.#open = Int32Array.from({ length: rows }, (_, row) => row);
    this.#exponents = new Int32Array(rows).fill(NOTHING);
    this.#start = start.slice();
    this.#solution = new Float64Array(start.length);
    this.#residual = new Float64Array(start.length);
    this.#direction = new Float64Array(start.length);
    this.#image = new Float64Array(start.length);
    this.#alpha = alpha;
    // Read block after block, while the caller may do with its own what it likes.
    this.#graph = { indptr: indptr.slice(), indices: indices.slice(), data: data.slice() };
  }

  *blocks(): Generator<Int32Array> {
    for (let from = 0; from < this.#open.length; from += BLOCK_ROWS) {
      yield this.#open.subarray(from, from + BLOCK_ROWS);
    }
  }

  /** For each class the squared length of its residual. */
  squaredResiduals(): Float64Array {
    const sums = new Float64Array(this.#classes);
    for (const block of this.blocks()) addTo(sums, this.#products(this.#residual, this.#residual, block));
    return sums;
  }

  /** For a block of rows: image = (I - alpha S) direction; returns direction' image. */
  multiplyDirection(block: Int32Array): Float64Array {
    const classes = this.#classes;
    const { indptr, indices, data } = this.#graph;
    const image = this.#image;
    const direction = this.#direction;
    const gathered = new Float64Array(classes);
    for (const row of block) {
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
    return this.#products(direction, image, block);
  }

  /** Moves each class by its step along the direction; returns the squared lengths of the residuals. */
  takeSteps(steps: Float64Array): Float64Array {
    for (const row of this.#open) {
      for (let c = 0, at = row * this.#classes; c < this.#classes; c++, at++) {
        this.#solution[at] += steps[c] * this.#direction[at];
        this.#residual[at] -= steps[c] * this.#image[at];
      }
    }
    return this.squaredResiduals();
  }

  turnDirection(factors: Float64Array): void {
    for (const row of this.#open) {
      for (let c = 0, at = row * this.#classes; c < this.#classes; c++, at++) {
        this.#direction[at] = this.#residual[at] + factors[c] * this.#direction[at];
      }
    }
  }

  /** Settles the open rows whose sum is `least` or more; if there is none, all that hold anything. */
  settle(least: number): Settled {
    const before = this.#open;
    const certain = before.some((row) => this.#isKnown(row, least));
    this.#open = before.filter((row) => !this.#isKnown(row, certain ? least : 0));
    for (const row of before) {
      if (!this.#isKnown(row, certain ? least : 0)) continue;
      this.#exponents[row] = this.#exponent;
      this.#direction.fill(0, row * this.#classes, (row + 1) * this.#classes);
    }
    return { any: this.#open.length < before.length, certain };
  }

  #isKnown(row: number, least: number): boolean {
    const sum = this.#positiveSum(row);
    return sum > 0 && sum >= least;
  }

  /** The sum of a row of the solution, whose rounding below 0 becomes 0. */
  #positiveSum(row: number): number {
    let sum = 0;
    for (let c = 0, at = row * this.#classes; c < this.#classes; c++, at++) {
      this.#solution[at] = Math.max(0, this.#solution[at]);
      sum += this.#solution[at];
    }
    return sum;
  }

  /**
   * What the open rows start with, given those that are settled: as a multiple of a power of two, for far from all
   * labels it leaves the range of a double. Returns false if it is nothing.
   */
  nextStart(): boolean {
    this.#exponent = NOTHING;
    for (const row of this.#open) {
      this.#eachPart(row, (_, part, exponent) => {
        this.#exponent = Math.max(this.#exponent, Math.floor(Math.log2(part)) + exponent);
      });
    }
    if (this.#exponent === NOTHING) return false;
    for (const row of this.#open) {
      const from = row * this.#classes;
      this.#solution.fill(0, from, from + this.#classes);
      this.#residual.fill(0, from, from + this.#classes);
      this.#eachPart(row, (c, part, exponent) => {
        this.#residual[from + c] += timesPowerOfTwo(part, exponent - this.#exponent);
      });
      this.#direction.set(this.#residual.subarray(from, from + this.#classes), from);
    }
    return true;
  }

  /** Calls `take` with each part above 0, to be multiplied by 2 to the exponent, of what a row starts with. */
  #eachPart(row: number, take: (c: number, part: number, exponent: number) => void): void {
    const { indptr, indices, data } = this.#graph;
    const classes = this.#classes;
    const use = (c: number, part: number, exponent: number) => {
      if (part > 0 && part < Infinity) take(c, part, exponent);
    };
    for (let c = 0; c < classes; c++) use(c, this.#start[row * classes + c], 0);
    for (let entry = indptr[row]; entry < indptr[row + 1]; entry++) {
      const from = indices[entry];
      if (this.#exponents[from] === NOTHING) continue;
      const weight = this.#alpha * data[entry];
      for (let c = 0; c < classes; c++) {
        use(c, weight * this.#solution[from * classes + c], this.#exponents[from]);
      }
    }
  }

  /** The solution, each row brought to the sum 1. */
  distributions(): Float64Array {
    const solution = this.#solution;
    for (let from = 0; from < solution.length; from += this.#classes) {
      const row = solution.subarray(from, from + this.#classes);
      const sum = row.reduce((total, value) => total + value, 0);
      if (sum > 0)
        row.forEach((value, c) => {
          row[c] = value / sum;
        });
    }
    return solution;
  }

  #products(a: Float64Array, b: Float64Array, block: Int32Array): Float64Array {
    const sums = new Float64Array(this.#classes);
    for (const row of block) {
      for (let c = 0, at = row * this.#classes; c < this.#classes; c++, at++) sums[c] += a[at] * b[at];
    }
    return sums;
  }
}

/** For each class a / b; 0 if b is: a class that has arrived, or starts with nothing, stays as it is. */
function quotients(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, c) => (b[c] > 0 ? value / b[c] : 0));
}

function addTo(sums: Float64Array, more: Float64Array): void {
  for (let c = 0; c < sums.length; c++) sums[c] += more[c];
}
