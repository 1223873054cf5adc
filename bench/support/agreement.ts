import type { Matrix } from '../../lib/core/matrix.ts';
import { squaredDistance } from '../../test/support/blobs.ts';
import type { Answer, LogisticFitAnswer, NearestProblem, Problem, Task, Workload } from './tasks.ts';

/** Two contestants did not find the same. */
class Disagreement extends Error {
  override name = 'Disagreement';
}

/**
 * Relative difference of two squared distances below which either may count as the nearer: contestants that expand
 * |x - y|² in 32-bit floats can't do better.
 */
const NEAR_TIE = 1e-4;

/** Checks an answer, which may be the beginning of a whole one, against a whole one. Returns it in words. */
type Agreement<T extends Task> = (problem: Problem<T>, expected: Answer<T>, answer: Answer<T>) => string;

const agreements: { [T in Task]: Agreement<T> } = {
  logisticPass: (_, expected, answer) => {
    requireClose('the loss', expected.loss, answer.loss, 1e-5);
    requireClose('the largest gradient component', expected.maxGradient, answer.maxGradient, 1e-2);
    return `loss ${answer.loss.toPrecision(8)}`;
  },
  logisticFit: (problem, expected, answer) => {
    // Tolerances mean something else to each; after a fixed few iterations each is somewhere else on its way.
    requireClose('the loss', expected.loss, answer.loss, problem.lbfgsIterations === undefined ? 0.01 : 0.25);
    return describeFit(answer);
  },
  predict: (_, expected, answer) => {
    requireMost('classes', expected, answer, 0.99);
    return 'the same classes';
  },
  nearest: (problem, expected, answer) => {
    const ties = requireNearTies(expected.indices, answer.indices, (place) => nearestPair(problem, place));
    return ties === 0 ? 'the same rows' : `the same rows but for ${ties} near-ties`;
  },
  assign: ({ X, centers }, expected, answer) => {
    const ties = requireNearTies(expected, answer, (row) => ({ rows: centers, query: X, number: row }));
    return ties === 0 ? 'the same centres' : `the same centres but for ${ties} near-ties`;
  },
  pairwiseDistances: (_, expected, answer) => {
    for (let i = 0; i < answer.length; i++) {
      if (Math.abs(expected[i]! - answer[i]!) > 1e-3 * Math.max(1, expected[i]!)) {
        throw new Disagreement(`distance ${i} is ${answer[i]}, not ${expected[i]}`);
      }
    }
    return 'the same distances';
  },
  kMeans: (_, expected, answer) => {
    requireClose('the inertia', expected.inertia, answer.inertia, 1e-3);
    return `inertia ${answer.inertia.toPrecision(6)}`;
  },
  miniBatchKMeans: (_, expected, answer) => {
    requireClose('the inertia', expected.inertia, answer.inertia, 0.01);
    return `inertia ${answer.inertia.toPrecision(6)}`;
  },
};

/**
 * Checks that an answer, or the part of one that a contestant was made to find, is that of `expected`.
 * @returns the answer in words
 * @throws Disagreement
 */
export function requireAgreement<T extends Task>(
  { task, problem }: Workload<T>,
  expected: Answer<T>,
  answer: Answer<T>,
): string {
  return agreements[task](problem, expected, answer);
}

function describeFit({ loss, iterations }: LogisticFitAnswer): string {
  return `loss ${loss.toPrecision(8)}, ${iterations} iterations`;
}

function requireClose(what: string, expected: number, actual: number, tolerance: number): void {
  if (!(Math.abs(actual - expected) <= tolerance * Math.abs(expected))) {
    throw new Disagreement(`${what} is ${actual}, not ${expected}`);
  }
}

function requireMost(
  what: string,
  expected: ArrayLike<number>,
  actual: ArrayLike<number>,
  share: number,
): void {
  let same = 0;
  for (let i = 0; i < actual.length; i++) same += Number(actual[i] === expected[i]);
  if (same < share * actual.length) throw new Disagreement(`only ${same} of ${actual.length} ${what} agree`);
}

/** Row `number` of `query`, for which one of `rows` was chosen. */
interface Choice {
  rows: Matrix;
  query: Matrix;
  number: number;
}

/** Counts the choices that differ; throws where one is more than a near-tie. */
function requireNearTies(
  expected: Int32Array,
  actual: Int32Array,
  choice: (place: number) => Choice,
): number {
  let ties = 0;
  for (let place = 0; place < actual.length; place++) {
    if (actual[place] === expected[place]) continue;
    const { rows, query, number } = choice(place);
    const right = squaredDistance(rows, expected[place]!, query, number);
    const other = squaredDistance(rows, actual[place]!, query, number);
    if (Math.abs(other - right) > NEAR_TIE * right) {
      throw new Disagreement(
        `for row ${number} it found row ${actual[place]} at ${Math.sqrt(other)}, ` +
          `not ${expected[place]} at ${Math.sqrt(right)}`,
      );
    }
    ties++;
  }
  return ties;
}

function nearestPair({ X, queries, k }: NearestProblem, place: number): Choice {
  return { rows: X, query: queries, number: Math.floor(place / k) };
}
