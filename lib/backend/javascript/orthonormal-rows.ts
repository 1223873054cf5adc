import { RandomState } from '../../core/random-state.ts';
import type { SlicedJob } from './job.ts';
import { addScaled, dot } from './vectors.ts';

/** Rows of unit length at right angles to one another, to which more are added. */
export class OrthonormalRows {
  readonly rows: Float64Array[] = [];
  readonly #job: SlicedJob;
  readonly #columns: number;
  readonly #random = new RandomState(0);

  constructor(job: SlicedJob, columns: number) {
    this.#job = job;
    this.#columns = columns;
  }

  /**
   * Adds what of a row lies outside the span of those before it, brought to length 1; a random one where that is no
   * longer than `negligible`. At most as many rows as columns in all.
   */
  async append(row: Float64Array, negligible: number): Promise<void> {
    const added = row.slice();
    await this.#removeSpan(added);
    let length = Math.sqrt(dot(added, added));
    while (!(length > negligible)) {
      added.set(this.random());
      await this.#removeSpan(added);
      length = Math.sqrt(dot(added, added));
      negligible = 0;
    }
    this.rows.push(added.map((value) => value / length));
  }

  /** A row at random, not one of these. */
  random(): Float64Array {
    return this.#random.uniform(this.#columns, -1, 1);
  }

  /** Twice is enough (Giraud, Langou & Rozloznik 2005): what rounding leaves the first time is gone the second. */
  async #removeSpan(row: Float64Array): Promise<void> {
    for (let time = 0; time < 2; time++) {
      for (const other of this.rows) addScaled(row, -dot(other, row), other);
      if (this.#job.isDue) await this.#job.pause({ phase: 'eigenvectors', done: 0, total: 0 });
    }
  }
}
