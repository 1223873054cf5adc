import { expect, it } from 'vitest';
import type { PreparedRows } from '../../binding.d.ts';
import { describeOperations } from '../support/operations.ts';

describeOperations('prepare', (operations) => {
  const valuesOf = (rows: PreparedRows) => [...rows.values()];

  it('copies, so that later changes do not show', async () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const rows = operations.prepare(data, 2, 2, 1);
    data.fill(9);
    expect(valuesOf(rows)).toEqual([1, 2, 3, 4]);
  });

  it('copies a Node buffer, whose slice would share its memory', async () => {
    const data = Buffer.from([1, 2, 3, 4]);
    const rows = operations.prepare(data, 2, 2, 1);
    data.fill(9);
    expect(valuesOf(rows)).toEqual([1, 2, 3, 4]);
  });

  it('states the shape and the scale, and holds at least the data', () => {
    const rows = operations.prepare(new Uint8Array(12), 4, 3, 0.5);
    expect(rows).toMatchObject({ rows: 4, columns: 3, scale: 0.5 });
    expect(rows.byteLength).toBeGreaterThanOrEqual(12);
  });

  it('takes rows in the order given, repeated ones too, with their scale', async () => {
    const rows = operations.prepare(Uint8Array.of(1, 2, 3, 4, 5, 6), 3, 2, 0.5);
    const taken = rows.take(Int32Array.of(2, 0, 2));
    expect(taken).toMatchObject({ rows: 3, columns: 2, scale: 0.5 });
    expect(valuesOf(taken)).toEqual([2.5, 3, 0.5, 1, 2.5, 3]);
  });

  it('takes no row that there is not', () => {
    const rows = operations.prepare(new Uint8Array(6), 3, 2, 1);
    for (const row of [-1, 3]) {
      expect(() => rows.take(Int32Array.of(row))).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
      );
    }
  });

  it.each([NaN, Infinity, -Infinity])('names the first place that holds %f', (value) => {
    const data = new Float32Array(5 * 20);
    data[3 * 20 + 17] = value;
    data[4 * 20] = NaN;
    expect(() => operations.prepare(data, 5, 20, 1)).toThrow(
      expect.objectContaining({ code: 'ERR_NOT_FINITE', row: 3, column: 17 }),
    );
    expect(() => operations.prepare(data, 5, 20, 1)).toThrow(/row 3, column 17/);
  });

  it('takes the largest and smallest floats there are', async () => {
    const most = Math.fround(3.4028234663852886e38);
    const least = 2 ** -149;
    expect(valuesOf(operations.prepare(Float32Array.of(most, -most, least), 3, 1, 1))).toEqual([
      most,
      -most,
      least,
    ]);
  });
});
