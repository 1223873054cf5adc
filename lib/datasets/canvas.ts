/** Pixels of an image's side. */
export const IMAGE_SIDE = 28;

/** Lines that a row of pixels is cut into; coverage along a line is exact. */
const LINES_PER_ROW = 2;
const LINES = IMAGE_SIDE * LINES_PER_ROW;

/** Most outline crossings on one line; outlines here have far fewer. */
const MAX_CROSSINGS = 32;

/** A closed outline: x0, y0, x1, y1, … in a plane where the image runs from -1 to 1, y downwards. */
export type Outline = readonly number[];

/** How the plane is laid on the image: `x' = xx * x + xy * y + x0`, and y' likewise. */
export interface Placement {
  xx: number;
  xy: number;
  x0: number;
  yx: number;
  yy: number;
  y0: number;
}

/** The tone of a surface, 0 black to 1 white and beyond where overexposed: the sum of its row's and column's. */
export interface Fabric {
  rows: Float32Array;
  columns: Float32Array;
}

/** An image being painted: outlines filled with fabrics, one over the other, edges smoothed. */
export class Canvas {
  /** The image so far, row by row: 0 is black, 1 is white. */
  readonly pixels: Float32Array = new Float32Array(IMAGE_SIDE * IMAGE_SIDE);
  readonly #crossings = new Float32Array(LINES * MAX_CROSSINGS);
  readonly #counts = new Uint8Array(LINES);
  /** Of the current row: how much more of each pixel is filled than of the one to its left. */
  readonly #coverage = new Float32Array(IMAGE_SIDE + 2);
  /** Where that is not 0: from `#left` to before `#right`. */
  #left = 0;
  #right = 0;
  #placement: Placement = { xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0 };

  /** Makes the image black, and lays the plane of later outlines on it. */
  begin(placement: Placement): void {
    this.pixels.fill(0);
    this.#placement = placement;
  }

  /** Fills an outline (even-odd rule) with a fabric made lighter by `shift`. */
  fill(outline: Outline, fabric: Fabric, shift = 0): void {
    this.#counts.fill(0);
    let top = IMAGE_SIDE;
    let bottom = 0;
    const { xx, xy, x0, yx, yy, y0 } = this.#placement;
    const half = IMAGE_SIDE / 2;
    const last = outline.length - 2;
    let fromX = half * (1 + xx * outline[last]! + xy * outline[last + 1]! + x0);
    let fromY = half * (1 + yx * outline[last]! + yy * outline[last + 1]! + y0);
    for (let i = 0; i <= last; i += 2) {
      const toX = half * (1 + xx * outline[i]! + xy * outline[i + 1]! + x0);
      const toY = half * (1 + yx * outline[i]! + yy * outline[i + 1]! + y0);
      if (fromY < toY) this.#cross(fromX, fromY, toX, toY);
      else this.#cross(toX, toY, fromX, fromY);
      top = Math.min(top, toY);
      bottom = Math.max(bottom, toY);
      fromX = toX;
      fromY = toY;
    }
    const end = Math.min(IMAGE_SIDE, Math.ceil(bottom));
    for (let row = Math.max(0, Math.floor(top)); row < end; row++) {
      this.#cover(row);
      this.#paint(row, fabric, shift);
    }
  }

  /** Notes where an edge, given from its upper to its lower end, crosses the middles of lines. */
  #cross(upperX: number, upperY: number, lowerX: number, lowerY: number): void {
    const first = Math.max(0, Math.ceil(upperY * LINES_PER_ROW - 0.5));
    const end = Math.min(LINES, Math.ceil(lowerY * LINES_PER_ROW - 0.5));
    const crossings = this.#crossings;
    const counts = this.#counts;
    const slope = (lowerX - upperX) / (lowerY - upperY);
    for (let line = first; line < end; line++) {
      const x = upperX + ((line + 0.5) / LINES_PER_ROW - upperY) * slope;
      // Kept in order, so that each two neighbours bound a filled stretch.
      const start = line * MAX_CROSSINGS;
      let place = start + counts[line]!++;
      for (; place > start && crossings[place - 1]! > x; place--) crossings[place] = crossings[place - 1]!;
      crossings[place] = x;
    }
  }

  /** Sums how much of each pixel of a row is filled. */
  #cover(row: number): void {
    const coverage = this.#coverage;
    const crossings = this.#crossings;
    let leftmost = IMAGE_SIDE;
    let rightmost = 0;
    for (let line = row * LINES_PER_ROW; line < (row + 1) * LINES_PER_ROW; line++) {
      const start = line * MAX_CROSSINGS;
      const end = start + this.#counts[line]!;
      for (let i = start; i < end; i += 2) {
        const left = Math.max(0, crossings[i]!);
        const right = Math.min(IMAGE_SIDE, crossings[i + 1]!);
        if (left >= right) continue;
        const first = Math.floor(left);
        const last = Math.floor(right);
        coverage[first]! += (first + 1 - left) / LINES_PER_ROW;
        coverage[first + 1]! += (left - first) / LINES_PER_ROW;
        coverage[last]! -= (last + 1 - right) / LINES_PER_ROW;
        coverage[last + 1]! -= (right - last) / LINES_PER_ROW;
        leftmost = Math.min(leftmost, first);
        rightmost = Math.max(rightmost, last + 2);
      }
    }
    this.#left = leftmost;
    this.#right = Math.min(IMAGE_SIDE, rightmost);
  }

  #paint(row: number, { rows, columns }: Fabric, shift: number): void {
    const pixels = this.pixels;
    const coverage = this.#coverage;
    const rowTone = rows[row]! + shift;
    let covered = 0;
    for (let x = this.#left; x < this.#right; x++) {
      covered += coverage[x]!;
      coverage[x] = 0;
      const at = row * IMAGE_SIDE + x;
      pixels[at]! += covered * (rowTone + columns[x]! - pixels[at]!);
    }
  }
}
