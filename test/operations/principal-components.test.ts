import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Operations, PrincipalComponentsOptions } from '../../binding.d.ts';
import { loadAddon } from '../../lib/backend/native.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { jacobiEigen } from '../support/jacobi.ts';
import { describeOperations } from '../support/operations.ts';
import { bytes, floats, type PlainRows, prepare, valueAt } from '../support/plain.ts';

/** Rows whose columns vary less and less, mixed with one another, far from zero. */
function mixedRows(rows: number, columns: number, seed = 0): PlainRows {
  const random = new RandomState(seed);
  const rank = Math.min(columns, 40);
  const mixing = random.uniform(rank * columns, -1, 1);
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    const hidden = random.uniform(rank, -1, 1).map((value, i) => value / (1 + i));
    const noise = random.uniform(columns, -0.01, 0.01);
    for (let column = 0; column < columns; column++) {
      let value = 3 + noise[column]!;
      for (let i = 0; i < rank; i++) value += hidden[i]! * mixing[i * columns + column]!;
      values.push(value);
    }
  }
  return floats(columns, values);
}

/** Centred, and where asked standardized, values. */
function centered(x: PlainRows, standardize: boolean): number[][] {
  const z = Array.from({ length: x.rows }, (_, row) =>
    Array.from({ length: x.columns }, (_, column) => valueAt(x, row, column)),
  );
  for (let column = 0; column < x.columns; column++) {
    const mean = z.reduce((sum, row) => sum + row[column]!, 0) / x.rows;
    const deviation = Math.sqrt(z.reduce((sum, row) => sum + (row[column]! - mean) ** 2, 0) / x.rows);
    const scale = standardize && deviation > 1e-9 * Math.abs(mean) ? deviation : 1;
    for (const row of z) row[column] = (row[column]! - mean) / scale;
  }
  return z;
}

function covariance(z: readonly number[][]): number[][] {
  const columns = z[0]!.length;
  const sums = Array.from({ length: columns }, () => new Array<number>(columns).fill(0));
  for (const row of z) {
    for (let i = 0; i < columns; i++) for (let j = 0; j < columns; j++) sums[i]![j]! += row[i]! * row[j]!;
  }
  return sums.map((row) => row.map((sum) => sum / (z.length - 1)));
}

/** What components are held against: of each matrix once for all backends. */
const references = new Map<PlainRows, { matrix: number[][]; values: number[] }>();

function reference(x: PlainRows, standardize: boolean): { matrix: number[][]; values: number[] } {
  let known = references.get(x);
  if (!known) {
    const matrix = covariance(centered(x, standardize));
    known = { matrix, values: jacobiEigen(matrix).values };
    references.set(x, known);
  }
  return known;
}

const analyse = (operations: Operations, x: PlainRows, options: Partial<PrincipalComponentsOptions>) =>
  operations.principalComponents(operations.createJob(), prepare(operations, x), {
    nComponents: Math.min(x.rows, x.columns),
    standardize: false,
    ...options,
  });

/** Holds components against what they must be of the covariance matrix, errors relative to its largest eigenvalue. */
async function expectPrincipal(
  operations: Operations,
  x: PlainRows,
  options: Partial<PrincipalComponentsOptions>,
  tolerance: number,
): Promise<void> {
  const { components, explainedVariance, totalVariance } = await analyse(operations, x, options);
  const { matrix, values } = reference(x, options.standardize ?? false);
  const size = values[0]! || 1;
  const count = explainedVariance.length;
  const rowOf = (j: number) => components.subarray(j * x.columns, (j + 1) * x.columns);
  for (let j = 0; j < count; j++) {
    expect(Math.abs(explainedVariance[j]! - values[j]!)).toBeLessThanOrEqual(tolerance * size);
    const v = rowOf(j);
    matrix.forEach((row, i) => {
      const product = row.reduce((sum, element, k) => sum + element * v[k]!, 0);
      expect(Math.abs(product - explainedVariance[j]! * v[i]!)).toBeLessThanOrEqual(10 * tolerance * size);
    });
    for (let k = 0; k <= j; k++) {
      const product = v.reduce((sum, element, i) => sum + element * rowOf(k)[i]!, 0);
      expect(Math.abs(product - Number(j === k))).toBeLessThanOrEqual(1e-12);
    }
    const largest = v.reduce((most, element) => Math.max(most, Math.abs(element)), 0);
    expect(v.find((element) => Math.abs(element) >= (1 - 1e-6) * largest)).toBeGreaterThan(0);
  }
  const trace = matrix.reduce((sum, row, i) => sum + row[i]!, 0);
  expect(Math.abs(totalVariance - trace)).toBeLessThanOrEqual(tolerance * (trace || 1));
}

