import { HandfulError } from '../../core/errors.ts';
import { allocate } from '../../core/memory.ts';
import { trimBlanks } from '../label-text.ts';
import type { FormatOptions, RowChunk } from './data-source.ts';

/** Columns that are taken for names of rows if nothing else is said, the first that there is. */
export const NAME_COLUMNS = ['file', 'name', 'id'];
/** The column that is taken for labels if nothing else is said. */
export const LABEL_COLUMN = 'label';
/** Numbers that a row may have: more would be asked for by mistake, or by somebody who means harm. */
export const MAX_COLUMNS = 2 ** 20;

/** A column that holds numbers, or lists of them. */
interface Feature {
  /** Its place among the table's columns. */
  place: number;
  key: string;
  /** Numbers in its list; undefined where it holds a single one. */
  length: number | undefined;
}

/** Values that there is room for at first, if they make a row: a chunk may be meant to hold more than the file has. */
const FIRST_VALUES = 2 ** 14;

/** What the columns of a table are used for. */
export interface TableLayout {
  features: readonly Feature[];
  /** Numbers in a row. */
  columns: number;
  columnNames: readonly string[];
  /** The column of names; -1 where there is none. */
  namePlace: number;
  /** The column of labels; -1 where there is none. */
  labelPlace: number;
}

/** The columns that would be taken for names or labels, in small letters. */
export function specialColumns({ nameColumn, labelColumn }: FormatOptions): Set<string> {
  const special = [...NAME_COLUMNS, LABEL_COLUMN, nameColumn, labelColumn];
  return new Set(special.filter((each) => each !== undefined).map(plainName));
}

/** Whether a column is called as an index is that pandas or R wrote. */
export function isIndexName(key: string): boolean {
  return /^(?:Unnamed: 0(?:\.\d+)?)?$/.test(key);
}

/** Finds columns by what they are called: exactly so, or else the only one that differs by case and blanks around. */
export class ColumnNames {
  readonly #exact = new Map<string, number>();
  readonly #plain = new Map<string, number>();

  constructor(keys: readonly string[]) {
    for (const [place, key] of keys.entries()) {
      if (!this.#exact.has(key)) this.#exact.set(key, place);
      const plain = plainName(key);
      this.#plain.set(plain, this.#plain.has(plain) ? -1 : place);
    }
  }

  /** The place of a column; -1 if there is none. */
  find(key: string): number {
    return this.#exact.get(key) ?? this.#plain.get(plainName(key)) ?? -1;
  }

  /** The place of the first of some columns that is there; -1 if none is. */
  findFirst(keys: readonly string[]): number {
    return keys.map((key) => this.find(key)).find((place) => place >= 0) ?? -1;
  }
}

function plainName(key: string): string {
  return trimBlanks(key).toLowerCase();
}

/**
 * Decides what each column is used for: one for names, one for labels, those that `columns` lists, or else all
 * others, for numbers.
 * @param keys what the columns are called
 * @param first the first row's values: they state how long lists are
 * @param where what an error message calls the table
 * @param leftOut columns that are no features unless `columns` lists them, such as an index
 * @throws HandfulError `ERR_INVALID_ARGUMENT` if a column that was asked for is not there; `ERR_FILE_FORMAT` for a
 *   table of no numbers, or of more than {@link MAX_COLUMNS} a row
 */
export function planTable(
  keys: readonly string[],
  first: ArrayLike<unknown>,
  options: FormatOptions,
  where: string,
  leftOut: readonly string[] = [],
): TableLayout {
  const names = new ColumnNames(keys);
  const find = (key: string): number => {
    const place = names.find(key);
    if (place >= 0) return place;
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `${where} has no column '${key}': it has ${shortList(keys)}`,
    );
  };
  const findSpecial = (key: string | undefined, defaults: readonly string[]): number => {
    if (key === undefined) return names.findFirst(defaults);
    if (!options.found) return find(key);
    if (names.find(key) >= 0) options.found.add(key);
    return names.findFirst([key, ...defaults]);
  };
  const namePlace = findSpecial(options.nameColumn, NAME_COLUMNS);
  const labelPlace = findSpecial(options.labelColumn, [LABEL_COLUMN]);
  const notFeatures = new Set(leftOut);
  const places =
    options.columns?.map(find) ??
    [...keys.keys()].filter(
      (place) => place !== namePlace && place !== labelPlace && !notFeatures.has(keys[place]!),
    );
  const features = places.map((place) => {
    const value = first[place];
    return { place, key: keys[place]!, length: isList(value) ? value.length : undefined };
  });
  const columns = features.reduce((sum, { length = 1 }) => sum + length, 0);
  if (columns === 0) throw new HandfulError('ERR_FILE_FORMAT', `${where} has no column of numbers`);
  if (columns > MAX_COLUMNS) throw tooManyColumns(where, columns);
  const columnNames = features.flatMap(({ key, length }) =>
    length === undefined ? [key] : Array.from({ length }, (_, i) => `${key}[${i}]`),
  );
  return { features, columns, columnNames, namePlace, labelPlace };
}

