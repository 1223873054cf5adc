import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeOperations } from '../support/operations.ts';
import { anyRows, byDistance, floats, type PlainRows, prepare } from '../support/plain.ts';

describeOperations('neighborGraph', (operations) => {
  const neighborGraph = (x: PlainRows, k: number) =>
    operations.neighborGraph(operations.createJob(), prepare(operations, x), k);

  function expected(x: PlainRows, k: number) {
    const sorted = Array.from({ length: x.rows }, (_, row) =>
      byDistance(x, x, row)
        .filter((other) => other.row !== row)
        .slice(0, k),
    ).flat();
    return {
      indices: Int32Array.from(sorted, ({ row }) => row),
      distances: Float64Array.from(sorted, ({ distance }) => Math.sqrt(distance)),
    };
  }

  it('gives what the plain loop in float64 gives, each row itself left out', async () => {
    const rows = fc
      .integer({ min: 1, max: 20 })
      .chain((columns) => anyRows(columns, 60))
      .filter((x) => x.rows > 1);
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 59 }), async (x, wanted) => {
        const k = Math.min(wanted, x.rows - 1);
        expect(await neighborGraph(x, k)).toEqual(expected(x, k));
      }),
      { numRuns: 100 },
    );
  });

  it('takes more rows than it looks at at once', async () => {
    const x = floats(
      3,
      Array.from({ length: 3 * 700 }, (_, i) => Math.sin(i * i)),
    );
    expect(await neighborGraph(x, 10)).toEqual(expected(x, 10));
  });

  it('takes duplicates in the order of their rows, however many there are', async () => {
    const x = floats(
      2,
      Array.from({ length: 600 }, (_, i) => (i % 2 === 0 && i > 20 ? 0 : i % 3)),
    );
    expect(await neighborGraph(x, 7)).toEqual(expected(x, 7));
  });

  it('joins two rows to each other', async () => {
    expect(await neighborGraph(floats(2, [0, 0, 3, 4]), 1)).toEqual({
      indices: Int32Array.of(1, 0),
      distances: Float64Array.of(5, 5),
    });
  });
});
