import { shorten } from './shorten.ts';

/** What came out, in words: what a reader should take away who reads nothing else. */
export interface Findings {
  /** One sentence. */
  headline: string;
  /** What else there is to say, a paragraph each; none or more. */
  sentences: string[];
}

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
