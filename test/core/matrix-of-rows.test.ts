import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepare } from '../../lib/backend/prepared-matrix.ts';
import { describe as described, unfitArgument } from '../../lib/core/errors.ts';
import { matrix } from '../../lib/core/matrix-of-rows.ts';
import { KMeans } from '../../lib/estimators/k-means.ts';
import { NearestNeighbors } from '../../lib/estimators/nearest-neighbors.ts';
import { FewLabels } from '../../lib/semi-supervised/few-labels.ts';
import { LabelSpreading } from '../../lib/semi-supervised/label-spreading.ts';
import { expectError } from '../support/errors.ts';

const wanted = { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] };

describe('matrix', () => {
  it.each([
    [
      'arrays of numbers',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    ['arrays of floats', [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)]],
    ['arrays of doubles', [Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6)]],
    ['arrays of both kinds', [[1, 2, 3], Int8Array.of(4, 5, 6)]],
    ['doubles with their shape', { data: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] as const }],
    ['numbers with their shape', { data: [1, 2, 3, 4, 5, 6], shape: [2, 3] as const }],
    ['numbers with a scale', { data: [2, 4, 6, 8, 10, 12], shape: [2, 3] as const, scale: 0.5 }],
  ])('is made of %s', (_, rows) => {
    expect(matrix(rows)).toEqual(wanted);
  });

  it('holds what the rows hold, rounded to single precision, whatever they are', () => {
    const number = fc.double({ min: -3e38, max: 3e38, noNaN: true });
    const rows = fc.integer({ min: 1, max: 6 }).chain((columns) =>
      fc.array(fc.array(number, { minLength: columns, maxLength: columns }), {
        minLength: 1,
        maxLength: 6,
      }),
    );
    fc.assert(
      fc.property(rows, (given) => {
        const expected = { data: Float32Array.from(given.flat()), shape: [given.length, given[0]!.length] };
        expect(matrix(given)).toEqual(expected);
        expect(matrix(given.map((row) => Float64Array.from(row)))).toEqual(expected);
        expect(matrix({ data: given.flat(), shape: [given.length, given[0]!.length] })).toEqual(expected);
      }),
    );
  });

  it.each([
    ['rows of other lengths', [[1, 2], [3]], 'row 1 of rows'],
    ['no rows', [], 'at least one row'],
    ['empty rows', [[], []], 'row 0 of rows'],
    ['numbers without a shape', [1, 2, 3], 'matrix({ data, shape: [rows, columns] })'],
    ['doubles without a shape', Float64Array.of(1, 2), 'matrix({ data, shape: [rows, columns] })'],
    ['another shape', { data: [1, 2, 3], shape: [2, 2] }, '2 x 2 = 4 elements'],
    [
      'text',
      [
        [1, 2],
        [3, '4'],
      ],
      'row 1, column 1 of rows',
    ],
    [
      'a hole',
      [
        [1, 2],
        [3, undefined],
      ],
      'row 1, column 1 of rows',
    ],
    ['a bigint', [[1n]], 'row 0, column 0 of rows'],
    ['null', null, 'an array of rows'],
    ['a string', 'rows', 'an array of rows'],
  ])('refuses %s', async (_, rows, words) => {
    await expectError(() => matrix(rows as never), 'ERR_INVALID_ARGUMENT', words);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 3.5e38, -1e300])(
    'refuses %d, naming the row and column',
    async (value) => {
      const words = 'row 1, column 0 of rows';
      await expectError(() => matrix([[1], [value]]), 'ERR_NOT_FINITE', words);
      await expectError(
        () => matrix({ data: Float64Array.of(1, value), shape: [2, 1] }),
        'ERR_NOT_FINITE',
        words,
      );
    },
  );
});

describe('an array of rows where a matrix is wanted', () => {
  const rows = [
    [1, 2],
    [3, 4],
    [5, 6],
  ] as never;
  const X = matrix(rows);

  it.each<[string, () => unknown]>([
    ['prepare', () => prepare(rows)],
    ['KMeans.fit', () => new KMeans({ nClusters: 2 }).fit(rows)],
    ['KMeans init', () => new KMeans({ nClusters: 2, init: rows })],
    ['NearestNeighbors.fit', () => new NearestNeighbors().fit(rows)],
    ['FewLabels.pick', () => new FewLabels({ budget: 2 }).pick(rows)],
    ['LabelSpreading.fit', () => new LabelSpreading().fit(rows, { rows: [0], labels: ['a'] })],
    [
      'LabelSpreading.fit y',
      () => new LabelSpreading({ nNeighbors: 1 }).fit(X, { classes: ['a', 'b'], distributions: rows }),
    ],
  ])('is refused with the name of what makes a matrix of it: %s', async (_, call) => {
    await expectError(call, 'ERR_INVALID_ARGUMENT', /matrix\([\w.]+\) makes one of rows/);
  });

  it('is refused as doubles too', async () => {
    const doubles = { data: Float64Array.of(1, 2), shape: [1, 2] };
    await expectError(() => prepare(doubles as never), 'ERR_INVALID_ARGUMENT', 'matrix(matrix) converts');
  });
});

describe('a message', () => {
  it('tells what a matrix of other columns has in words, one column as one', async () => {
    const neighbors = await new NearestNeighbors().fit(
      matrix([
        [1, 2],
        [3, 4],
      ]),
    );
    await expectError(
      neighbors.kneighbors(matrix([[1], [2]]), 1),
      'ERR_INVALID_ARGUMENT',
      /a matrix of 2 columns for \w+ but it has 1 column$/,
    );
    expect(unfitArgument('X', 'a matrix', 'one row').message).toBe(
      'Expected a matrix for X but it has one row',
    );
  });

  it('shows plain values plainly', () => {
    expect([true, 7, Number.NaN, 3n, 'a', null, undefined, [1]].map(described)).toEqual([
      'true',
      '7',
      'NaN',
      'the bigint 3',
      "'a'",
      'null',
      'undefined',
      'Array of length 1',
    ]);
  });
});
