import { HandfulError, invalidArgument } from './errors.ts';
import { integer, number } from './options.ts';

/** Words of key that the Mersenne Twister holds, and the distance at which it mixes them. */
const KEY_WORDS = 624;
const MIDDLE_WORD = 397;

/** Words of a whole state: the key, then the position in it. */
const STATE_WORDS = KEY_WORDS + 1;

const MAX_SEED = 2 ** 32 - 1;
const checkSeed = integer(0, MAX_SEED);
const checkCount = integer(0, 2 ** 31 - 1);
const checkLow = integer(-(2 ** 31), 2 ** 31 - 1);
const checkBound = number(-Number.MAX_VALUE, Number.MAX_VALUE);

/**
 * NumPy's legacy `RandomState`: the MT19937 generator (Matsumoto & Nishimura 1998) and NumPy's distributions
 * over it, equal to the bit, so that a seed means here what it means there. Every draw advances the state.
 */
export class RandomState {
  readonly #key = new Uint32Array(KEY_WORDS);
  #position = KEY_WORDS;

  /**
   * @param seed from 0 to 2^32 - 1; a fresh one is drawn from the system's randomness where it is left out
   * @throws HandfulError `ERR_INVALID_ARGUMENT`
   */
  constructor(seed?: number) {
    let word = seed === undefined ? crypto.getRandomValues(new Uint32Array(1))[0] : checkSeed(seed, 'seed');
    for (let i = 0; i < KEY_WORDS; i++) {
      this.#key[i] = word;
      word = (Math.imul(1812433253, word ^ (word >>> 30)) + i + 1) >>> 0;
    }
  }

  /** A generator that goes on from the given {@link RandomState.words}. */
  static fromWords(words: Uint32Array): RandomState {
    const state = new RandomState(0);
    state.setWords(words);
    return state;
  }

  /** The whole state: 624 words of key, then the position (0 to 624). */
  words(): Uint32Array {
    const words = new Uint32Array(STATE_WORDS);
    words.set(this.#key);
    words[KEY_WORDS] = this.#position;
    return words;
  }

  /**
   * Takes over a state that {@link RandomState.words} gave, here or in a backend.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`
   */
  setWords(words: Uint32Array): void {
    if (!(words instanceof Uint32Array) || words.length !== STATE_WORDS || words[KEY_WORDS] > KEY_WORDS) {
      throw invalidArgument('words', `a state as words() gives it: a Uint32Array(${STATE_WORDS})`, words);
    }
    this.#key.set(words.subarray(0, KEY_WORDS));
    this.#position = words[KEY_WORDS];
  }

  /** `size` numbers in [0, 1) with 53 random bits each, or a single one; NumPy's `random_sample`. */
  randomSample(): number;
  randomSample(size: number): Float64Array;
  randomSample(size?: number): number | Float64Array;
  randomSample(size?: number): number | Float64Array {
    if (size === undefined) return this.#nextDouble();
    const sample = new Float64Array(checkCount(size, 'size'));
    for (let i = 0; i < sample.length; i++) sample[i] = this.#nextDouble();
    return sample;
  }

  /** `size` numbers in [`low`, `high`), 0 and 1 where left out, or a single one; NumPy's `uniform`. */
  uniform(): number;
  uniform(size: number, low?: number, high?: number): Float64Array;
  uniform(size: undefined, low?: number, high?: number): number;
  uniform(size?: number, low = 0, high = 1): number | Float64Array {
    const range = checkBound(checkBound(high, 'high') - checkBound(low, 'low'), 'high - low');
    const sample = this.randomSample(size);
    return typeof sample === 'number' ? low + range * sample : sample.map((value) => low + range * value);
  }

  /**
   * `size` whole numbers from `low` to `high - 1`, or a single one; NumPy's `randint`. Unlike there, both bounds
   * must be given and every number must fit 32 signed bits, so that the result is an `Int32Array`.
   */
  randint(low: number, high: number): number;
  randint(low: number, high: number, size: number): Int32Array;
  randint(low: number, high: number, size?: number): number | Int32Array {
    const range = integer(checkLow(low, 'low') + 1, 2 ** 31)(high, 'high') - low - 1;
    if (size === undefined) return low + this.#bounded(range);
    const draws = new Int32Array(checkCount(size, 'size'));
    for (let i = 0; i < draws.length; i++) draws[i] = low + this.#bounded(range);
    return draws;
  }

  /** The numbers from 0 to `n - 1` in random order; NumPy's `permutation`. */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: checkCount(n, 'n') }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.#bounded(i);
      const value = order[i];
      order[i] = order[j];
      order[j] = value;
    }
    return order;
  }

  /** `size` distinct numbers from 0 to `n - 1`, or a single one; NumPy's `choice` with `replace=False`. */
  choice(n: number): number;
  choice(n: number, size: number): Int32Array;
  choice(n: number, size?: number): number | Int32Array {
    const population = integer(1, 2 ** 31 - 1)(n, 'n');
    if (size === undefined) return this.permutation(population)[0];
    if (checkCount(size, 'size') > population) {
      throw new HandfulError(
        'ERR_INVALID_ARGUMENT',
        `Expected a size of at most ${population}, because choice takes none twice, but received ${size}`,
      );
    }
    return this.permutation(population).slice(0, size);
  }

  #nextDouble(): number {
    const high = this.#nextWord() >>> 5;
    const low = this.#nextWord() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A whole number from 0 to `max` by masked rejection, as NumPy's legacy code draws it; none for a `max` of 0. */
  #bounded(max: number): number {
    if (max === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(max);
    for (;;) {
      const value = (this.#nextWord() & mask) >>> 0;
      if (value <= max) return value;
    }
  }

  #nextWord(): number {
    if (this.#position === KEY_WORDS) this.#refill();
    let word = this.#key[this.#position++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #refill(): void {
    const key = this.#key;
    for (let i = 0; i < KEY_WORDS; i++) {
      const joined = (key[i] & 0x80000000) | (key[(i + 1) % KEY_WORDS] & 0x7fffffff);
      key[i] = key[(i + MIDDLE_WORD) % KEY_WORDS] ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
    }
    this.#position = 0;
  }
}

/**
 * The generator that an option `randomState` means, as in scikit-learn: a number seeds a new one, an instance is
 * used and advanced in place, and nothing at all means a fresh random seed.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function asRandomState(value: unknown, name = 'randomState'): RandomState {
  if (value instanceof RandomState) return value;
  if (value === undefined) return new RandomState();
  if (typeof value === 'number') return new RandomState(checkSeed(value, name));
  throw invalidArgument(name, 'a seed from 0 to 4294967295 or a RandomState', value);
}
