import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asRandomState, RandomState } from '../../lib/core/random-state.ts';
import { expectError } from '../support/errors.ts';
import { oracleCases } from '../support/oracle.ts';

interface Call {
  call: 'random_sample' | 'randint' | 'uniform' | 'permutation' | 'choice';
  low: number;
  high: number;
  n: number;
  size: number;
  value: number[];
}

function draw(random: RandomState, { call, low, high, n, size }: Call): ArrayLike<number> {
  if (call === 'random_sample') return random.randomSample(size);
  if (call === 'randint') return random.randint(low, high, size);
  if (call === 'uniform') return random.uniform(size);
  if (call === 'permutation') return random.permutation(n);
  return random.choice(n, size);
}

describe('RandomState', () => {
  const cases = oracleCases<{ seed: number; calls: Call[] }>('numpy-random-state');

  it("draws what NumPy's RandomState draws, to the bit", () => {
    for (const { seed, calls } of cases) {
      const random = new RandomState(seed);
      for (const call of calls) expect([...Array.from(draw(random, call))]).toEqual(call.value);
    }
  });

  // Drawn with NumPy itself.
  it('is the legacy Mersenne Twister seeded by a number', () => {
    expect([...new RandomState(42).randomSample(3)]).toEqual([
      0.3745401188473625, 0.9507143064099162, 0.7319939418114051,
    ]);
    expect([...new RandomState(42).randint(0, 60000, 4)]).toEqual([56422, 15795, 860, 38158]);
    expect([...new RandomState(0).permutation(10)]).toEqual([2, 8, 4, 9, 1, 6, 7, 3, 0, 5]);
    expect([...new RandomState(7).randint(-(2 ** 31), 2 ** 31, 3)]).toEqual([
      -1819742033, -1171069756, 1202242073,
    ]);
    expect([...new RandomState(7).uniform(2, -1, 3)]).toEqual([-0.6947668425041713, 2.1196751689604585]);
  });

  it('gives single numbers where size is left out, from the same stream', () => {
    const single = new RandomState(5);
    const many = new RandomState(5);
    expect(single.randomSample()).toBe(many.randomSample(1)[0]);
    expect(single.uniform()).toBe(many.uniform(1)[0]);
    expect(single.randint(3, 90)).toBe(many.randint(3, 90, 1)[0]);
    expect(single.choice(50)).toBe(many.choice(50, 1)[0]);
  });

  it('stays the same after refilling its key many times', () => {
    const random = new RandomState(1);
    random.randomSample(100_000);
    expect(random.randomSample()).toBe(0.31846122054144177);
  });

  it('draws whole numbers within their bounds, and distinct ones without replacement', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 32 - 1),
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 1, max: 5000 }),
        (seed, low, range) => {
          const random = new RandomState(seed);
          for (const value of random.randint(low, low + range, 20)) {
            expect(value).toBeGreaterThanOrEqual(low);
            expect(value).toBeLessThan(low + range);
          }
          expect(new Set(random.choice(range, Math.min(range, 30))).size).toBe(Math.min(range, 30));
        },
      ),
    );
  });

  it('draws nothing from the stream for a range of one number', () => {
    const random = new RandomState(3);
    expect([...random.randint(8, 9, 4)]).toEqual([8, 8, 8, 8]);
    expect(random.randomSample()).toBe(new RandomState(3).randomSample());
  });

  it('goes on from a state that it gave out', () => {
    const random = new RandomState(9);
    random.randomSample(1000);
    const copy = RandomState.fromWords(random.words());
    expect(copy.randomSample(700)).toEqual(random.randomSample(700));
    expect(copy.words()).toEqual(random.words());
  });

  it('gives out a state of its own', () => {
    const random = new RandomState(9);
    random.words().fill(0);
    expect(random.randomSample()).toBe(new RandomState(9).randomSample());
  });

  it('starts from fresh randomness without a seed', () => {
    expect(new RandomState().words()).not.toEqual(new RandomState().words());
  });

  it('rejects seeds, bounds and sizes that NumPy would reject, and states of another make', async () => {
    for (const seed of [-1, 2 ** 32, 1.5, NaN, '1']) {
      await expectError(() => new RandomState(seed as number), 'ERR_INVALID_ARGUMENT', 'seed');
    }
    const random = new RandomState(0);
    await expectError(() => random.randint(3, 3), 'ERR_INVALID_ARGUMENT', 'high');
    await expectError(() => random.randint(0, 2 ** 31 + 1), 'ERR_INVALID_ARGUMENT', 'high');
    await expectError(() => random.randint(0, 5, -1), 'ERR_INVALID_ARGUMENT', 'size');
    await expectError(() => random.uniform(1, 0, Infinity), 'ERR_INVALID_ARGUMENT', 'high');
    await expectError(() => random.choice(3, 4), 'ERR_INVALID_ARGUMENT', 'takes none twice');
    await expectError(() => random.permutation(-1), 'ERR_INVALID_ARGUMENT', 'n');
    await expectError(() => random.setWords(new Uint32Array(624)), 'ERR_INVALID_ARGUMENT', 'words');
    await expectError(() => random.setWords(new Uint32Array(625).fill(625)), 'ERR_INVALID_ARGUMENT', 'words');
  });
});

describe('asRandomState', () => {
  it('seeds a generator with a number, and takes a generator as it is', () => {
    expect(asRandomState(4).words()).toEqual(new RandomState(4).words());
    const random = new RandomState(4);
    expect(asRandomState(random)).toBe(random);
  });

  it('starts from fresh randomness where nothing is given', () => {
    expect(asRandomState(undefined).words()).not.toEqual(asRandomState(undefined).words());
  });

  it('rejects anything else', async () => {
    for (const value of [null, '4', {}, -3]) {
      await expectError(() => asRandomState(value), 'ERR_INVALID_ARGUMENT', 'randomState');
    }
  });
});
