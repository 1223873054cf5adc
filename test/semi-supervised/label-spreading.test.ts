import fc from 'fast-check';
import { expect, it } from 'vitest';
import { takeRows } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { LabelSpreading } from '../../lib/semi-supervised/label-spreading.ts';
import { NeighborGraph } from '../../lib/semi-supervised/neighbor-graph.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';
import { distributionsBySweeps } from '../support/label-spreading-by-sweeps.ts';

/** Two interleaved half circles of `each` rows, the upper one first. */
function moons(each: number) {
  const random = new RandomState(7);
  const data = new Float32Array(4 * each);
  for (let row = 0; row < 2 * each; row++) {
    const lower = row >= each;
    const angle = (Math.PI * (row % each)) / (each - 1);
    data[2 * row] = (lower ? 1 - Math.cos(angle) : Math.cos(angle)) + 0.1 * (random.randomSample() - 0.5);
    data[2 * row + 1] =
      (lower ? 0.5 - Math.sin(angle) : Math.sin(angle)) + 0.1 * (random.randomSample() - 0.5);
  }
  return { data, shape: [2 * each, 2] as const };
}

const sums = ({ data, shape: [rows, width] }: { data: Float32Array; shape: readonly [number, number] }) =>
  Array.from({ length: rows }, (_, row) =>
    data.subarray(row * width, (row + 1) * width).reduce((sum, value) => sum + value, 0),
  );

const sharesOf = (spreading: LabelSpreading<number>) => {
  const { data, shape } = spreading.labelDistributions;
  return Array.from(spreading.classes, (_, c) => {
    let sum = 0;
    for (let i = c; i < data.length; i += shape[1]) sum += data[i]!;
    return sum / shape[0];
  });
};

