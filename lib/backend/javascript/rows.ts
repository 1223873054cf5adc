import type { PreparedRows } from '../../../binding.d.ts';
import { BackendError, withMemory } from './backend-error.ts';

/** Rows in arrays of this backend's own, frozen: what the addon's prepared rows are to it. */
export class Rows implements PreparedRows {
  /** The elements as stored, row-major; an element's value is `data[i] * scale`. */
  readonly data: Float32Array | Uint8Array | Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly scale: number;

  /** Takes `data` over, which must be finite: nobody else may write to it. */
  constructor(data: Rows['data'], rows: number, columns: number, scale: number) {
    this.data = data;
    this.rows = rows;
    this.columns = columns;
    this.scale = scale;
    Object.freeze(this);
  }

  /**
   * Copies rows that belong to somebody else.
   * @throws BackendError `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`
   */
  static copy(data: Float32Array | Uint8Array, rows: number, columns: number, scale: number): Rows {
    // Not data.slice(): a Buffer's slice shares its memory.
    const copy = withMemory(() =>
      data instanceof Float32Array ? new Float32Array(data) : new Uint8Array(data),
    );
    if (copy instanceof Float32Array) checkFinite(copy, columns);
    return new Rows(copy, rows, columns, scale);
  }

  /**
   * Takes over rows of floats that an operation made.
   * @throws BackendError `ERR_NOT_FINITE`
   */
  static adopt(data: Float32Array, rows: number): Rows {
    const columns = data.length / rows;
    checkFinite(data, columns);
    return new Rows(data, rows, columns, 1);
  }

  get byteLength(): number {
    return this.data.byteLength;
  }

  get isBytes(): boolean {
    return this.data instanceof Uint8Array;
  }

  /**
   * The elements of rows `first` to `end - 1` in float64, as multiples of `unit`: as stored, and so exact for bytes,
   * if that is the scale; as values if it is 1.
   * @param to where they go; default an array of their own
   */
  read(
    first: number,
    end: number,
    unit: number,
    to: Float64Array = new Float64Array((end - first) * this.columns),
  ): Float64Array {
    to.set(this.data.subarray(first * this.columns, end * this.columns));
    if (unit !== this.scale) {
      const factor = this.scale / unit;
      for (let i = 0; i < (end - first) * this.columns; i++) to[i] *= factor;
    }
    return to;
  }

  take(rows: Int32Array): Rows {
    const { columns, data } = this;
    const taken = withMemory(() => new (data.constructor as Float32ArrayConstructor)(rows.length * columns));
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      if (row < 0 || row >= this.rows) {
        throw new BackendError(
          'ERR_INVALID_ARGUMENT',
          `Expected row numbers below ${this.rows} but received ${row}`,
        );
      }
      taken.set(data.subarray(row * columns, (row + 1) * columns), i * columns);
    }
    return new Rows(taken, rows.length, columns, this.scale);
  }

  /** Nothing to give back: the arrays are garbage like any other. */
  dispose(): void {}

  [Symbol.dispose](): void {}

  /** The values of all elements, as centres are given out. */
  values(): Float32Array {
    return Float32Array.from(this.data, (stored) => stored * this.scale);
  }
}

/**
 * What the elements of two matrices are compared in: as stored if the scales are equal, so that bytes are compared
 * exactly, else in values. The addon decides by the same numbers.
 */
export function commonUnit(x: Rows, y: Rows): number {
  return x.scale === y.scale ? x.scale : 1;
}

function checkFinite(data: Float32Array, columns: number): void {
  for (let i = 0; i < data.length; i++) {
    // Only NaN and the infinities differ from themselves when subtracted.
    if (data[i] - data[i] !== 0) {
      const place = { row: Math.floor(i / columns), column: i % columns };
      throw new BackendError(
        'ERR_NOT_FINITE',
        `Expected finite numbers in the matrix but row ${place.row}, column ${place.column} is ${data[i]}`,
        place,
      );
    }
  }
}
