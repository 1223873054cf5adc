import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SparseRows, SpreadLabelsOptions } from '../../binding.d.ts';
import { javascriptOperations } from '../../lib/backend/javascript/operations.ts';
import { loadAddon } from '../../lib/backend/native.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { describeOperations } from '../support/operations.ts';
import { ringGraph } from '../support/ring-graph.ts';

/** A symmetric matrix with eigenvalues from -1 to 1: random weights between some rows, normalised. */
function randomGraph(rows: number, edges: number, seed: number): number[][] {
  const random = new RandomState(seed);
  const dense = Array.from({ length: rows }, () => new Array<number>(rows).fill(0));
  for (let edge = 0; edge < edges; edge++) {
    const [a, b] = [random.randint(0, rows), random.randint(0, rows)];
    const weight = random.randomSample();
    dense[a]![b]! += weight;
    if (a !== b) dense[b]![a]! += weight;
  }
  const roots = dense.map((row) => Math.sqrt(row.reduce((sum, weight) => sum + weight, 0)) || 1);
  return dense.map((row, i) => row.map((weight, j) => weight / (roots[i]! * roots[j]!)));
}

function sparse(dense: number[][]): SparseRows {
  const entries = dense.map((row) => row.flatMap((value, column) => (value ? [{ value, column }] : [])));
  const indptr = new Int32Array(dense.length + 1);
  for (const [row, each] of entries.entries()) indptr[row + 1] = indptr[row]! + each.length;
  return {
    indptr,
    indices: Int32Array.from(entries.flat(), ({ column }) => column),
    data: Float64Array.from(entries.flat(), ({ value }) => value),
  };
}

/** The rows of a matrix, each brought to the sum 1; a row of zeros stays. */
function distributionsOf(columns: number[][]): number[][] {
  return columns[0]!.map((_, row) => {
    const values = columns.map((column) => column[row]!);
    const sum = values.reduce((total, value) => total + value, 0);
    return values.map((value) => (sum > 0 ? value / sum : 0));
  });
}

/** Solves (I - alpha S) F = start by Gauss-Jordan elimination, for one class. */
function denseSolution(dense: number[][], alpha: number, start: readonly number[]): number[] {
  const system = dense.map((row, i) => [
    ...row.map((value, j) => Number(i === j) - alpha * value),
    start[i]!,
  ]);
  for (let pivot = 0; pivot < system.length; pivot++) {
    const row = system[pivot]!.map((value) => value / system[pivot]![pivot]!);
    system[pivot] = row;
    for (const [i, other] of system.entries()) {
      if (i !== pivot) system[i] = other.map((value, j) => value - other[pivot]! * row[j]!);
    }
  }
  return system.map((row) => row.at(-1)!);
}

const problems = fc.record({
  rows: fc.integer({ min: 1, max: 30 }),
  edges: fc.integer({ min: 0, max: 80 }),
  nClasses: fc.integer({ min: 1, max: 5 }),
  alpha: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 0.99, noNaN: true })),
  seed: fc.nat(1000),
});

/** Rows in a line, each joined to the next by one weight. */
function chainGraph(rows: number, weight: number): SparseRows {
  const neighbors = (row: number) => [row - 1, row + 1].filter((each) => each >= 0 && each < rows);
  const indices = Array.from({ length: rows }, (_, row) => neighbors(row));
  const indptr = new Int32Array(rows + 1);
  for (const [row, each] of indices.entries()) indptr[row + 1] = indptr[row]! + each.length;
  const entries = Int32Array.from(indices.flat());
  return { indptr, indices: entries, data: new Float64Array(entries.length).fill(weight) };
}

function startOf(rows: number, nClasses: number, seed: number): Float64Array {
  const random = new RandomState(seed);
  return Float64Array.from({ length: rows * nClasses }, () => Math.max(0, random.randomSample() - 0.7));
}

