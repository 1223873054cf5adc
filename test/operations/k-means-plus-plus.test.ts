import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { RandomState } from '../../lib/core/random-state.ts';
import { describeOperations } from '../support/operations.ts';
import { itMatchesTheOracle, type OracleData, oracleRows } from '../support/oracle.ts';
import { floats, type PlainRows, prepare } from '../support/plain.ts';

describeOperations('kmeansPlusPlus', (operations) => {
  const choose = (x: PlainRows, nClusters: number, seed: number, nLocalTrials = 3) =>
    operations.kmeansPlusPlus(operations.createJob(), prepare(operations, x), {
      nClusters,
      nLocalTrials,
      randomState: new RandomState(seed).words(),
    });

  itMatchesTheOracle<{ data: OracleData; k: number; seed: number; indices: number[] }>(
    'k-means-plus-plus',
    ({ k, seed }) => `picks the rows that scikit-learn picks: ${k} with seed ${seed}`,
    async ({ data, k, seed, indices }) => {
      const { x } = await oracleRows(operations, data);
      const chosen = await operations.kmeansPlusPlus(operations.createJob(), x, {
        nClusters: k,
        nLocalTrials: 2 + Math.floor(Math.log(k)),
        randomState: new RandomState(seed).words(),
      });
      expect([...chosen.indices]).toEqual(indices);
    },
  );

  it('gives the chosen rows as values', async () => {
    const x = floats(2, [0, 2, 4, 6, 8, 10], 0.5);
    const { indices, centers } = await choose(x, 3, 0);
    expect([...indices].sort()).toEqual([0, 1, 2]);
    expect([...centers]).toEqual(
      [...indices].flatMap((row) => [x.data[row * 2] / 2, x.data[row * 2 + 1] / 2]),
    );
  });

  it('picks every distinct row before any twice', async () => {
    const x = floats(1, [1, 1, 1, 5, 5, 5, 9, 9, 9]);
    for (let seed = 0; seed < 10; seed++) {
      expect([...(await choose(x, 3, seed)).centers].sort()).toEqual([1, 5, 9]);
    }
  });

  it('picks duplicates where there is nothing else', async () => {
    const { centers } = await choose(floats(2, [3, 4, 3, 4, 3, 4]), 3, 1);
    expect([...centers]).toEqual([3, 4, 3, 4, 3, 4]);
  });

  it('draws one whole number, then one uniform number for each trial of each further centre', async () => {
    const x = floats(
      1,
      Array.from({ length: 50 }, (_, i) => i * i),
    );
    const random = new RandomState(12);
    random.randint(0, 50);
    random.uniform(4 * 3);
    expect((await choose(x, 5, 12, 3)).randomState).toEqual(random.words());
  });

  it('takes the first of several trials that leave as little', async () => {
    // From row 0 both far rows leave the other: the trials tie, and the first draw decides.
    const x = floats(1, [0, 0, 0, 10, -10]);
    for (let seed = 0; seed < 20; seed++) {
      const random = new RandomState(seed);
      const first = random.randint(0, 5);
      if (first > 2) continue;
      const expected = random.uniform() * 200 <= 100 ? 3 : 4;
      expect([...(await choose(x, 2, seed)).indices]).toEqual([first, expected]);
    }
  });

  it('does not change the state that it is given', async () => {
    const randomState = new RandomState(2).words();
    const x = prepare(operations, floats(1, [1, 2, 3, 4]));
    await operations.kmeansPlusPlus(operations.createJob(), x, {
      nClusters: 2,
      nLocalTrials: 2,
      randomState,
    });
    expect(randomState).toEqual(new RandomState(2).words());
  });

  /** 6 groups of 20 rows, row i in group floor(i / 20), far apart in `unit`. */
  function groups(unit: number): PlainRows {
    const random = new RandomState(3);
    const values = Array.from({ length: 120 }, (_, row) => {
      const angle = (2 * Math.PI * Math.floor(row / 20)) / 6;
      return [Math.cos(angle), Math.sin(angle)].map(
        (value) => unit * (2 * value + random.uniform(undefined, -0.01, 0.01)),
      );
    });
    return floats(2, values.flat());
  }

  it.each([1e-36, 1e-25, 1e-22, 1, 1e20, 1e25, 1e37])(
    'picks a row of each group where squares of differences are no floats: unit %f',
    async (unit) => {
      const { indices } = await choose(groups(unit), 6, 0);
      expect(new Set(Array.from(indices, (row) => Math.floor(row / 20))).size).toBe(6);
      expect(indices).toEqual((await choose(groups(1), 6, 0)).indices);
    },
  );

  it('picks every distinct row before any twice, however much their magnitudes differ', async () => {
    const distinct = [1e-40, 3e-31, 2e-22, 5e-13, 4e-4, 7, 3e9, 2e18, 1e27, 3e36];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(distinct, { minLength: 2 }),
        fc.nat(1000),
        async (values, seed) => {
          const x = floats(1, [...values, ...values]);
          expect(new Set((await choose(x, values.length, seed)).centers).size).toBe(values.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});