/** @param columns how many there are at least */
export function tooManyColumns(where: string, columns: number): HandfulError {
  return new HandfulError(
    'ERR_FILE_FORMAT',
    `${where}: expected at most ${MAX_COLUMNS} numbers in a row but there are ${columns} or more`,
  );
}

/** Gathers rows of a table into a chunk. */
export class RowCollector {
  readonly #layout: TableLayout;
  readonly #capacity: number;
  #data: Float32Array;
  #names: string[] = [];
  #labels: string[] = [];
  #rows = 0;

  constructor(layout: TableLayout, capacity: number) {
    this.#layout = layout;
    this.#capacity = capacity;
    this.#data = this.#newData(this.#firstRows);
  }

  get #firstRows(): number {
    return Math.max(1, Math.floor(FIRST_VALUES / this.#layout.columns));
  }

  #newData(rows: number): Float32Array {
    const taken = Math.min(rows, this.#capacity);
    return allocate(Float32Array, taken * this.#layout.columns, `${taken} rows of the file`);
  }

  get isFull(): boolean {
    return this.#rows === this.#capacity;
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  /**
   * Adds a row.
   * @param values what its columns hold
   * @param place where it is in the file, for an error message
   * @throws HandfulError `ERR_FILE_FORMAT`
   */
  add(values: ArrayLike<unknown>, place: string): void {
    const { features, columns, namePlace, labelPlace } = this.#layout;
    let to = this.#rows * columns;
    if (to === this.#data.length) {
      const larger = this.#newData(2 * this.#rows);
      larger.set(this.#data);
      this.#data = larger;
    }
    for (const feature of features) {
      const value = values[feature.place];
      if (feature.length === undefined) {
        this.#data[to++] = numberOf(value, feature.key, place);
        continue;
      }
      if (!isList(value) || value.length !== feature.length) {
        throw new HandfulError(
          'ERR_FILE_FORMAT',
          `${place}: expected a list of ${feature.length} numbers in '${feature.key}', as in the first row, but there ` +
            `is ${isList(value) ? `one of ${value.length}` : describeValue(value)}`,
        );
      }
      for (let i = 0; i < feature.length; i++) {
        this.#data[to++] = numberOf(value[i], `${feature.key}[${i}]`, place);
      }
    }
    if (namePlace >= 0) this.#names.push(textOf(values[namePlace], 'of names', place));
    if (labelPlace >= 0) this.#labels.push(trimBlanks(textOf(values[labelPlace], 'of labels', place)));
    this.#rows++;
  }

  /** The rows added, to begin with the next ones anew. */
  take(): RowChunk {
    const { columns, namePlace, labelPlace } = this.#layout;
    const chunk: RowChunk = {
      data: this.#data.subarray(0, this.#rows * columns),
      ...(namePlace >= 0 && { names: this.#names }),
      ...(labelPlace >= 0 && { labels: this.#labels }),
    };
    this.#data = this.#newData(this.#firstRows);
    this.#names = [];
    this.#labels = [];
    this.#rows = 0;
    return chunk;
  }
}

/** The number that a text spells as decimal digits, or NaN. */
export function parseNumber(text: string): number {
  const number = Number(text);
  const first = text.charCodeAt(0);
  // Most numbers begin with two characters of a decimal number, and need no closer look.
  if (first > 32 && first < 128 && !(text.charCodeAt(1) > 57)) return number;
  // Number('') and Number(' ') are 0, Number('0x10') is 16, Number('Infinity') what it says.
  return /^[\s\d.e+-]*$/i.test(text) && /\d/.test(text) ? number : Number.NaN;
}

/** Whether a text spells a number whose decimals stand after a comma. */
export function hasDecimalComma(text: string): boolean {
  return /^\s*[+-]?(?:\d*|\d{1,3}(?:[.\s']\d{3})+),\d+(?:e[+-]?\d+)?\s*$/i.test(text);
}

function numberOf(value: unknown, column: string, place: string): number {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string'
        ? parseNumber(value)
        : typeof value === 'bigint' || typeof value === 'boolean'
          ? Number(value)
          : Number.NaN;
  const single = Math.fround(number);
  if (Number.isFinite(single)) return single;
  throw new HandfulError(
    'ERR_FILE_FORMAT',
    `${place}: expected a number in column '${column}' but there is ${describeValue(value)}` +
      (typeof value === 'string' && hasDecimalComma(value)
        ? ': decimals stand after a point, not after a decimal comma'
        : ''),
  );
}

function describeValue(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return typeof value === 'object' ? 'something else' : String(value);
}

/**
 * What a name or a label says, which may be a number or a date; nothing if there is none, or NaN.
 * @throws HandfulError `ERR_FILE_FORMAT` for a list or an object
 */
export function textOf(value: unknown, column: string, place: string): string {
  if (value === undefined || value === null || Number.isNaN(value)) return '';
  if (typeof value !== 'object' || value instanceof Date) return String(value);
  throw new HandfulError(
    'ERR_FILE_FORMAT',
    `${place}: expected a text in the column ${column} but there is something else`,
  );
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** A list as a message shows it: its beginning, and how long it is. */
export function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown}, … (${names.length} in all)` : shown;
}
