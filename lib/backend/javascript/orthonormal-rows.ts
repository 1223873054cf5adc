import { RandomState } from '../../core/random-state.ts';
import type { SlicedJob } from './job.ts';
import { addScaled, dot } from './vectors.ts';

/** The share of a row's length that may be left for its direction to be known. */
const ENOUGH = 0.1;

/** Rows of unit length at right angles to one another, to which more are added. */
export class OrthonormalRows {
  readonly rows: Float64Array[] = [];
  readonly #job: SlicedJob;
  readonly #columns: number;
  readonly #phase: string;
  readonly #random = new RandomState(0);

  constructor(job: SlicedJob, columns: number, phase = 'eigenvectors') {
    this.#phase = phase;
    this.#job = job;
    this.#columns = columns;
  }

  /**
   * Adds what of a row lies outside the span of those before it, brought to length 1, unless that is no longer than
   * `negligible`. At most as many rows as columns in all.
   * @returns how much of each of these rows the row is made of; what was negligible is left out
   */
  async add(row: Float64Array, negligible: number): Promise<Float64Array> {
    const rest = row.slice();
    const parts = new Float64Array(this.rows.length + 1);
    let length = Math.sqrt(dot(rest, rest));
    // Of what is left of a row rounding is a larger share than of the row. Another time removes it.
    for (let before = Infinity; length < ENOUGH * before && before > 0; ) {
      before = length;
      for (const [i, other] of this.rows.entries()) {
        const part = dot(other, rest);
        parts[i] += part;
        addScaled(rest, -part, other);
      }
      if (this.#job.isDue) await this.#job.pause({ phase: this.#phase, done: 0, total: 0 });
      length = Math.sqrt(dot(rest, rest));
    }
    if (!(length > negligible)) return parts.subarray(0, -1);
    this.rows.push(rest.map((value) => value / length));
    parts[parts.length - 1] = length;
    return parts;
  }

  /** The same, a random row in place of one that is negligible. */
  async append(row: Float64Array, negligible: number): Promise<void> {
    const count = this.rows.length;
    await this.add(row, negligible);
    if (this.rows.length === count) await this.append(this.random(), 0);
  }

  /** A row at random, not one of these. */
  random(): Float64Array {
    return this.#random.uniform(this.#columns, -1, 1);
  }
}
