/**
 * The products that the hot loops are made of, between rows and vectors that lie in float64, row after row. Four rows
 * and two vectors at a time: their eight sums stay in registers, and each element loaded serves more than one of them.
 * Past the end the last row or vector is taken once more, which changes nothing.
 */

/** The squared distance of each row to each vector, summed column by column: `nVectors` a row, in `out`. */
export function squaredDistances(
  rows: Float64Array,
  nRows: number,
  vectors: Float64Array,
  nVectors: number,
  columns: number,
  out: Float64Array,
): void {
  for (let v = 0; v < nVectors; v += 2) {
    const w = Math.min(v + 1, nVectors - 1);
    for (let r = 0; r < nRows; r += 4) {
      const [r1, r2, r3] = [
        Math.min(r + 1, nRows - 1),
        Math.min(r + 2, nRows - 1),
        Math.min(r + 3, nRows - 1),
      ];
      const [from0, from1, from2, from3] = [r * columns, r1 * columns, r2 * columns, r3 * columns];
      let [v0, v1, v2, v3, w0, w1, w2, w3] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let i = 0, atV = v * columns, atW = w * columns; i < columns; i++, atV++, atW++) {
        const ofV = vectors[atV];
        const ofW = vectors[atW];
        const x0 = rows[from0 + i];
        const x1 = rows[from1 + i];
        const x2 = rows[from2 + i];
        const x3 = rows[from3 + i];
        v0 += (x0 - ofV) * (x0 - ofV);
        w0 += (x0 - ofW) * (x0 - ofW);
        v1 += (x1 - ofV) * (x1 - ofV);
        w1 += (x1 - ofW) * (x1 - ofW);
        v2 += (x2 - ofV) * (x2 - ofV);
        w2 += (x2 - ofW) * (x2 - ofW);
        v3 += (x3 - ofV) * (x3 - ofV);
        w3 += (x3 - ofW) * (x3 - ofW);
      }
      out[r * nVectors + v] = v0;
      out[r * nVectors + w] = w0;
      out[r1 * nVectors + v] = v1;
      out[r1 * nVectors + w] = w1;
      out[r2 * nVectors + v] = v2;
      out[r2 * nVectors + w] = w2;
      out[r3 * nVectors + v] = v3;
      out[r3 * nVectors + w] = w3;
    }
  }
}

/** The dot product of each row and each vector: `nVectors` a row, in `out`. */
export function dotProducts(
  rows: Float64Array,
  nRows: number,
  vectors: Float64Array,
  nVectors: number,
  columns: number,
  out: Float64Array,
): void {
  for (let v = 0; v < nVectors; v += 2) {
    const w = Math.min(v + 1, nVectors - 1);
    for (let r = 0; r < nRows; r += 4) {
      const [r1, r2, r3] = [
        Math.min(r + 1, nRows - 1),
        Math.min(r + 2, nRows - 1),
        Math.min(r + 3, nRows - 1),
      ];
      const [from0, from1, from2, from3] = [r * columns, r1 * columns, r2 * columns, r3 * columns];
      let [v0, v1, v2, v3, w0, w1, w2, w3] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let i = 0, atV = v * columns, atW = w * columns; i < columns; i++, atV++, atW++) {
        const ofV = vectors[atV];
        const ofW = vectors[atW];
        const x0 = rows[from0 + i];
        const x1 = rows[from1 + i];
        const x2 = rows[from2 + i];
        const x3 = rows[from3 + i];
        v0 += x0 * ofV;
        w0 += x0 * ofW;
        v1 += x1 * ofV;
        w1 += x1 * ofW;
        v2 += x2 * ofV;
        w2 += x2 * ofW;
        v3 += x3 * ofV;
        w3 += x3 * ofW;
      }
      out[r * nVectors + v] = v0;
      out[r * nVectors + w] = w0;
      out[r1 * nVectors + v] = v1;
      out[r1 * nVectors + w] = w1;
      out[r2 * nVectors + v] = v2;
      out[r2 * nVectors + w] = w2;
      out[r3 * nVectors + v] = v3;
      out[r3 * nVectors + w] = w3;
    }
  }
}

/** Adds every row, times its factor for each vector, to that vector's sums: `nVectors` factors a row. */
export function addProducts(
  rows: Float64Array,
  nRows: number,
  factors: Float64Array,
  nVectors: number,
  columns: number,
  sums: Float64Array,
): void {
  const factor = (row: number, v: number) => (row < nRows && v < nVectors ? factors[row * nVectors + v] : 0);
  for (let r = 0; r < nRows; r += 4) {
    const [r1, r2, r3] = [Math.min(r + 1, nRows - 1), Math.min(r + 2, nRows - 1), Math.min(r + 3, nRows - 1)];
    const [from0, from1, from2, from3] = [r * columns, r1 * columns, r2 * columns, r3 * columns];
    for (let v = 0; v < nVectors; v += 2) {
      const [v0, v1, v2, v3] = [factor(r, v), factor(r + 1, v), factor(r + 2, v), factor(r + 3, v)];
      const [w0, w1, w2, w3] = [
        factor(r, v + 1),
        factor(r + 1, v + 1),
        factor(r + 2, v + 1),
        factor(r + 3, v + 1),
      ];
      const toV = v * columns;
      const toW = Math.min(v + 1, nVectors - 1) * columns;
      for (let i = 0; i < columns; i++) {
        const x0 = rows[from0 + i];
        const x1 = rows[from1 + i];
        const x2 = rows[from2 + i];
        const x3 = rows[from3 + i];
        sums[toV + i] += v0 * x0 + v1 * x1 + v2 * x2 + v3 * x3;
        sums[toW + i] += w0 * x0 + w1 * x1 + w2 * x2 + w3 * x3;
      }
    }
  }
}
