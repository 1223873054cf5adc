import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadAddon } from '../../lib/backend/native.ts';
import { describeOperations } from '../support/operations.ts';
import { anyRows, floats, prepare, valueAt, valuesOf } from '../support/plain.ts';
import { ringGraph } from '../support/ring-graph.ts';

const { addon } = loadAddon();

describeOperations('smoothRows', (operations) => {
  it('gives what the plain loop in float64 gives', async () => {
    const problems = fc
      .integer({ min: 1, max: 40 })
      .chain((columns) => anyRows(columns, 12))
      .chain((x) => {
        const entry = fc.record({
          column: fc.nat(x.rows - 1),
          value: fc.double({ min: -2, max: 2, noNaN: true }),
        });
        const row = fc.uniqueArray(entry, { selector: ({ column }) => column });
        return fc.record({
          x: fc.constant(x),
          entries: fc.array(row, { minLength: x.rows, maxLength: x.rows }),
        });
      });
    await fc.assert(
      fc.asyncProperty(problems, async ({ entries, x }) => {
        const indptr = new Int32Array(x.rows + 1);
        for (const [row, own] of entries.entries()) indptr[row + 1] = indptr[row]! + own.length;
        const graph = {
          indptr,
          indices: Int32Array.from(entries.flat(), ({ column }) => column),
          data: Float64Array.from(entries.flat(), ({ value }) => value),
        };
        const smoothed = await valuesOf(
          operations.smoothRows(operations.createJob(), graph, prepare(operations, x)),
        );
        const expected = Array.from({ length: x.rows * x.columns }, (_, i) => {
          const own = entries[Math.floor(i / x.columns)]!;
          const terms = own.map(({ column, value }) => value * valueAt(x, column, i % x.columns));
          return { sum: terms.reduce((a, b) => a + b, 0), size: terms.reduce((a, b) => a + Math.abs(b), 0) };
        });
        expect(smoothed).toHaveLength(expected.length);
        for (const [i, { sum, size }] of expected.entries()) {
          expect(Math.abs(smoothed[i]! - sum)).toBeLessThanOrEqual(2 ** -23 * size + 1e-44);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes a ring of rows to the means of those beside', async () => {
    const rows = 2000;
    const x = floats(
      2,
      Array.from({ length: 2 * rows }, (_, i) => i),
    );
    const smoothed = await valuesOf(
      operations.smoothRows(operations.createJob(), ringGraph(rows), prepare(operations, x)),
    );
    expect([...smoothed.subarray(0, 4)]).toEqual([rows, rows + 1, 2, 3]);
    expect([...smoothed.subarray(200, 202)]).toEqual([200, 201]);
  });
});

it.skipIf(!addon)('smoothRows on the addon refuses a graph of other rows', async () => {
  const x = prepare(addon!, floats(1, [1, 2, 3]));
  await expect(addon!.smoothRows(addon!.createJob(), ringGraph(4), x)).rejects.toMatchObject({
    code: 'ERR_INVALID_ARGUMENT',
    message: expect.stringContaining('a graph of 3 rows for graph'),
  });
});
