/**
 * The `capacity` nearest rows seen so far, the farthest of them on top. Rows must come in ascending order: of
 * two at the same distance the earlier stays.
 */
export class NeighborHeap {
  readonly #distances: Float64Array;
  readonly #rows: Int32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#distances = new Float64Array(capacity);
    this.#rows = new Int32Array(capacity);
  }

  /** A row at this distance or farther is not among the nearest; `Infinity` until the heap is full. */
  get limit(): number {
    return this.#size < this.#distances.length ? Infinity : this.#distances[0];
  }

  /** Takes a row in, in place of the farthest one where the heap is full, unless it is as far itself. */
  offer(distance: number, row: number): void {
    if (this.#size < this.#distances.length) this.#rise(this.#size++, distance, row);
    else if (distance < this.#distances[0]) this.#sink(this.#size, distance, row);
  }

  /** Empties the heap into the two arrays from `from` on, nearest first, ties to the lowest row. */
  drain(distances: Float64Array, rows: Int32Array, from: number): void {
    while (this.#size > 0) {
      const last = --this.#size;
      distances[from + last] = this.#distances[0];
      rows[from + last] = this.#rows[0];
      this.#sink(last, this.#distances[last], this.#rows[last]);
    }
  }

  #rise(from: number, distance: number, row: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isFarther(distance, row, parent)) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#distances[place] = distance;
    this.#rows[place] = row;
  }

  /** Puts an entry on top of the first `size` places in place of what is there. */
  #sink(size: number, distance: number, row: number): void {
    let place = 0;
    for (let child = 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && this.#isFarther(this.#distances[child + 1], this.#rows[child + 1], child))
        child++;
      if (this.#isFarther(distance, row, child)) break;
      this.#move(child, place);
      place = child;
    }
    this.#distances[place] = distance;
    this.#rows[place] = row;
  }

  #isFarther(distance: number, row: number, place: number): boolean {
    const other = this.#distances[place];
    return distance > other || (distance === other && row > this.#rows[place]);
  }

  #move(from: number, to: number): void {
    this.#distances[to] = this.#distances[from];
    this.#rows[to] = this.#rows[from];
  }
}