const cases = (
  [
    [40, 12, false],
    [40, 12, true],
    [7, 30, false],
    [7, 30, true],
    [2, 5, false],
    [300, 1, false],
    [90, 90, false],
    [700, 60, true],
  ] as const
).map(([rows, columns, standardize]) => [rows, columns, standardize, mixedRows(rows, columns)] as const);

const wide = mixedRows(700, 530, 3);
const wideCentered = centered(wide, false);

describeOperations('principal components', (operations) => {
  it.each(cases)('of %i x %i are those of the covariance matrix, standardized %s', async (...given) => {
    const [, , standardize, x] = given;
    await expectPrincipal(operations, x, { standardize }, 1e-12);
  });

  it('are right for few values: duplicates, constant columns, rows of any rank', async () => {
    const shapes = fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 9 }));
    const x = shapes.chain(([rows, columns]) =>
      fc
        .tuple(
          fc.array(fc.integer({ min: 0, max: 2 }), {
            minLength: rows * columns,
            maxLength: rows * columns,
          }),
          fc.boolean(),
        )
        .map(([values, isBytes]) => (isBytes ? bytes(columns, values, 1 / 255) : floats(columns, values))),
    );
    await fc.assert(
      fc.asyncProperty(x, fc.boolean(), (rows, standardize) =>
        expectPrincipal(operations, rows, { standardize }, 1e-12),
      ),
      { numRuns: 60 },
    );
  });

  it('keep their digits far from zero, and whatever the unit', async () => {
    const near = floats(3, [1, 2, 0, 2, 4, 8, 3, 1, 4, 4, 0, 2]);
    const { components, explainedVariance } = await analyse(operations, near, {});
    for (const [shift, unit] of [
      [2 ** 20, 1],
      [0, 2 ** 60],
      [0, 2 ** -60],
    ] as const) {
      const far = floats(
        3,
        Array.from(near.data, (value) => (value + shift) * unit),
      );
      const found = await analyse(operations, far, {});
      found.components.forEach((element, i) => {
        expect(element).toBeCloseTo(components[i]!, 10);
      });
      found.explainedVariance.forEach((variance, i) => {
        expect(variance / unit ** 2).toBeCloseTo(explainedVariance[i]!, 10);
      });
    }
  });

  it('keep the digits of small variances where columns are of scales up to 1e9 apart', async () => {
    const shapes = fc.constantFrom([50, 3], [30, 60], [40, 12], [12, 40], [60, 60], [2, 5]);
    const scales = fc.array(fc.constantFrom(1, 1e3, 1e6, 1e7, 1e8, 1e9), { minLength: 60, maxLength: 60 });
    const anyCase = fc.record({ shape: shapes, scales, seed: fc.nat(1000), one: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ shape: [rows, columns], scales, seed, one }) => {
        const values = new RandomState(seed).uniform(rows! * columns!, -1, 1);
        const scaleOf = (column: number) => (one && column !== seed % columns! ? 1 : scales[column]!);
        const x = floats(
          columns!,
          Array.from(values, (value, i) => value * scaleOf(i % columns!)),
        );
        const { explainedVariance, components } = await analyse(operations, x, {});
        const expected = jacobiEigen(covariance(centered(x, false))).values;
        // The last component of as few rows has no variance.
        const varying = Math.min(rows! - 1, columns!);
        for (let j = 0; j < varying; j++) {
          expect(Math.abs(explainedVariance[j]! / expected[j]! - 1)).toBeLessThan(1e-6);
        }
        for (let j = varying; j < explainedVariance.length; j++) expect(explainedVariance[j]).toBe(0);
        for (let j = 0; j < explainedVariance.length; j++) {
          for (let k = 0; k <= j; k++) {
            let product = 0;
            for (let i = 0; i < columns!; i++) {
              product += components[j * columns! + i]! * components[k * columns! + i]!;
            }
            expect(Math.abs(product - Number(j === k))).toBeLessThanOrEqual(1e-12);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('have no variance along what depends on other columns, whatever their scales', async () => {
    const values = new RandomState(4).uniform(3 * 40, -1, 1);
    const rows = Array.from({ length: 40 }, (_, row) => {
      const [a, b, c] = values.subarray(3 * row, 3 * row + 3);
      return [a! * 2 ** 30, Math.fround(b!), 2 * Math.fround(b!), 14.62, Math.fround(c!), 1e20];
    });
    for (const columns of [6, 60]) {
      const padded = rows.map((row) => [...row, ...new Array<number>(columns - 6).fill(3)]);
      const { explainedVariance } = await analyse(operations, floats(columns, padded.flat()), {});
      expect(Array.from(explainedVariance, (variance) => variance > 0)).toEqual(
        Array.from(explainedVariance, (_, j) => j < 3),
      );
    }
  });

  it('are the same for rows in another order', async () => {
    const x = mixedRows(50, 8);
    const rows = prepare(operations, x);
    const order = Int32Array.from(new RandomState(1).permutation(x.rows));
    const options = { nComponents: 8, standardize: true };
    const found = await operations.principalComponents(operations.createJob(), rows, options);
    const turned = await operations.principalComponents(operations.createJob(), rows.take(order), options);
    turned.components.forEach((element, i) => {
      expect(element).toBeCloseTo(found.components[i]!, 10);
    });
  });

  it('are as few as explain more than a share of the variance', async () => {
    const x = mixedRows(60, 10);
    const { explainedVariance, totalVariance } = await analyse(operations, x, {});
    for (const share of [0.01, 0.5, 0.9, 0.999]) {
      let [enough, sum] = [0, 0];
      while (sum <= share * totalVariance) sum += explainedVariance[enough++]!;
      const found = await analyse(operations, x, { varianceShare: share });
      expect(found.explainedVariance).toHaveLength(enough);
      expect(found.components).toHaveLength(enough * x.columns);
    }
  });

  it('leave nothing to explain where nothing varies', async () => {
    const { explainedVariance, totalVariance } = await analyse(operations, floats(2, [3, 7, 3, 7, 3, 7]), {});
    expect([...explainedVariance, totalVariance]).toEqual([0, 0, 0]);
  });

  it('of many columns are found within the stated residual', async () => {
    const count = 12;
    const { components, explainedVariance } = await analyse(operations, wide, { nComponents: count });
    for (let j = 0; j < count; j++) {
      const v = components.subarray(j * wide.columns, (j + 1) * wide.columns);
      const product = new Float64Array(wide.columns);
      for (const row of wideCentered) {
        const along = row.reduce((sum, value, i) => sum + value * v[i]!, 0) / (wide.rows - 1);
        for (let i = 0; i < wide.columns; i++) product[i]! += along * row[i]!;
      }
      const residual = Math.hypot(...product.map((value, i) => value - explainedVariance[j]! * v[i]!));
      expect(residual).toBeLessThanOrEqual(1.1e-6 * explainedVariance[j]!);
    }
  });
});

const { addon } = loadAddon();

it.skipIf(!addon)('principal components of many columns are found by a share of the variance', async () => {
  const most = await analyse(addon!, wide, { nComponents: 100 });
  const found = await analyse(addon!, wide, { varianceShare: 0.95 });
  const count = found.explainedVariance.length;
  const shareOf = (variances: Float64Array) =>
    variances.reduce((sum, variance) => sum + variance, 0) / most.totalVariance;
  expect(shareOf(most.explainedVariance.subarray(0, count))).toBeGreaterThan(0.95);
  expect(shareOf(most.explainedVariance.subarray(0, count - 1))).toBeLessThanOrEqual(0.95);
  for (let j = 0; j < count; j++) {
    expect(found.explainedVariance[j]! / most.explainedVariance[j]!).toBeCloseTo(1, 9);
  }
});

it.skipIf(!addon)('principal components are the same bits for any number of threads', async () => {
  const threads = addon!.threads();
  const uneven = mixedRows(90, 70);
  uneven.data.forEach((value, i) => {
    if (i % 70 === 5) uneven.data[i] = value * 1e8;
  });
  for (const [x, standardize] of [
    [wide, true],
    [mixedRows(5000, 20), true],
    [mixedRows(300, 700), true],
    [uneven, false],
  ] as const) {
    const results = [];
    for (const count of [1, 2, 3]) {
      addon!.setThreads(count);
      results.push(await analyse(addon!, x, { nComponents: 10, standardize }));
    }
    addon!.setThreads(threads);
    for (const result of results) expect(result).toEqual(results[0]);
  }
});
