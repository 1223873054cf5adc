import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOperations } from '../support/operations.ts';
import { anyRows, bytes, floats, type PlainRows, prepare, squaredDistance } from '../support/plain.ts';

describeOperations('farthestFirst', (operations) => {
  const farthestFirst = (x: PlainRows, chosen: readonly number[], count: number) =>
    operations.farthestFirst(operations.createJob(), prepare(operations, x), Int32Array.from(chosen), count);

  /** The same by the plain loop. */
  function expected(x: PlainRows, start: readonly number[], count: number) {
    const chosen = [...start];
    const squares: number[] = [];
    for (let i = 0; i < count; i++) {
      let [best, most] = [-1, -1];
      for (let row = 0; row < x.rows; row++) {
        if (chosen.includes(row)) continue;
        const least = Math.min(...chosen.map((other) => squaredDistance(x, row, x, other)));
        if (least > most) [best, most] = [row, least];
      }
      chosen.push(best);
      squares.push(most);
    }
    return { indices: chosen.slice(start.length), distances: squares.map(Math.sqrt) };
  }

  it('chooses what the plain loop in float64 chooses, with its distances', async () => {
    const problems = fc.integer({ min: 1, max: 20 }).chain((columns) =>
      anyRows(columns, 30)
        .filter(({ rows }) => rows > 1)
        .chain((x) =>
          fc.uniqueArray(fc.nat(x.rows - 1), { minLength: 1, maxLength: x.rows - 1 }).chain((chosen) =>
            fc.record({
              x: fc.constant(x),
              chosen: fc.constant(chosen),
              count: fc.integer({ min: 1, max: x.rows - chosen.length }),
            }),
          ),
        ),
    );
    await fc.assert(
      fc.asyncProperty(problems, async ({ x, chosen, count }) => {
        const { indices, distances } = await farthestFirst(x, chosen, count);
        expect({ indices: [...indices], distances: [...distances] }).toEqual(expected(x, chosen, count));
      }),
      { numRuns: 60 },
    );
  });

  it('takes ties to the lowest row, and duplicates of chosen rows last', async () => {
    const x = bytes(1, [5, 5, 0, 10, 5, 10, 0], 0.5);
    expect(await farthestFirst(x, [4], 6)).toEqual({
      indices: Int32Array.of(2, 3, 0, 1, 5, 6),
      distances: Float64Array.of(2.5, 2.5, 0, 0, 0, 0),
    });
  });

  it('chooses among more rows than one task has', async () => {
    const x = floats(
      3,
      Array.from({ length: 9000 }, (_, i) => Math.fround(Math.sin(i * i))),
    );
    const { indices, distances } = await farthestFirst(x, [7], 12);
    expect({ indices: [...indices], distances: [...distances] }).toEqual(expected(x, [7], 12));
  });
});
