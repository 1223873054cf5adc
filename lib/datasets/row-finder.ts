import { HandfulError } from '../core/errors.ts';

/** Finds the rows of data that a file of labels speaks of. */
export class RowFinder {
  readonly #names: readonly string[];
  readonly #exact: Names;
  #plain: Names | undefined;

  /** @param names what the rows are called, as `loadData` tells */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#exact = new Names(names);
  }

  /**
   * The row of a number, of a name, or of both.
   * @throws HandfulError `ERR_FILE_FORMAT` if there is none, if several bear the name, or if the two disagree
   */
  find(number: string | undefined, name: string | undefined, place: string): number {
    if (!number && name) return this.#byName(name, place);
    const row = /^\d+(?:\.0+)?$/.test(number ?? '') ? Number(number) : -1;
    if (row < 0 || row >= this.#names.length) {
      throw formatError(
        `${place}: expected a row number from 0 to ${this.#names.length - 1} but there is ${number || 'nothing'}`,
      );
    }
    if (name && plainPath(this.#names[row]!) !== plainPath(name)) {
      throw formatError(
        `${place}: row ${row} of the data is '${this.#names[row]}', not '${name}': the labels are those of other data`,
      );
    }
    return row;
  }

  #byName(name: string, place: string): number {
    const exact = this.#exact.rowsOf(name);
    this.#plain ??= new Names(this.#names.map(plainPath));
    const rows = exact.length > 0 ? exact : this.#plain.rowsOf(plainPath(name));
    if (rows.length === 1) return rows[0]!;
    if (rows.length > 1) {
      const shown = rows.slice(0, 5).join(', ') + (rows.length > 5 ? ', …' : '');
      throw formatError(
        `${place}: the name '${name}' is borne by the rows ${shown}: a column 'row' tells which is meant`,
      );
    }
    const like = this.#names.find((each) => lastPart(each) === lastPart(name)) ?? this.#names[0];
    throw formatError(`${place}: the data has no row '${name}': a name that it has is '${like}'`);
  }
}

/** The rows that bear each name. */
class Names {
  readonly #first = new Map<string, number>();
  readonly #more = new Map<string, number[]>();

  constructor(names: readonly string[]) {
    for (const [row, name] of names.entries()) {
      const first = this.#first.get(name);
      if (first === undefined) this.#first.set(name, row);
      else if (this.#more.has(name)) this.#more.get(name)!.push(row);
      else this.#more.set(name, [first, row]);
    }
  }

  rowsOf(name: string): readonly number[] {
    const first = this.#first.get(name);
    return this.#more.get(name) ?? (first === undefined ? [] : [first]);
  }
}

/** A path in one form: as other systems and programs write the same one. */
function plainPath(name: string): string {
  const slashes = name.normalize('NFC').replaceAll('\\', '/').replaceAll('\r\n', '\n').trim();
  return slashes.replace(/\/(?:\.?\/)+/g, '/').replace(/^(?:\.\/)+/, '');
}

function lastPart(name: string): string {
  return plainPath(name).split('/').at(-1)!.toLowerCase();
}

function formatError(message: string): HandfulError {
  return new HandfulError('ERR_FILE_FORMAT', message);
}
