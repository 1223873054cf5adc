import type { ComparePlan } from '../../lib/experiments/compare.ts';
import type { ExperimentRows } from '../../lib/experiments/data.ts';
import type { Run, RunEnvironment } from '../../lib/experiments/run.ts';
import type { Outcome, RunContext, Strategy } from '../../lib/experiments/strategy.ts';
import { blobs } from '../support/blobs.ts';

/** A strategy that does what it is told, notes when, and names as many of 120 test rows right as it is told. */
export function fakeStrategy(
  name: string,
  run: (budget: number, context: RunContext) => FakeOutcome | Promise<FakeOutcome>,
  settings: Strategy['settings'] = {},
): Strategy & { calls: string[] } {
  const calls: string[] = [];
  return {
    name,
    rows: 'some',
    features: 'nothing',
    learner: 'nobody',
    settings,
    calls,
    run: async (budget, context) => {
      calls.push(`${context.seed} ${budget}`);
      const { right = 0, ...outcome } = await run(budget, context);
      const { y: truth } = blobData().test;
      return {
        predicted: truth.map((label, row) => (row < right ? label : label + 1)),
        trainedOn: { rows: Int32Array.of(0, 1), labels: [0, 0] },
        ...outcome,
      };
    },
  };
}

interface FakeOutcome extends Partial<Outcome> {
  right?: number;
}

export function fakePlan(strategies: Strategy[], changes: Partial<ComparePlan> = {}): ComparePlan {
  return {
    preset: 'notebook',
    strategies,
    coverage: [],
    budgets: [4, 8],
    seeds: { from: 1, to: 3 },
    ...changes,
  };
}

export const environment: RunEnvironment = {
  data: 'ab12',
  handful: '1.2.3',
  processor: 'a processor',
  backend: { backend: 'native', instructionSet: 'avx2', threads: 2 },
};

/** Rows of four classes far apart, to learn from and to be scored on. */
export function blobData(): ExperimentRows {
  const part = (seed: number) => {
    const { X, blob } = blobs(4, 30, 5, seed);
    return { X, y: Uint8Array.from(blob) };
  };
  return { train: part(0), test: part(0), image: { height: 1, width: 5, channels: 1 } };
}

/** A run as it is recorded. */
export function fakeRun(changes: Partial<Run>): Run {
  const score = { accuracy: 0.5, trainedRows: 4, labelAccuracy: 1 };
  return {
    ...{ strategy: 'random', budget: 4, seed: 1, nLabels: 4 },
    ...score,
    ...{ seconds: 1, shared: {}, secondsHere: 1, phases: {} },
    ...changes,
  };
}
