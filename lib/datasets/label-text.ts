/** What shows as nothing: white space, and characters without a width that spreadsheets and web pages leave behind. */
const BLANK = /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/;

const BLANKS = new RegExp(BLANK, 'g');

/** Groups of classes that a notice names at most. */
const MAX_NAMED = 5;

/** Classes that are looked at: memory must not grow with a column that is different in every row. */
const MAX_CLASSES = 10_000;

/** A text without the blanks around it, those that can't be seen included. */
export function trimBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && BLANK.test(text[from]!)) from++;
  while (to > from && BLANK.test(text[to - 1]!)) to--;
  return text.slice(from, to);
}

/** Finds classes that look like one that was spelled in several ways: with other case, blanks or Unicode form. */
export class Spellings {
  /** What labels come from, as a notice calls it. */
  readonly #where: string;
  readonly #seen = new Set<string>();
  readonly #alike = new Map<string, string[]>();

  constructor(where: string) {
    this.#where = where;
  }

  /** A notice of the classes that labels make doubtful in addition to those before them; none if there are none. */
  add(labels: Iterable<string>): string[] {
    const doubtful = new Set<string[]>();
    for (const label of labels) {
      if (this.#seen.has(label) || this.#seen.size === MAX_CLASSES) continue;
      this.#seen.add(label);
      const key = label.normalize('NFKC').toLowerCase().normalize('NFKC').replace(BLANKS, '');
      const alike = this.#alike.get(key);
      if (!alike) this.#alike.set(key, [label]);
      else {
        alike.push(label);
        doubtful.add(alike);
      }
    }
    if (doubtful.size === 0) return [];
    const all = Array.from(doubtful, (alike) => alike.map((label) => `'${label}'`).join(' and '));
    const more = all.length > MAX_NAMED ? `; and ${all.length - MAX_NAMED} more such groups` : '';
    return [
      `${this.#where}: ${all.slice(0, MAX_NAMED).join('; ')}${more} are taken for different classes, though they ` +
        'differ only by case, blanks or Unicode form',
    ];
  }
}
