import { describe, expect, it } from 'vitest';
import { sureRows, takenRows } from '../../lib/report/training/sure-rows.ts';

const distributions = {
  data: Float32Array.of(0.75, 0.25, 0.5, 0.5, 0.875, 0.125, 0.25, 0.75, 0.75, 0.25, 0.625, 0.375),
  shape: [6, 2] as const,
};

describe('the rows that a model is surest of', () => {
  it('are those of each class with the highest probability, ties to the lowest row, and no labelled one', () => {
    const [first, second] = sureRows(distributions, Int32Array.of(2), 2);
    expect(first!.surest).toEqual([
      { row: 0, probability: 0.75 },
      { row: 4, probability: 0.75 },
    ]);
    expect(second!.surest).toEqual([{ row: 3, probability: 0.75 }]);
  });

  it('are none of those that it is least sure of, the least sure first', () => {
    const [first, second] = sureRows(distributions, Int32Array.of(2), 2);
    expect(first!.leastSure.map(({ row }) => row)).toEqual([1, 5]);
    expect(second!.leastSure).toEqual([]);
  });
});

describe('the rows taken for a class', () => {
  it('are all rows of which it is the most probable, ties to the first class', () => {
    expect([...takenRows(distributions)]).toEqual([5, 1]);
  });
});
