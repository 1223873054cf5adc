/** Line ends and tabs, which a name has no use for: shown as a space. */
const BREAKS = /[\t\n\r\u2028\u2029]/g;

/**
 * What a terminal would obey (control characters), what turns the reading direction, and what XML 1.0 forbids: halves of
 * surrogate pairs, U+FFFE and U+FFFF.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Bidi_Control}\ufffe\uffff]/gu;

/**
 * A text that anybody may have written, as it may be shown: on one line, each character that does harm where it is
 * shown as U+FFFD. For terminals, pages and charts; files of data keep the text as it is.
 */
export function printable(text: string): string {
  return text.replace(BREAKS, ' ').replace(UNSAFE, '\ufffd');
}

/** The same of a text that has lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
