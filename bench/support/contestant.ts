import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Answer, Problem, Task, Workload } from './tasks.ts';

/** One run of a workload. */
interface Trial<A> {
  /** For what was done, which may be a part only. */
  seconds: number;
  /** The event loop's longest stall meanwhile, in seconds, where somebody looked. */
  stallSeconds?: number;
  /** Looks at the answer: not part of the time. */
  answer(): Promise<A>;
}

/** A contestant that has made itself ready for a workload: its data lies where and as it likes it best. */
export interface Entry<A> {
  /** The share of the work that a trial does, above 0 and at most 1: the slow do less, and are scaled up. */
  share: number;
  /** What a reader must know. */
  note?: string;
  trial(): Promise<Trial<A>>;
  /** Lets go of the data. */
  leave?(): Promise<void>;
}

/** Someone who does the work: handful on one of its backends, or a rival. */
export interface Contestant {
  name: string;
  /** Undefined where it does not do this kind of work, or where this much is too much for it. */
  enter<T extends Task>(workload: Workload<T>): Promise<Entry<Answer<T>> | undefined>;
}

/** Work in this process that is ready to run, again and again. */
interface Ready<A> {
  run(): A | Promise<A>;
  /** Default 1. */
  share?: number;
  note?: string;
}

/** For each task that a contestant in this process does, how it makes itself ready. */
export type Skills = {
  [T in Task]?: (problem: Problem<T>) => Ready<Answer<T>> | undefined | Promise<Ready<Answer<T>> | undefined>;
};

/** A contestant in this process. `activate` is called before each trial, outside its time. */
export function inProcess(name: string, skills: Skills, activate: () => void = () => {}): Contestant {
  return {
    name,
    async enter<T extends Task>({ task, problem, calls, watchesEventLoop }: Workload<T>) {
      const skill: ((problem: Problem<T>) => unknown) | undefined = skills[task];
      activate();
      const ready = (await skill?.(problem)) as Ready<Answer<T>> | undefined;
      if (!ready) return undefined;
      return {
        share: ready.share ?? 1,
        note: ready.note,
        trial: () => {
          activate();
          return time(ready.run, calls ?? 1, watchesEventLoop ?? false);
        },
      };
    },
  };
}

async function time<A>(
  run: () => A | Promise<A>,
  calls: number,
  watchesEventLoop: boolean,
): Promise<Trial<A>> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  if (watchesEventLoop) delay.enable();
  const start = performance.now();
  let last = await run();
  for (let call = 1; call < calls; call++) last = await run();
  const seconds = (performance.now() - start) / 1000 / calls;
  if (watchesEventLoop) {
    // A stall is noticed by the timer that comes after it.
    await new Promise((resolve) => setTimeout(resolve, 10));
    delay.disable();
  }
  return {
    seconds,
    stallSeconds: watchesEventLoop ? delay.max / 1e9 : undefined,
    answer: async () => last,
  };
}
