import type { WriteStream } from 'node:tty';
import type { Progress } from '../backend/run.ts';
import { formatCount } from '../core/numbers.ts';

/** A line that is written over again and again, on a terminal; nothing at all elsewhere. */
export class ProgressLine {
  readonly #stream: WriteStream;
  readonly #shown: boolean;
  readonly #quiet: boolean;

  constructor({ quiet = false }: { quiet?: boolean } = {}, stream: WriteStream = process.stderr) {
    this.#stream = stream;
    this.#quiet = quiet;
    this.#shown = stream.isTTY && !quiet;
  }

  /** Shows `text` in place of what was shown before, cut to the terminal's width. */
  show(text: string): void {
    if (this.#shown) this.#stream.write(`\r${text.slice(0, this.#stream.columns - 1)}\x1b[K`);
  }

  /** Writes what a person should know, to stay: a line each. */
  note(notices: readonly string[]): void {
    if (this.#quiet) return;
    this.clear();
    for (const notice of notices) this.#stream.write(`handful: note: ${notice}\n`);
  }

  /** Leaves the line empty for what is written next. */
  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K');
  }
}

/** `full (notebook): pass 12 of 10,000, 20993.6`. */
export function formatProgress(what: string, { phase, done, total, value }: Progress): string {
  const count = total > 0 ? `${formatCount(done)} of ${formatCount(total)}` : formatCount(done);
  return `${what}: ${phase} ${count}${value === undefined ? '' : `, ${value.toPrecision(6)}`}`;
}
