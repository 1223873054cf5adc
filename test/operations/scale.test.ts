import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Job, Metric, Norm, Operations, PreparedRows } from '../../binding.d.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { describeOperations } from '../support/operations.ts';
import { type PlainRows, prepare, valuesOf } from '../support/plain.ts';

const COLUMNS = 9;
const ROWS = 48;

/** What an operation finds, by how it must follow the unit of the rows. */
interface Found {
  /** Rows, clusters, counts, iterations: the same at every scale. */
  discrete?: unknown;
  /** Numbers that are the same but for rounding. */
  same?: ArrayLike<number>;
  /** Numbers in the unit of the rows. */
  lengths?: ArrayLike<number>;
  /** Numbers in that unit squared. */
  squares?: ArrayLike<number>;
}

interface Given {
  operations: Operations;
  job: Job;
  x: PreparedRows;
  /** What the unit of the rows is worth. */
  unit: number;
  seed: number;
}

const words = (seed: number) => new RandomState(seed).words();
const uniform = (seed: number, count: number) => new RandomState(seed).uniform(count, 1, 2);
/** Rows 0, 5, 10, … as centres. */
const everyFifth = Int32Array.from({ length: 6 }, (_, i) => 5 * i);

/** Centres that are floats as the values of rows are. */
function someCenters({ seed, unit }: Given): Float32Array {
  return Float32Array.from(uniform(seed + 1, 5 * COLUMNS), (value) => Math.fround(value) * unit);
}

/** A graph in which each row has three neighbours of the weights 1/2, 1/4 and 1/4. */
const graph = {
  indptr: Int32Array.from({ length: ROWS + 1 }, (_, row) => 3 * row),
  indices: Int32Array.from({ length: 3 * ROWS }, (_, i) => (Math.floor(i / 3) * 5 + (i % 3)) % ROWS),
  data: Float64Array.from({ length: 3 * ROWS }, (_, i) => (i % 3 === 0 ? 0.5 : 0.25)),
};

const geometry = { height: 3, width: 3, channels: 1, patchSize: 2, stride: 1 };

async function patches(given: Given, relativeEpsilon: number): Promise<Found> {
  const { operations, job, x, unit, seed } = given;
  const contrastEpsilon = relativeEpsilon * unit * unit;
  const learned = await operations.learnPatches(job, x, {
    ...geometry,
    contrastEpsilon,
    nClusters: 4,
    nPatches: 500,
    minContrast: 0.001 * unit,
    whiteningEpsilon: 0.1,
    maxIter: 10,
    randomState: words(seed),
  });
  const { nPatches, nIter, centers, inertia } = learned;
  const options = { ...geometry, ...learned, contrastEpsilon, gridSize: 2, squareRoot: false };
  const features = await valuesOf(operations.patchFeatures(operations.createJob(), x, options));
  return { discrete: { nPatches, nIter }, same: [...centers, inertia, ...features] };
}

async function distances({ operations, job, x }: Given, metric: Metric): Promise<ArrayLike<number>> {
  return operations.pairwiseDistances(job, x, x.take(everyFifth), metric);
}

async function normalized({ operations, job, x }: Given, norm: Norm): Promise<Found> {
  return { same: await valuesOf(operations.normalizeRows(job, x, norm)) };
}

async function components({ operations, job, x }: Given, standardize: boolean): Promise<Found> {
  const found = await operations.principalComponents(job, x, { nComponents: 4, standardize });
  const variances = [...found.explainedVariance, found.totalVariance];
  return {
    same: standardize ? variances : [],
    squares: standardize ? [] : variances,
    lengths: [...found.mean, ...(found.scale ?? [])],
    discrete: Array.from(found.components, (element) => element.toFixed(6)),
  };
}

