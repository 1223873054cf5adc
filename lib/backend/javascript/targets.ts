import { PackedVectors } from './packed-vectors.ts';
import type { RowBlock } from './row-blocks.ts';
import type { Rows } from './rows.ts';

/**
 * Vectors that rows of one matrix are compared to: the plain distance in float64 that decides, and a fast one
 * that screens.
 *
 * The plain squared distance is the sum over the features, in order, of (x - y)², on stored elements times the
 * squared scale where both sides have the same scale, else on values.
 *
 * The fast one is |y|² - 2 x·y (+ |x|²), which skips zeros. In units of the stored x both differ from the true
 * squared distance by at most about (columns + 8) 2^-53 · 2 (|x|² + |y|²): the errors of two dot products of
 * `columns` terms (Higham 2002, 3.5) and a few roundings of each element. {@link slack} is more than twice that
 * for the longest y, plus what underflow can cost. Where elements are bytes of one scale, sums are whole numbers
 * below 2^53, both distances are the same number, and the slack is 0.
 */
export class Targets {
  readonly count: number;
  readonly columns: number;
  /** What turns a squared distance of {@link squaredDistance} into one of values. */
  readonly factor: number;
  /** What turns a fast squared distance into one of values; the same up to rounding where scales differ. */
  readonly unit: number;
  /** Whether fast distances are the plain ones. */
  readonly exact: boolean;
  readonly packed: PackedVectors;
  /** |y|² in units of the stored x. */
  readonly squaredNorms: Float64Array;
  readonly #points: Float64Array;
  readonly #rowFactor: number;
  readonly #relativeSlack: number;
  readonly #absoluteSlack: number;
  readonly #maxSquaredNorm: number;

  /** Rows `first` to `end - 1` of `y`, to compare rows of `x` to. */
  constructor(x: Rows, y: Rows, first = 0, end = y.rows) {
    const columns = y.columns;
    const sameScale = x.scale === y.scale;
    this.count = end - first;
    this.columns = columns;
    this.unit = x.scale * x.scale;
    this.factor = sameScale ? this.unit : 1;
    this.exact = sameScale && x.isBytes && y.isBytes;
    this.packed = new PackedVectors(this.count, columns);
    this.squaredNorms = new Float64Array(this.packed.width);
    this.#points = Float64Array.from(y.data.subarray(first * columns, end * columns));
    this.#rowFactor = sameScale ? 1 : x.scale;
    this.#relativeSlack = this.exact ? 0 : (columns + 16) * 2 ** -50;
    this.#absoluteSlack = this.exact ? 0 : (columns * 2 ** -1020) / Math.min(1, this.unit);

    const toUnits = sameScale ? 1 : y.scale / x.scale;
    let maxSquaredNorm = 0;
    for (let i = 0; i < this.count; i++) {
      this.packed.set(i, this.#points, i * columns, toUnits);
      const squares = squaredNorm(this.#points, i * columns, columns, toUnits);
      this.squaredNorms[i] = squares;
      maxSquaredNorm = Math.max(maxSquaredNorm, squares);
    }
    this.#maxSquaredNorm = maxSquaredNorm;
    if (!sameScale) for (let i = 0; i < this.#points.length; i++) this.#points[i] *= y.scale;
  }

  /** How far a fast squared distance may lie from the plain one, both in units of the stored x. */
  slack(rowSquaredNorm: number): number {
    return this.#relativeSlack * (rowSquaredNorm + this.#maxSquaredNorm) + this.#absoluteSlack;
  }

  /** The plain squared distance of the block's row `row` to vector `index`, to be multiplied by {@link factor}. */
  squaredDistance(block: RowBlock, row: number, index: number): number {
    const { columns } = this;
    return squaredDistance(
      block.dense,
      row * columns,
      this.#rowFactor,
      this.#points,
      index * columns,
      columns,
    );
  }

  /** The squared distance of the two once each is brought to length 1; neither is all zeros. */
  squaredDistanceOfDirections(block: RowBlock, row: number, index: number): number {
    const { columns } = this;
    const xFactor = 1 / Math.sqrt(block.squaredNorms[row]);
    const yFactor = 1 / (Math.sqrt(this.squaredNorms[index]) * this.#rowFactor);
    let sum = 0;
    for (let i = 0; i < columns; i++) {
      const y = this.#points[index * columns + i] * yFactor;
      const difference = block.dense[row * columns + i] * xFactor - y;
      sum += difference * difference;
    }
    return sum;
  }
}

function squaredNorm(values: Float64Array, from: number, columns: number, factor: number): number {
  let sum = 0;
  for (let i = from; i < from + columns; i++) {
    const value = values[i] * factor;
    sum += value * value;
  }
  return sum;
}

function squaredDistance(
  x: Float64Array,
  xFrom: number,
  xFactor: number,
  y: Float64Array,
  yFrom: number,
  columns: number,
): number {
  let sum = 0;
  for (let i = 0; i < columns; i++) {
    const difference = x[xFrom + i] * xFactor - y[yFrom + i];
    sum += difference * difference;
  }
  return sum;
}
