import type { RowBlock } from './packed-blocks.ts';

/**
 * Vectors laid side by side, so that one pass over a row's elements serves several of them from registers:
 * groups of 8, then at most one of 4 and one of 2; in a group, one feature of each vector after the other.
 * Where the count is odd, a vector of zeros fills the last group.
 */
export class PackedVectors {
  readonly columns: number;
  /** Vectors, the filling one included: the length of a row of results. */
  readonly width: number;
  readonly data: Float64Array;

  constructor(count: number, columns: number) {
    this.columns = columns;
    this.width = count + (count % 2);
    this.data = new Float64Array(this.width * columns);
  }

  /** Writes vector number `index`: elements of `source` from `from` on, each times `factor`. */
  set(index: number, source: ArrayLike<number>, from: number, factor: number): void {
    const { data, columns } = this;
    const { group, base } = this.#place(index);
    for (let i = 0, at = base; i < columns; i++, at += group) data[at] = source[from + i] * factor;
  }

  /** Adds `factor` times vector number `index` to elements of `target` from `to` on. */
  addTo(index: number, factor: number, target: Float64Array, to: number): void {
    const { data, columns } = this;
    const { group, base } = this.#place(index);
    for (let i = 0, at = base; i < columns; i++, at += group) target[to + i] += data[at] * factor;
  }

  /** The size of the group that holds vector `index`, and where that vector's first element lies. */
  #place(index: number): { group: number; base: number } {
    const eights = this.width - (this.width % 8);
    const fours = this.width - (this.width % 4);
    const [group, first] =
      index < eights ? [8, index - (index % 8)] : index < fours ? [4, eights] : [2, fours];
    return { group, base: first * this.columns + (index - first) };
  }

  /**
   * The dot products of every row of the block with every vector: `width` results a row, row after row. With
   * `end`, only those with vectors before that one need be right.
   */
  dots(block: RowBlock, results: Float64Array, end = this.width): void {
    const { data, width, columns: features } = this;
    const { values, columns, starts, count } = block;
    let vector = 0;
    for (; vector + 8 <= width && vector < end; vector += 8) {
      for (let row = 0; row < count; row++) {
        dot8(
          values,
          columns,
          starts[row],
          starts[row + 1],
          data,
          vector * features,
          results,
          row * width + vector,
        );
      }
    }
    for (; vector + 4 <= width && vector < end; vector += 4) {
      for (let row = 0; row < count; row++) {
        dot4(
          values,
          columns,
          starts[row],
          starts[row + 1],
          data,
          vector * features,
          results,
          row * width + vector,
        );
      }
    }
    for (; vector < width && vector < end; vector += 2) {
      for (let row = 0; row < count; row++) {
        dot2(
          values,
          columns,
          starts[row],
          starts[row + 1],
          data,
          vector * features,
          results,
          row * width + vector,
        );
      }
    }
  }

  /** Adds to every vector the block's rows, each times its factor for that vector: `width` factors a row. */
  addRows(block: RowBlock, factors: Float64Array): void {
    const { data, width, columns: features } = this;
    const { values, columns, starts, count } = block;
    let vector = 0;
    for (; vector + 8 <= width; vector += 8) {
      for (let row = 0; row < count; row++) {
        add8(
          values,
          columns,
          starts[row],
          starts[row + 1],
          data,
          vector * features,
          factors,
          row * width + vector,
        );
      }
    }
    for (; vector + 4 <= width; vector += 4) {
      for (let row = 0; row < count; row++) {
        add4(
          values,
          columns,
          starts[row],
          starts[row + 1],
          data,
          vector * features,
          factors,
          row * width + vector,
        );
      }
    }
    for (; vector < width; vector += 2) {
      for (let row = 0; row < count; row++) {
        add2(
          values,
          columns,
          starts[row],
          starts[row + 1],
          data,
          vector * features,
          factors,
          row * width + vector,
        );
      }
    }
  }
}

// Unrolled by hand: the sums must be local variables for the compiler to hold them in registers.