/** Every operation whose rows are in a unit. */
const cases: Record<string, (given: Given) => Promise<Found>> = {
  'euclidean distances': async (given) => ({ lengths: await distances(given, 'euclidean') }),
  'squared distances': async (given) => ({ squares: await distances(given, 'sqeuclidean') }),
  'cosine distances': async (given) => ({ same: await distances(given, 'cosine') }),
  nearest: async ({ operations, job, x }) => {
    const { indices, distances } = await operations.nearest(job, x, x.take(everyFifth), 7);
    return { discrete: indices, lengths: distances };
  },
  neighborGraph: async ({ operations, job, x }) => {
    const { indices, distances } = await operations.neighborGraph(job, x, 5);
    return { discrete: indices, lengths: distances };
  },
  assign: async (given) => {
    const { labels, inertia } = await given.operations.assign(given.job, given.x, someCenters(given));
    return { discrete: labels, squares: [inertia] };
  },
  kmeansPlusPlus: async ({ operations, job, x, seed }) => {
    const options = { nClusters: 8, nLocalTrials: 4, randomState: words(seed) };
    const { indices, centers, randomState } = await operations.kmeansPlusPlus(job, x, options);
    return { discrete: { indices, randomState }, lengths: centers };
  },
  kmeans: async ({ operations, job, x, seed }) => {
    const { labels, centers, inertia, nIter, converged } = await operations.kmeans(job, x, {
      nClusters: 6,
      init: 'k-means++',
      nInit: 2,
      maxIter: 20,
      tol: 1e-4,
      randomState: words(seed),
    });
    return { discrete: { labels, nIter, converged }, lengths: centers, squares: [inertia] };
  },
  miniBatchKMeans: async ({ operations, job, x, seed }) => {
    const { labels, centers, counts, inertia, nIter, nSteps } = await operations.miniBatchKMeans(job, x, {
      nClusters: 5,
      init: 'k-means++',
      nInit: 2,
      initSize: 30,
      batchSize: 20,
      maxIter: 6,
      tol: 1e-3,
      maxNoImprovement: 10,
      reassignmentRatio: 0.05,
      randomState: words(seed),
    });
    return { discrete: { labels, counts, nIter, nSteps }, lengths: centers, squares: [inertia] };
  },
  miniBatchKMeansStep: async (given) => {
    const { operations, job, x, seed } = given;
    const { labels, centers, counts, inertia } = await operations.miniBatchKMeansStep(job, x, {
      centers: someCenters(given),
      counts: Float64Array.of(4, 0, 7, 1, 2),
      reassign: true,
      reassignmentRatio: 0.5,
      randomState: words(seed),
    });
    return { discrete: { labels, counts }, lengths: centers, squares: [inertia] };
  },
  farthestFirst: async ({ operations, job, x }) => {
    const { indices, distances } = await operations.farthestFirst(job, x, Int32Array.of(3), 12);
    return { discrete: indices, lengths: distances };
  },
  smoothRows: async ({ operations, job, x }) => ({
    lengths: await valuesOf(operations.smoothRows(job, graph, x)),
  }),
  'linear, decision': async ({ operations, job, x, unit, seed }) => {
    const coef = Float32Array.from(uniform(seed, 2 * COLUMNS));
    const intercept = Float64Array.of(unit, -unit);
    const center = Float64Array.from(uniform(seed + 1, COLUMNS), (value) => (value - 1) * unit);
    return { lengths: await valuesOf(operations.linear(job, x, { coef, intercept, center }, 'decision')) };
  },
  'linear, probability': async ({ operations, job, x, unit, seed }) => {
    const coef = Float32Array.from(uniform(seed, 3 * COLUMNS), (value) => Math.fround(value) / unit);
    const intercept = Float64Array.of(1, -1, 0);
    return { same: await valuesOf(operations.linear(job, x, { coef, intercept }, 'probability')) };
  },
  'patches, whatever their contrast': (given) => patches(given, 0),
  'patches, faint ones left faint': (given) => patches(given, 0.01),
  columnStatistics: async ({ operations, job, x }) => {
    const { mean, variance, scale } = await operations.columnStatistics(job, x);
    return { lengths: [...mean, ...scale], squares: variance };
  },
  scaleColumns: async ({ operations, job, x, unit, seed }) => {
    const [center, scale] = [seed, seed + 1].map((each) =>
      Float64Array.from(uniform(each, COLUMNS), (value) => value * unit),
    );
    return { same: await valuesOf(operations.scaleColumns(job, x, { center: center!, scale: scale! })) };
  },
  'normalizeRows, l1': (given) => normalized(given, 'l1'),
  'normalizeRows, l2': (given) => normalized(given, 'l2'),
  'normalizeRows, max': (given) => normalized(given, 'max'),
  'principal components': (given) => components(given, false),
  'principal components, standardized': (given) => components(given, true),
};

