import type { ComparePlan } from '../../lib/experiments/compare.ts';
import type { CompareRun, RunEnvironment } from '../../lib/experiments/compare-run.ts';
import type { Answer, Bench, Recipe } from '../../lib/experiments/recipe.ts';
import type { ComparedData } from '../../lib/experiments/run-compare.ts';
import { blobs } from '../support/blobs.ts';

/** A recipe that does what it is told, notes when, and names as many of 120 test rows right as it is told. */
export function fakeRecipe(
  name: string,
  run: (labels: number, bench: Bench) => FakeAnswer | Promise<FakeAnswer>,
  settings: Recipe['settings'] = {},
): Recipe & { calls: string[] } {
  const calls: string[] = [];
  return {
    name,
    rows: 'some',
    features: 'nothing',
    learner: 'nobody',
    settings,
    calls,
    run: async (labels, bench) => {
      calls.push(`${bench.seed} ${labels}`);
      const { right = 0, ...answer } = await run(labels, bench);
      const { labels: truth } = blobData().test;
      return {
        predicted: truth.map((label, row) => (row < right ? label : label + 1)),
        trainedOn: { rows: Int32Array.of(0, 1), labels: [0, 0] },
        ...answer,
      };
    },
  };
}

interface FakeAnswer extends Partial<Answer> {
  right?: number;
}

export function fakePlan(recipes: Recipe[], changes: Partial<ComparePlan> = {}): ComparePlan {
  return {
    preset: 'notebook',
    recipes,
    coverage: [],
    labels: [4, 8],
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
export function blobData(): ComparedData {
  const part = (seed: number) => {
    const { X, blob } = blobs(4, 30, 5, seed);
    return { images: X, labels: Uint8Array.from(blob) };
  };
  return { train: part(0), test: part(0), imageShape: [1, 5] };
}

/** A run as a comparison leaves it. */
export function fakeRun(changes: Partial<CompareRun>): CompareRun {
  const score = { accuracy: 0.5, trainedRows: 4, labelAccuracy: 1 };
  return {
    ...{ strategy: 'random', labels: 4, seed: 1, labelsUsed: 4 },
    ...score,
    ...{ seconds: 1, shared: {} },
    ...changes,
  };
}
