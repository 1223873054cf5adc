import type { WriteStream } from 'node:tty';
import type { Progress } from '../backend/run.ts';
import { formatCount } from '../report/table.ts';

/** A line that is written over again and again, on a terminal; nothing at all elsewhere. */
export class ProgressLine {
  readonly #stream: WriteStream;
  readonly #shown: boolean;

  constructor({ quiet = false }: { quiet?: boolean } = {}, stream: WriteStream = process.stderr) {
    this.#stream = stream;
    this.#shown = stream.isTTY && !quiet;
  }

  /** Shows `text` in place of what was shown before, cut to the terminal's width. */
  show(text: string): void {
    if (this.#shown) this.#stream.write(`\r${text.slice(0, this.#stream.columns - 1)}\x1b[K`);
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