describeOperations('spreadLabels', (operations) => {
  const spread = (graph: SparseRows, options: SpreadLabelsOptions) =>
    operations.spreadLabels(operations.createJob(), graph, options);

  it('gives what a dense solver gives', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async ({ rows, edges, nClasses, alpha, seed }) => {
        const dense = randomGraph(rows, edges, seed);
        const start = startOf(rows, nClasses, seed);
        const options = { nClasses, start, alpha, tol: 1e-12, rowTol: 1e-9, maxIter: 1000 };
        const { distributions, converged } = await spread(sparse(dense), options);
        expect(converged).toBe(true);
        const solutions = Array.from({ length: nClasses }, (_, c) => {
          const own = Array.from({ length: rows }, (_, row) => start[row * nClasses + c]!);
          return denseSolution(dense, alpha, own);
        });
        for (const [i, value] of distributionsOf(solutions).flat().entries()) {
          expect(distributions[i]).toBeCloseTo(value, 8);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leaves rows at exactly 0 that no path joins to a start', async () => {
    const graph = sparse([
      [0, 1, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 1, 0],
    ]);
    const start = Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0);
    const { distributions } = await spread(graph, {
      ...{ nClasses: 2, start, alpha: 0.5 },
      ...{ tol: 1e-12, rowTol: 1e-5, maxIter: 100 },
    });
    expect([...distributions]).toEqual([1, 0, 1, 0, 0, 0, 0, 0]);
  });

  it('says so where the iterations do not suffice, and stops at once where nothing is known', async () => {
    const graph = sparse(randomGraph(30, 80, 1));
    const options = { nClasses: 1, alpha: 0.99, tol: 1e-12, rowTol: Infinity, maxIter: 2 };
    const start = Float64Array.from({ length: 30 }, (_, i) => Number(i === 0));
    const { nIter, converged } = await spread(graph, { ...options, start });
    expect(converged).toBe(false);
    expect(nIter).toBeGreaterThanOrEqual(2);
    const nothing = { ...options, start: new Float64Array(30) };
    expect(await spread(graph, nothing)).toMatchObject({ nIter: 0, converged: true });
    expect(await spread(graph, { ...options, start, maxIter: 0 })).toMatchObject({
      nIter: 0,
      converged: false,
    });
  });

  it('knows rows whose values leave the range of a double, by edges however weak', async () => {
    const rows = 600;
    const start = new Float64Array(2 * rows);
    start.set([1, 0, 0, 3]);
    for (const weight of [0.4, 1e-3, 1e-60]) {
      const { distributions, converged } = await spread(chainGraph(rows, weight), {
        ...{ nClasses: 2, start, alpha: 0.5 },
        ...{ tol: 1e-12, rowTol: 1e-5, maxIter: 1000 },
      });
      expect(converged).toBe(true);
      // Row 1 is on every path from row 0: from there on both classes fall alike.
      for (let row = 1; row < rows; row++) {
        expect(distributions[2 * row]! + distributions[2 * row + 1]!).toBeCloseTo(1, 12);
        expect(distributions[2 * row]).toBeCloseTo(distributions[2]!, 6);
      }
    }
  });

  it('settles rows that start with numbers of very different sizes', async () => {
    const rows = 40;
    const start = new Float64Array(2 * rows);
    start[0] = 1e-200;
    start[2 * rows - 1] = 1e200;
    const { distributions, converged } = await spread(chainGraph(rows, 0.5), {
      ...{ nClasses: 2, start, alpha: 0.9 },
      ...{ tol: 1e-12, rowTol: 1e-5, maxIter: 1000 },
    });
    expect(converged).toBe(true);
    for (let row = 0; row < rows; row++) expect(distributions[2 * row + 1]).toBeCloseTo(1, 6);
  });
});

const { addon } = loadAddon();
describe.skipIf(!addon)('spreadLabels on the addon', () => {
  const rows = 5000;
  const random = new RandomState(3);
  const graph = ringGraph(rows);
  const start = Float64Array.from({ length: rows * 3 }, () => random.randomSample());
  const options = { nClasses: 3, start, alpha: 0.9, tol: 1e-8, rowTol: 1e-5, maxIter: 100 };

  it('gives the same bits for any number of threads, and those of JavaScript', async () => {
    const threads = addon!.threads();
    const results = [];
    for (const count of [1, 2, 3]) {
      addon!.setThreads(count);
      results.push(await addon!.spreadLabels(addon!.createJob(), graph, options));
    }
    addon!.setThreads(threads);
    results.push(await javascriptOperations.spreadLabels(javascriptOperations.createJob(), graph, options));
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('refuses what would make it read or write outside its memory', async () => {
    const bad: [Partial<SparseRows>, Partial<SpreadLabelsOptions>, string][] = [
      [{ indptr: Int32Array.of(0, 2, 1) }, {}, 'for indptr'],
      [{ indptr: Int32Array.of(1, 2) }, {}, 'for indptr'],
      [{ indices: graph.indices.with(7, rows) }, {}, 'for indices[7]'],
      [{ data: new Float64Array(3) }, {}, 'for data'],
      [{}, { start: new Float64Array(rows) }, 'for start'],
    ];
    for (const [part, option, words] of bad) {
      const work = addon!.spreadLabels(addon!.createJob(), { ...graph, ...part }, { ...options, ...option });
      await expect(work).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
        message: expect.stringContaining(words),
      });
    }
  });
});