/** Rows around a few centres, all values from 1 to 2: floats at every scale from 2^-126 to 2^126. */
function rowsAroundCenters(seed: number, isBytes: boolean): PlainRows {
  const random = new RandomState(seed);
  const centers = random.uniform(5 * COLUMNS, 1.2, 1.8);
  const noise = random.uniform(ROWS * COLUMNS, -0.2, 0.2);
  const values = Array.from(noise, (value, i) => {
    const blob = Math.floor(i / COLUMNS) % 5;
    return centers[blob * COLUMNS + (i % COLUMNS)]! + value;
  });
  const data = isBytes ? Uint8Array.from(values, (value) => 250 * (value - 1)) : Float32Array.from(values);
  return { data, rows: ROWS, columns: COLUMNS, scale: 1 };
}

/** The same rows in another unit: floats and bytes by their scale, or floats themselves. */
function inUnit(x: PlainRows, unit: number, byScale: boolean): PlainRows {
  if (byScale || x.data instanceof Uint8Array) return { ...x, scale: unit };
  return { ...x, data: x.data.map((value) => value * unit) };
}

/** Numbers are the same within single precision, and within what is left of it where floats end. */
function expectScaled(found: ArrayLike<number>, expected: ArrayLike<number>, unit: number): void {
  expect(found.length).toBe(expected.length);
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < expected.length; i++) {
    const value = expected[i]! * unit;
    if (found instanceof Float32Array && !Number.isFinite(Math.fround(value))) {
      expect(found[i]).toBe(Math.fround(value));
    } else {
      const tolerance = 1e-6 * largest * unit + (found instanceof Float32Array ? 2 ** -149 : 0);
      expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(tolerance);
    }
  }
}

/** Whether floats hold the values in that unit. */
function fitFloats(values: ArrayLike<number>, unit: number): boolean {
  return Array.from(values).every((value) => Number.isFinite(Math.fround(value * unit)));
}

const anyCase = fc.record({
  exponent: fc.integer({ min: -126, max: 126 }),
  seed: fc.nat(10_000),
  kind: fc.constantFrom('floats', 'floats by scale', 'bytes'),
});

describeOperations('at every scale that floats hold', (operations) => {
  it.each(Object.entries(cases))('rows times a power of two give the same: %s', async (name, find) => {
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ exponent, seed, kind }) => {
        const x = rowsAroundCenters(seed, kind === 'bytes');
        const run = (unit: number) => {
          const scaled = prepare(operations, inUnit(x, unit, kind !== 'floats'));
          return find({ operations, job: operations.createJob(), x: scaled, unit, seed });
        };
        const unit = 2 ** exponent;
        const expected = await run(1);
        if (name === 'linear, decision' && !fitFloats(expected.lengths!, unit)) {
          await expect(run(unit)).rejects.toMatchObject({ code: 'ERR_NOT_FINITE' });
          return;
        }
        const found = await run(unit);
        expect(found.discrete).toEqual(expected.discrete);
        expectScaled(found.same ?? [], expected.same ?? [], 1);
        expectScaled(found.lengths ?? [], expected.lengths ?? [], unit);
        expectScaled(found.squares ?? [], expected.squares ?? [], unit * unit);
      }),
      { numRuns: 40 },
    );
  });
});
