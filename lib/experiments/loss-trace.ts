import type { PlannedExperiment } from './notebook.ts';
import type { NotebookProgress } from './run-notebook.ts';

/** The loss of a fit at one of its iterations. */
export interface LossPoint {
  iteration: number;
  /** Since the first iteration that was told. */
  seconds: number;
  loss: number;
}

/** How the loss of a logistic regression fell. */
export interface LossTrace extends PlannedExperiment {
  points: LossPoint[];
}

/**
 * Notes the loss of each experiment's fit from what is told of its progress, some twenty times a second: all
 * iterations of a fit that takes long, few or none of a quick one. Of several fits the longest is kept.
 */
export class LossTraces {
  readonly #traces = new Map<string, LossTrace>();
  #current: { key: string; start: number; points: LossPoint[] } | undefined;

  /** @param now milliseconds on any clock */
  note({ name, protocol, phase, done, value }: NotebookProgress, now = performance.now()): void {
    if (phase !== 'iteration' || value === undefined) return;
    const key = `${name} ${protocol}`;
    const last = this.#current?.points.at(-1);
    if (this.#current?.key !== key || (last && done <= last.iteration)) {
      this.#current = { key, start: now, points: [] };
    }
    const { start, points } = this.#current!;
    points.push({ iteration: done, seconds: (now - start) / 1000, loss: value });
    const kept = this.#traces.get(key);
    if (!kept || kept.points.length < points.length) this.#traces.set(key, { name, protocol, points });
  }

  /** One for each experiment that told of a loss, in the order in which they ran. */
  get all(): LossTrace[] {
    return [...this.#traces.values()];
  }
}
