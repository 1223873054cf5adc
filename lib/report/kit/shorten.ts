import { printable } from '../../printable.ts';

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