function dot8(
  values: Float64Array,
  columns: Int32Array,
  start: number,
  end: number,
  data: Float64Array,
  base: number,
  results: Float64Array,
  to: number,
): void {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let sum4 = 0;
  let sum5 = 0;
  let sum6 = 0;
  let sum7 = 0;
  for (let i = start; i < end; i++) {
    const value = values[i];
    const at = base + columns[i] * 8;
    sum0 += value * data[at];
    sum1 += value * data[at + 1];
    sum2 += value * data[at + 2];
    sum3 += value * data[at + 3];
    sum4 += value * data[at + 4];
    sum5 += value * data[at + 5];
    sum6 += value * data[at + 6];
    sum7 += value * data[at + 7];
  }
  results[to] = sum0;
  results[to + 1] = sum1;
  results[to + 2] = sum2;
  results[to + 3] = sum3;
  results[to + 4] = sum4;
  results[to + 5] = sum5;
  results[to + 6] = sum6;
  results[to + 7] = sum7;
}

function dot4(
  values: Float64Array,
  columns: Int32Array,
  start: number,
  end: number,
  data: Float64Array,
  base: number,
  results: Float64Array,
  to: number,
): void {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let i = start; i < end; i++) {
    const value = values[i];
    const at = base + columns[i] * 4;
    sum0 += value * data[at];
    sum1 += value * data[at + 1];
    sum2 += value * data[at + 2];
    sum3 += value * data[at + 3];
  }
  results[to] = sum0;
  results[to + 1] = sum1;
  results[to + 2] = sum2;
  results[to + 3] = sum3;
}

function dot2(
  values: Float64Array,
  columns: Int32Array,
  start: number,
  end: number,
  data: Float64Array,
  base: number,
  results: Float64Array,
  to: number,
): void {
  let sum0 = 0;
  let sum1 = 0;
  for (let i = start; i < end; i++) {
    const value = values[i];
    const at = base + columns[i] * 2;
    sum0 += value * data[at];
    sum1 += value * data[at + 1];
  }
  results[to] = sum0;
  results[to + 1] = sum1;
}

function add8(
  values: Float64Array,
  columns: Int32Array,
  start: number,
  end: number,
  data: Float64Array,
  base: number,
  factors: Float64Array,
  from: number,
): void {
  const factor0 = factors[from];
  const factor1 = factors[from + 1];
  const factor2 = factors[from + 2];
  const factor3 = factors[from + 3];
  const factor4 = factors[from + 4];
  const factor5 = factors[from + 5];
  const factor6 = factors[from + 6];
  const factor7 = factors[from + 7];
  for (let i = start; i < end; i++) {
    const value = values[i];
    const at = base + columns[i] * 8;
    data[at] += value * factor0;
    data[at + 1] += value * factor1;
    data[at + 2] += value * factor2;
    data[at + 3] += value * factor3;
    data[at + 4] += value * factor4;
    data[at + 5] += value * factor5;
    data[at + 6] += value * factor6;
    data[at + 7] += value * factor7;
  }
}

function add4(
  values: Float64Array,
  columns: Int32Array,
  start: number,
  end: number,
  data: Float64Array,
  base: number,
  factors: Float64Array,
  from: number,
): void {
  const factor0 = factors[from];
  const factor1 = factors[from + 1];
  const factor2 = factors[from + 2];
  const factor3 = factors[from + 3];
  for (let i = start; i < end; i++) {
    const value = values[i];
    const at = base + columns[i] * 4;
    data[at] += value * factor0;
    data[at + 1] += value * factor1;
    data[at + 2] += value * factor2;
    data[at + 3] += value * factor3;
  }
}

function add2(
  values: Float64Array,
  columns: Int32Array,
  start: number,
  end: number,
  data: Float64Array,
  base: number,
  factors: Float64Array,
  from: number,
): void {
  const factor0 = factors[from];
  const factor1 = factors[from + 1];
  for (let i = start; i < end; i++) {
    const value = values[i];
    const at = base + columns[i] * 2;
    data[at] += value * factor0;
    data[at + 1] += value * factor1;
  }
}
