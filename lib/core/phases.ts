/** Seconds that named parts of some work took; a part done twice adds up. */
export type Phases = Record<string, number>;

/** Notes how long the parts of some work take. */
export class Stopwatch {
  readonly phases: Phases = {};

  /** Adds what was timed elsewhere. */
  add(phases: Phases): void {
    for (const [phase, seconds] of Object.entries(phases)) {
      this.phases[phase] = (this.phases[phase] ?? 0) + seconds;
    }
  }

  /** Does one part and notes its time under `phase`, also where it fails. */
  async time<T>(phase: string, work: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.add({ [phase]: (performance.now() - start) / 1000 });
    }
  }
}

/** The seconds of all phases together. */
export function totalSeconds(phases: Phases): number {
  return Object.values(phases).reduce((sum, seconds) => sum + seconds, 0);
}
