import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadAddon } from '../../lib/backend/native.ts';
import { describeOperations } from '../support/operations.ts';
import { anyRows, floats, prepare, valueAt, valuesOf } from '../support/plain.ts';

const rows = fc.integer({ min: 1, max: 20 }).chain((columns) => anyRows(columns, 12));

describeOperations('column statistics', (operations) => {
  it('are mean and variance of every column, to double precision', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (x) => {
        const { mean, variance, scale } = await operations.columnStatistics(
          operations.createJob(),
          prepare(operations, x),
        );
        for (let column = 0; column < x.columns; column++) {
          const values = Array.from({ length: x.rows }, (_, row) => valueAt(x, row, column));
          const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          const plainMean = values.reduce((sum, value) => sum + value, 0) / x.rows;
          const plainVariance = values.reduce((sum, value) => sum + (value - plainMean) ** 2, 0) / x.rows;
          expect(Math.abs(mean[column]! - plainMean)).toBeLessThanOrEqual(1e-14 * size);
          expect(Math.abs(variance[column]! - plainVariance)).toBeLessThanOrEqual(
            1e-13 * plainVariance + 1e-15 * size * Math.sqrt(plainVariance) + 1e-28 * size * size,
          );
          const constant = values.every((value) => value === values[0]);
          expect(scale[column]).toBe(constant ? 1 : Math.sqrt(variance[column]!));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('lose no digits far from zero', async () => {
    const x = floats(1, [2 ** 23 + 1, 2 ** 23 + 2, 2 ** 23 + 3]);
    const { mean, variance } = await operations.columnStatistics(
      operations.createJob(),
      prepare(operations, x),
    );
    expect(mean[0]).toBe(2 ** 23 + 2);
    expect(variance[0]).toBeCloseTo(2 / 3, 14);
  });
});

describeOperations('scaled columns', (operations) => {
  it('are (value - center) / scale, to single precision, each part left out or not', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.boolean(), fc.boolean(), async (x, withCenter, withScale) => {
        const center = Float64Array.from({ length: x.columns }, (_, i) => i / 3 - 1);
        const scale = Float64Array.from({ length: x.columns }, (_, i) => (i + 1) / 3);
        const scaled = await valuesOf(
          operations.scaleColumns(operations.createJob(), prepare(operations, x), {
            center: withCenter ? center : undefined,
            scale: withScale ? scale : undefined,
          }),
        );
        scaled.forEach((value, at) => {
          const column = at % x.columns;
          const original = valueAt(x, Math.floor(at / x.columns), column);
          const shifted = withCenter ? original - center[column]! : original;
          const expected = withScale ? shifted / scale[column]! : shifted;
          expect(Math.abs(value - expected)).toBeLessThanOrEqual(2 ** -23 * Math.abs(expected) + 1e-12);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('keep the digits of values far from zero', async () => {
    const x = floats(1, [2 ** 23 + 1, 2 ** 23 + 2]);
    const center = Float64Array.of(2 ** 23 + 1 / 3);
    const scaled = await valuesOf(
      operations.scaleColumns(operations.createJob(), prepare(operations, x), { center }),
    );
    expect([...scaled]).toEqual([Math.fround(2 / 3), Math.fround(5 / 3)]);
  });
});

describeOperations('normalized rows', (operations) => {
  it.each(['l1', 'l2', 'max'] as const)('have the norm %s of 1; zeros stay zeros', async (norm) => {
    await fc.assert(
      fc.asyncProperty(rows, async (x) => {
        const normalized = await valuesOf(
          operations.normalizeRows(operations.createJob(), prepare(operations, x), norm),
        );
        for (let row = 0; row < x.rows; row++) {
          const stored = Array.from(x.data.subarray(row * x.columns, (row + 1) * x.columns));
          const size =
            norm === 'l2'
              ? Math.sqrt(stored.reduce((sum, value) => sum + value * value, 0))
              : norm === 'l1'
                ? stored.reduce((sum, value) => sum + Math.abs(value), 0)
                : stored.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          stored.forEach((value, column) => {
            const expected = size > 0 ? value / size : 0;
            const found = normalized[row * x.columns + column]!;
            expect(Math.abs(found - expected)).toBeLessThanOrEqual(2 ** -23 * Math.abs(expected) + 2 ** -149);
          });
        }
      }),
      { numRuns: 50 },
    );
  });
});

describeOperations('rows that an operation makes', (operations) => {
  it('are prepared rows of scale 1, which the next operation takes as if their floats were prepared', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (x) => {
        const job = () => operations.createJob();
        const scale = Float64Array.from({ length: x.columns }, (_, i) => i + 3);
        const made = await operations.scaleColumns(job(), prepare(operations, x), { scale });
        const read = operations.prepare(made.values(), x.rows, x.columns, 1);
        expect(made).toMatchObject({ rows: x.rows, columns: x.columns, scale: 1 });
        expect(made.byteLength).toBe(read.byteLength);
        expect(await valuesOf(operations.normalizeRows(job(), made, 'l2'))).toEqual(
          await valuesOf(operations.normalizeRows(job(), read, 'l2')),
        );
        expect(await operations.nearest(job(), made, read, 1)).toEqual(
          await operations.nearest(job(), read, read, 1),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('are an error at the row and column that is beyond single precision', async () => {
    const x = floats(3, [1, 2, 3, 1, 2e38, 3]);
    const work = operations.scaleColumns(operations.createJob(), prepare(operations, x), {
      scale: Float64Array.of(1, 0.1, 1),
    });
    await expect(work).rejects.toMatchObject({ code: 'ERR_NOT_FINITE', row: 1, column: 1 });
  });
});

const { addon } = loadAddon();

it.skipIf(!addon)('column statistics are the same bits for any number of threads', async () => {
  const threads = addon!.threads();
  const x = addon!.prepare(
    Float32Array.from({ length: 30_000 * 40 }, (_, i) => Math.sin(i)),
    30_000,
    40,
    1,
  );
  addon!.setThreads(1);
  const one = await addon!.columnStatistics(addon!.createJob(), x);
  addon!.setThreads(3);
  const three = await addon!.columnStatistics(addon!.createJob(), x);
  addon!.setThreads(threads);
  expect(three).toEqual(one);
});