describeOnBackends('LabelSpreading', () => {
  it('answers zeros where the solver is told that anything will do, with a prior too', async () => {
    const spreading = new LabelSpreading<number>({ nNeighbors: 1, tol: 1, classPrior: 'uniform' });
    await spreading.fit({ data: Float32Array.of(0, 0), shape: [2, 1] }, { rows: [0, 1], labels: [0, 1] });
    expect(spreading.labelDistributions.data).toEqual(new Float32Array(4));
  });

  it('follows the shape of the data from one label each', async () => {
    const X = moons(150);
    const spreading = await new LabelSpreading<string>().fit(X, { rows: [0, 299], labels: ['up', 'down'] });
    expect(spreading.classes).toEqual(['down', 'up']);
    expect(spreading.converged).toBe(true);
    expect(spreading.transduction).toEqual(Array.from({ length: 300 }, (_, i) => (i < 150 ? 'up' : 'down')));
    expect(spreading.labelDistributions.shape).toEqual([300, 2]);
    for (const sum of sums(spreading.labelDistributions)) expect(sum).toBeCloseTo(1, 5);
    expect(spreading.unreachedRows).toHaveLength(0);
  });

  it('gives new rows the classes of their neighbours', async () => {
    const X = moons(150);
    const y = { rows: [0, 299], labels: [3, 5] };
    const spreading = await new LabelSpreading<number>().fit(X, y);
    const Q = { data: Float32Array.of(-1, 0.1, 0, 1.1, 2, 0.4, 1, -0.6), shape: [4, 2] as const };
    expect(await spreading.predict(Q)).toEqual([3, 3, 5, 5]);
    expect(await spreading.score(Q, [3, 3, 5, 3])).toBe(0.75);
    const probabilities = await spreading.predictProba(Q);
    expect(probabilities.shape).toEqual([4, 2]);
    for (const sum of sums(probabilities)) expect(sum).toBeCloseTo(1, 5);
  });

  it('weighs the neighbours of a new row by their distance as a share of the farthest', async () => {
    const X = { data: Float32Array.of(0, 1, 10, 11), shape: [4, 1] as const };
    const spreading = await new LabelSpreading<number>({ nNeighbors: 2 }).fit(X, {
      classes: [0, 1],
      distributions: { data: Float32Array.of(1, 0, 1, 0, 0, 1, 0, 1), shape: [4, 2] },
    });
    const { data } = spreading.labelDistributions;
    const Q = { data: Float32Array.of(4), shape: [1, 1] as const };
    const weights = [Math.exp(-1), Math.exp(-((3 / 4) ** 2))];
    const expected = (weights[0]! * data[0]! + weights[1]! * data[2]!) / (weights[0]! + weights[1]!);
    expect((await spreading.predictProba(Q)).data[0]).toBeCloseTo(expected, 6);
  });

  it('gives every row of a chain a class, from labels at its ends', async () => {
    for (const rows of [100, 200, 1000]) {
      const X = { data: Float32Array.from({ length: rows }, (_, row) => row), shape: [rows, 1] as const };
      const spreading = new LabelSpreading<string>({ nNeighbors: 2 });
      await spreading.fit(X, { rows: [0, rows - 1], labels: ['a', 'b'] });
      expect(spreading.converged).toBe(true);
      expect(spreading.unreachedRows).toHaveLength(0);
      const expected = Array.from({ length: rows }, (_, row) => (row < rows / 2 ? 'a' : 'b'));
      expect(spreading.transduction).toEqual(expected);
    }
  });

  it('gives every row of two moons the class of the label at the end of its moon', async () => {
    for (const each of [250, 1000]) {
      const spreading = await new LabelSpreading<number>().fit(moons(each), {
        rows: [0, each],
        labels: [0, 1],
      });
      expect(spreading.transduction).toEqual(Array.from({ length: 2 * each }, (_, i) => Number(i >= each)));
    }
  });

  it('lies within a thousandth of the fixed point, in 1, 2 and 3 dimensions', async () => {
    for (const dimensions of [1, 2, 3]) {
      const rows = 500;
      const data = Float32Array.from(new RandomState(dimensions).randomSample(rows * dimensions));
      const graph = await new NeighborGraph().fit({ data, shape: [rows, dimensions] });
      const y = { rows: [0, 50, 100, 150, 200, 250], labels: [0, 1, 2, 0, 1, 2] };
      for (const alpha of [0.5, 0.8, 0.95, 0.99]) {
        const spreading = await new LabelSpreading<number>({ alpha }).fit(graph, y);
        expect(spreading.converged).toBe(true);
        const expected = distributionsBySweeps(graph.affinityMatrix, y, 3, alpha);
        const found = spreading.labelDistributions.data;
        expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-3);
      }
    }
  });

  it('gives a class to exactly the rows of components that have a label, with a prior too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          groups: fc.integer({ min: 2, max: 5 }),
          each: fc.integer({ min: 6, max: 40 }),
          spread: fc.constantFrom(0.01, 1, 5),
          alpha: fc.constantFrom(0.5, 0.9, 0.99),
          prior: fc.constantFrom('none' as const, 'uniform' as const),
          seed: fc.nat(10_000),
        }),
        async ({ groups, each, spread, alpha, prior, seed }) => {
          const random = new RandomState(seed);
          const data = Float32Array.from(
            { length: groups * each },
            (_, row) => 1e4 * (row % groups) + spread * random.randomSample() ** 3,
          );
          const X = { data, shape: [groups * each, 1] as const };
          const graph = await new NeighborGraph({ nNeighbors: 3 }).fit(X);
          const y = { rows: [0, 1], labels: [0, 1] };
          const spreading = await new LabelSpreading<number>({ alpha, classPrior: prior }).fit(graph, y);
          const expected = distributionsBySweeps(graph.affinityMatrix, y, 2, alpha);
          const empty = [...data.keys()].filter((row) => expected[2 * row]! + expected[2 * row + 1]! === 0);
          expect([...spreading.unreachedRows]).toEqual(empty);
          if (prior === 'uniform') return;
          const found = spreading.labelDistributions.data;
          expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-3);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('reports rows that no label reaches, and calls them no class', async () => {
    const { X, blob } = blobs(3, 20, 4);
    const spreading = await new LabelSpreading<number>({ nNeighbors: 4, classPrior: 'uniform' }).fit(X, {
      rows: [0, 1],
      labels: [7, 8],
    });
    const unreached = Array.from(blob.keys()).filter((row) => blob[row] === 2);
    expect(Array.from(spreading.unreachedRows)).toEqual(unreached);
    expect(spreading.transduction).toEqual(Array.from(blob, (each) => [7, 8, null][each]));
    for (const [row, sum] of sums(spreading.labelDistributions).entries()) {
      expect(sum).toBeCloseTo(blob[row] === 2 ? 0 : 1, 5);
    }
    expect(await spreading.predict(takeRows(X, [2, 0, 5, 1]))).toEqual([null, 7, null, 8]);
  });

  it('brings the shares of the classes to the prior that is asked for', async () => {
    const X = { data: Float32Array.from(new RandomState(1).randomSample(600)), shape: [300, 2] as const };
    const y = { rows: [0, 1, 2, 3], labels: [0, 1, 1, 2] };
    const graph = await new NeighborGraph().fit(X);
    const fitWith = (options: object, fitOptions?: object) =>
      new LabelSpreading<number>(options).fit(graph, y, fitOptions);
    const cases = [
      { given: 'uniform', expected: [1 / 3, 1 / 3, 1 / 3] },
      { given: 'estimated', expected: [0.25, 0.5, 0.25] },
      { given: [3, 1, 6], expected: [0.3, 0.1, 0.6] },
    ];
    for (const { given, expected } of cases) {
      const spreading = await fitWith({ classPrior: given });
      expect(spreading.classPriorNotice).toBeUndefined();
      for (const [c, share] of sharesOf(spreading).entries()) {
        expect(spreading.classPrior![c]).toBeCloseTo(expected[c]!, 12);
        expect(share).toBeCloseTo(expected[c]!, 3);
      }
    }
    const weighted = await fitWith({ classPrior: 'estimated' }, { priorWeight: [6, 1, 1, 2] });
    expect(Array.from(weighted.classPrior!)).toEqual([0.6, 0.2, 0.2]);
    expect((await fitWith({})).classPrior).toBeUndefined();
  });

  it('goes without a prior where a class has no label, and says so', async () => {
    const { X } = blobs(2, 20, 2);
    const y = { rows: [0, 1], labels: [0, 1] };
    const plain = await new LabelSpreading<number>({ nNeighbors: 4 }).fit(X, y);
    const options = { nNeighbors: 4, classes: [2, 1, 0], classPrior: 'uniform' } as const;
    const spreading = await new LabelSpreading<number>(options).fit(X, y);
    expect(spreading.classes).toEqual([0, 1, 2]);
    expect(spreading.classPrior).toBeUndefined();
    expect(spreading.classPriorNotice).toMatch(/class 2 has no label/);
    expect(spreading.transduction).toEqual(plain.transduction);
    const weightless = new LabelSpreading<number>({ nNeighbors: 4, classPrior: 'estimated' });
    await weightless.fit(X, y, { priorWeight: [1, 0] });
    expect(weightless.classPriorNotice).toMatch(/class 1 has only labels of priorWeight 0/);
  });

  it('takes beliefs about all rows, of which labels are a special case', async () => {
    const X = moons(40);
    const graph = await new NeighborGraph({ nNeighbors: 5 }).fit(X);
    const hard = await new LabelSpreading<number>().fit(graph, { rows: [0, 79], labels: [4, 6] });
    const distributions = { data: new Float32Array(160), shape: [80, 2] as const };
    distributions.data.set([1, 0]);
    distributions.data.set([0, 1], 158);
    const soft = await new LabelSpreading<number>().fit(graph, { classes: [4, 6], distributions });
    expect(soft.labelDistributions).toEqual(hard.labelDistributions);
    expect(soft.transduction).toEqual(hard.transduction);
  });

  it('finds the same whether it builds the graph or is given it', async () => {
    const X = moons(40);
    const y = { rows: [0, 79], labels: [4, 6] };
    const graph = await new NeighborGraph({ nNeighbors: 6 }).fit(X);
    const given = await new LabelSpreading<number>({ nNeighbors: 6 }).fit(graph, y);
    const built = await new LabelSpreading<number>({ nNeighbors: 6 }).fit(X, y);
    expect(given.labelDistributions).toEqual(built.labelDistributions);
    expect(given.graph).toBe(graph);
    expect(built.graph.indices).toEqual(graph.indices);
  });

  it('does not depend on the order of the rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const random = new RandomState(seed);
        const X = { data: Float32Array.from(random.randomSample(120)), shape: [60, 2] as const };
        const order = random.permutation(60);
        const y = { rows: [3, 20, 40], labels: [0, 1, 2] };
        const moved = { rows: y.rows.map((row) => order.indexOf(row)), labels: y.labels };
        const options = { nNeighbors: 6, tol: 1e-10, classPrior: 'uniform' } as const;
        const before = await new LabelSpreading<number>(options).fit(X, y);
        const after = await new LabelSpreading<number>(options).fit(takeRows(X, order), moved);
        for (const [place, row] of order.entries()) {
          for (let c = 0; c < 3; c++) {
            const [was, is] = [before, after].map((each) => each.labelDistributions.data);
            expect(is![place * 3 + c]).toBeCloseTo(was![row * 3 + c]!, 5);
          }
        }
      }),
      { numRuns: 10 },
    );
  });

  it('refuses what can not be meant', async () => {
    const { X } = blobs(2, 10, 2);
    const fitWith = (y: unknown, options?: object, fitOptions?: object) =>
      new LabelSpreading<number>({ nNeighbors: 3, ...options }).fit(X, y as never, fitOptions);
    const bad = (work: Promise<unknown> | (() => unknown), words: string | RegExp) =>
      expectError(work, 'ERR_INVALID_ARGUMENT', words);
    const y = { rows: [0, 1], labels: [0, 1] };
    await bad(fitWith([0, 1, -1]), '{ rows, labels }');
    await bad(fitWith({ rows: [], labels: [] }), 'at least one labelled row');
    await bad(fitWith({ rows: [0, 20], labels: [0, 1] }), 'y.rows[1]');
    await bad(fitWith({ rows: [0, 1], labels: [0] }), 'y.labels');
    await bad(fitWith({ rows: [4, 0, 4], labels: [0, 1, 1] }), '4 occurs twice');
    await bad(fitWith({ rows: [4, 0, 4], labels: [0, 1, 0] }), '4 occurs twice');
    await bad(fitWith({ rows: [0, 1], labels: [0, 'a'] }), 'one kind');
    await bad(fitWith(y, { classes: [1, 2] }), 'found 0');
    await bad(fitWith(y, { classPrior: [1, 1, 1] }), 'Expected 2 numbers in classPrior');
    await bad(fitWith(y, {}, { priorWeight: [1] }), 'priorWeight');
    await bad(fitWith(y, {}, { priorWeight: [1, -1] }), 'priorWeight[1]');
    const distributions = { data: Float32Array.from({ length: 40 }, () => 0.5), shape: [20, 2] };
    await bad(fitWith({ classes: [1, 0], distributions }), 'sorted');
    await bad(fitWith({ classes: [0, 1, 2], distributions }), '20 x 3 numbers in y.distributions');
    distributions.data[5] = -1;
    await bad(fitWith({ classes: [0, 1], distributions }), 'row 2, column 1');
    for (const alpha of [0, 1, Number.NaN]) await bad(() => new LabelSpreading({ alpha }), 'alpha');
    await bad(() => new LabelSpreading({ classPrior: 'given' as 'none' }), "'estimated'");
    await bad(() => new LabelSpreading({ classPrior: [1, 0] }), 'classPrior[1]');
    await expectError(() => new LabelSpreading().transduction, 'ERR_NOT_FITTED', 'LabelSpreading');
    await expectError(new LabelSpreading().fit(new NeighborGraph(), y), 'ERR_NOT_FITTED', 'NeighborGraph');
  });
});
