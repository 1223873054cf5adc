import { setTimeout as sleep } from 'node:timers/promises';
import { requireAgreement } from './agreement.ts';
import type { Contestant, Entry } from './contestant.ts';
import type { Answer, Task, Workload } from './tasks.ts';

/** How long to measure. */
export interface Effort {
  /** Seconds of each contestant that the number of its trials aims at. */
  secondsEach: number;
  /** Trials at least and at most … */
  fewest: number;
  most: number;
  /** … of all whose first trial, which else only warms up, takes less than this; it is the only one of others. */
  oneTrialFrom: number;
}

/** A good look, minutes in all. */
export const THOROUGH: Effort = { secondsEach: 3, fewest: 3, most: 15, oneTrialFrom: 12 };

/** A glance that shows that everything runs. */
export const QUICK: Effort = { secondsEach: 0.05, fewest: 1, most: 3, oneTrialFrom: 1 };

/** The times of some trials, in seconds. */
export interface Times {
  median: number;
  fastest: number;
  slowest: number;
  trials: number;
}

/** Sums up at least one trial. */
export function summarize(seconds: readonly number[]): Times {
  const sorted = seconds.toSorted((a, b) => a - b);
  return {
    median: (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2,
    fastest: sorted[0]!,
    slowest: sorted.at(-1)!,
    trials: sorted.length,
  };
}

/** How a contestant fared in a workload: times of the whole work, scaled up where only a share of it was done. */
export interface Standing extends Times {
  contestant: string;
  /** The share of the work that was done. */
  share: number;
  /** The event loop's longest stall in any trial, in seconds. */
  stallSeconds?: number;
  /** The answer in words, and what else to know. */
  notes: string[];
}

/** All contestants in one workload, the one that the others are compared with first. */
export interface Race {
  title: string;
  task: Task;
  flops?: number;
  standings: Standing[];
}

/** Rest between two trials, so that the threads of the last one have stopped waiting for more work. */
const REST_MILLISECONDS = 20;

/**
 * Measures all contestants that do a workload, in alternation, A B A B …, after checking that they find what the
 * first one does.
 * @throws Disagreement
 */
export async function race<T extends Task>(
  workload: Workload<T>,
  contestants: readonly Contestant[],
  effort: Effort,
): Promise<Race> {
  const runners: Runner<Answer<T>>[] = [];
  const leave: (() => Promise<void>)[] = [];
  try {
    let expected: Answer<T> | undefined;
    for (const contestant of contestants) {
      const entry = await contestant.enter(workload);
      if (!entry) continue;
      if (entry.leave) leave.push(entry.leave);
      const runner = new Runner(contestant.name, entry);
      const answer = await runner.warmUp(effort);
      expected ??= answer;
      runner.notes.unshift(requireAgreement(workload, expected, answer));
      runners.push(runner);
    }
    const rounds = Math.max(0, ...runners.map(({ trialsLeft }) => trialsLeft));
    for (let round = 0; round < rounds; round++) {
      for (const runner of runners) if (runner.isDue(round, rounds)) await runner.run();
    }
  } finally {
    for (const leaveNow of leave) await leaveNow();
  }
  const { title, task, flops } = workload;
  return { title, task, flops, standings: runners.map((runner) => runner.standing()) };
}

/** A contestant with the trials it has run. */
class Runner<A> {
  readonly notes: string[];
  readonly #name: string;
  readonly #entry: Entry<A>;
  readonly #seconds: number[] = [];
  #stallSeconds: number | undefined;
  #planned = 0;

  constructor(name: string, entry: Entry<A>) {
    this.#name = name;
    this.#entry = entry;
    this.notes = entry.note === undefined ? [] : [entry.note];
  }

  /** The first trial: its answer is looked at, and its time says how many others there will be. */
  async warmUp({ secondsEach, fewest, most, oneTrialFrom }: Effort): Promise<A> {
    await sleep(REST_MILLISECONDS);
    const before = performance.now();
    const { seconds, stallSeconds, answer } = await this.#entry.trial();
    const taken = (performance.now() - before) / 1000;
    if (taken >= oneTrialFrom) {
      this.#note(seconds, stallSeconds);
    } else {
      this.#planned = Math.max(fewest, Math.min(most, Math.floor(secondsEach / taken)));
    }
    return answer();
  }

  get trialsLeft(): number {
    return this.#planned;
  }

  /** Whether this contestant's trials, spread evenly over the rounds, have one in this round. */
  isDue(round: number, rounds: number): boolean {
    const due = (rounds: number, of: number) => Math.floor((rounds * this.#planned) / of);
    return due(round + 1, rounds) > due(round, rounds);
  }

  async run(): Promise<void> {
    await sleep(REST_MILLISECONDS);
    const { seconds, stallSeconds } = await this.#entry.trial();
    this.#note(seconds, stallSeconds);
  }

  #note(seconds: number, stallSeconds: number | undefined): void {
    this.#seconds.push(seconds / this.#entry.share);
    if (stallSeconds !== undefined) this.#stallSeconds = Math.max(this.#stallSeconds ?? 0, stallSeconds);
  }

  standing(): Standing {
    return {
      contestant: this.#name,
      ...summarize(this.#seconds),
      share: this.#entry.share,
      stallSeconds: this.#stallSeconds,
      notes: this.notes,
    };
  }
}
