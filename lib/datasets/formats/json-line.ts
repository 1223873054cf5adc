import { HandfulError } from '../../core/errors.ts';
import { MAX_COLUMNS } from './table-rows.ts';

/** A string or a number of JSON. In valid JSON it matches each from its first character on, and nothing else. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** The object of a line of JSON. */
export class JsonLine {
  readonly #text: string;
  readonly #json: Readonly<Record<string, unknown>>;
  #exact: Readonly<Record<string, unknown>> | undefined;

  private constructor(text: string, json: Readonly<Record<string, unknown>>) {
    this.#text = text;
    this.#json = json;
  }

  /**
   * @param place where it is in the file, for an error message
   * @param listKey the key under which a list is found, if a line may be one
   * @throws HandfulError `ERR_FILE_FORMAT`
   */
  static parse(text: string, place: string, listKey?: string): JsonLine {
    requireFewValues(text, place);
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new HandfulError('ERR_FILE_FORMAT', `${place}: ${(error as Error).message}`, { cause: error });
    }
    if (Array.isArray(json) && listKey !== undefined) return new JsonLine(text, { [listKey]: json });
    if (json !== null && typeof json === 'object' && !Array.isArray(json)) {
      return new JsonLine(text, json as Record<string, unknown>);
    }
    const expected = listKey === undefined ? 'an object' : 'a list of numbers or an object';
    throw new HandfulError('ERR_FILE_FORMAT', `${place}: expected ${expected}`);
  }

  get keys(): string[] {
    return Object.keys(this.#json);
  }

  /** The value of a key; an integer that no float64 holds exactly as its text. */
  get(key: string): unknown {
    if (!Object.hasOwn(this.#json, key)) return undefined;
    const value = this.#json[key];
    if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
    this.#exact ??= JSON.parse(this.#text.replace(STRING_OR_NUMBER, quoteIfUnsafe)) as Record<
      string,
      unknown
    >;
    return this.#exact[key];
  }
}

function quoteIfUnsafe(token: string): string {
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}

/** Lists too long for a row are refused before memory is taken for them. */
function requireFewValues(text: string, place: string): void {
  const most = 2 * MAX_COLUMNS;
  if (text.length < most) return;
  let commas = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === ',' && ++commas > most) {
      throw new HandfulError('ERR_FILE_FORMAT', `${place}: expected at most ${MAX_COLUMNS} numbers in a row`);
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
