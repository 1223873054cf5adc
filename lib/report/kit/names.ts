import { printable } from '../../core/printable.ts';

/** Names that a list tells, and characters that a sentence gives to one. */
const TOLD_NAMES = 5;
const NAME_LENGTH = 40;

/** A name that may be any text, as a sentence says it. */
export function quoteName(name: string): string {
  return `“${shorten(name, NAME_LENGTH)}”`;
}

/** Names as a sentence lists them: `“a”, “b” and “c”`; of many the first, and how many more there are. */
export function quoteNames(names: readonly string[]): string {
  const more = names.length - TOLD_NAMES;
  const told =
    more > 1 ? [...names.slice(0, TOLD_NAMES).map(quoteName), `${more} more`] : names.map(quoteName);
  return told.length > 1 ? `${told.slice(0, -1).join(', ')} and ${told.at(-1)}` : told.join();
}

/** A text on one line that is as wide as `most` Latin characters or less, cut where it would be wider. */
export function shorten(text: string, most: number): string {
  const line = printable(text).replace(/\s+/g, ' ');
  if (lengthOf(line) <= most) return line;
  let short = '';
  for (const character of line) {
    if (lengthOf(short + character) >= most) break;
    short += character;
  }
  return `${short}…`;
}

/** How many Latin characters a text is as wide as: those of East Asia are about twice as wide. */
export function lengthOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (character >= '\u2e80' ? 2 : 1), 0);
}
