import { HandfulError, invalidArgument } from './errors.ts';

/** Checks one option's value; returns it in its final form or throws `ERR_INVALID_ARGUMENT`. */
export type Check<T> = (value: unknown, name: string) => T;

/** What an options object may hold: for each name a check, and the value where it is left out. */
export type OptionTable<T> = { [K in keyof T]-?: { check: Check<T[K]>; default: T[K] } };

/**
 * The options with defaults filled in, each value checked. A name that the table lacks is an error: a
 * misspelled option must not pass unnoticed.
 */
export function parseOptions<T extends object>(given: unknown, table: OptionTable<T>, owner: string): T {
  if (given !== undefined && (given === null || typeof given !== 'object')) {
    throw invalidArgument(`the options of ${owner}`, 'an object', given);
  }
  const options = (given ?? {}) as Record<string, unknown>;
  const known = Object.keys(table) as (keyof T & string)[];
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(table, name)) {
      throw new HandfulError(
        'ERR_INVALID_ARGUMENT',
        `${owner} has no option '${name}'; it takes ${known.join(', ')}`,
      );
    }
  }
  const parsed = {} as T;
  for (const name of known) {
    const value = options[name];
    parsed[name] = value === undefined ? table[name].default : table[name].check(value, name);
  }
  return parsed;
}

/** A whole number from `low` to `high`. */
export function integer(low: number, high: number = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value, name) => {
    if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) {
      const range = high === Number.MAX_SAFE_INTEGER ? `of ${low} or more` : `from ${low} to ${high}`;
      throw invalidArgument(name, `a whole number ${range}`, value);
    }
    return value as number;
  };
}

/** A number from `low` to `high`, the bounds included; NaN never. */
export function number(low: number, high: number): Check<number> {
  return (value, name) => {
    if (typeof value !== 'number' || !(value >= low && value <= high)) {
      throw invalidArgument(name, `a number from ${low} to ${high}`, value);
    }
    return value;
  };
}

/** A number above zero, `Infinity` included. */
export const positive: Check<number> = (value, name) => {
  if (typeof value !== 'number' || !(value > 0)) throw invalidArgument(name, 'a number above 0', value);
  return value;
};

/** `true` or `false`. */
export const boolean: Check<boolean> = (value, name) => {
  if (typeof value !== 'boolean') throw invalidArgument(name, 'true or false', value);
  return value;
};

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): Check<T> {
  return (value, name) => {
    if (!words.includes(value as T)) {
      throw invalidArgument(name, `one of ${words.map((word) => `'${word}'`).join(', ')}`, value);
    }
    return value as T;
  };
}

/** An array of texts. */
export const texts: Check<readonly string[]> = (value, name) => {
  if (!Array.isArray(value)) throw invalidArgument(name, 'an array of texts', value);
  for (const [i, text] of value.entries()) {
    if (typeof text !== 'string') throw invalidArgument(`${name}[${i}]`, 'a text', text);
  }
  return value;
};

/** Whatever the check accepts, or undefined. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, name) => (value === undefined ? undefined : check(value, name));
}

/** Row numbers as `Int32Array`, each from 0 to `rows - 1`. */
export function rowNumbers(value: unknown, name: string, rows: number): Int32Array {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) {
    throw invalidArgument(name, 'an array of row numbers', value);
  }
  const list = value as ArrayLike<number>;
  for (let i = 0; i < list.length; i++) {
    if (!Number.isInteger(list[i]) || list[i]! < 0 || list[i]! >= rows) {
      throw invalidArgument(`${name}[${i}]`, `a row number from 0 to ${rows - 1}`, list[i]);
    }
  }
  return value instanceof Int32Array ? value : Int32Array.from(list);
}
