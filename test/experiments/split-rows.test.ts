import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Split, splitRows } from '../../lib/experiments/split-rows.ts';
import { expectError } from '../support/errors.ts';

/** Rows that hold their own number, of which those with a label are split. */
function split(labels: readonly string[], { testShare, seed }: Split) {
  const X = { data: Float32Array.from(labels.keys()), shape: [labels.length, 1] as const };
  const rows = Int32Array.from(labels.keys()).filter((row) => labels[row] !== '');
  const of = Array.from(rows, (row) => labels[row]!);
  return splitRows(X, { rows, labels: of }, { testShare, seed });
}

const letters = fc.array(fc.constantFrom('', 'a', 'b', 'c', 'd'), { minLength: 12, maxLength: 60 });

/** Labels of two classes or more, of which one has rows enough for any share to set some aside. */
const manyLabels = letters.map((some) => [...some, 'e', ...new Array(10).fill('f')]);

const shares = fc.double({ min: 0.05, max: 0.95, noNaN: true });

describe('rows that are split', () => {
  it('are each in one part, with their label, and in their order', () => {
    fc.assert(
      fc.property(manyLabels, shares, fc.nat(), (labels, testShare, seed) => {
        const { train, test, classNames } = split(labels, { testShare, seed });
        const parts = [train, test].map(({ X, y }) => {
          const rows = Array.from(X.data);
          expect(rows.map((row) => labels[row])).toEqual(Array.from(y, (number) => classNames[number]));
          expect(rows).toEqual([...rows].sort((a, b) => a - b));
          return rows;
        });
        const all = [...labels.keys()].filter((row) => labels[row] !== '');
        expect(parts.flat().sort((a, b) => a - b)).toEqual(all);
      }),
    );
  });

  it('leave every class in the rows to learn from, and set the share of each aside', () => {
    fc.assert(
      fc.property(manyLabels, shares, fc.nat(), (labels, testShare, seed) => {
        const { train, test, classNames } = split(labels, { testShare, seed });
        for (const [number, name] of classNames.entries()) {
          const size = labels.filter((label) => label === name).length;
          const [learned, aside] = [train, test].map(({ y }) => y.filter((each) => each === number).length);
          expect(learned).toBeGreaterThan(0);
          expect(aside).toBe(Math.min(size - 1, Math.round(testShare * size)));
        }
      }),
    );
  });

  it('are the same for the same seed, and others for another', () => {
    const labels = Array.from({ length: 100 }, (_, row) => 'ab'[row % 2]!);
    const testOf = (seed: number) => Array.from(split(labels, { testShare: 0.3, seed }).test.X.data);
    expect(testOf(1)).toEqual(testOf(1));
    expect(testOf(1)).not.toEqual(testOf(2));
  });

  it('name their classes in the order of their names', () => {
    expect(split(['b', 'a', 'b', 'a', 'B', 'B'], { testShare: 0.5, seed: 0 }).classNames).toEqual([
      ...['B', 'a', 'b'],
    ]);
  });

  it('are refused if they are of one class, or if none would be set aside', async () => {
    const bad = 'ERR_INVALID_ARGUMENT';
    await expectError(() => split(['a', 'a', ''], { testShare: 0.5, seed: 0 }), bad, 'two classes');
    await expectError(() => split(['a', 'b', 'b'], { testShare: 0.1, seed: 0 }), bad, 'test share');
  });
});
