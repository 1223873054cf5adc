import type { WriteStream } from 'node:tty';

/** A line that is written over again and again, on a terminal; nothing at all elsewhere. */
export class ProgressLine {
  readonly #stream: WriteStream;

  constructor(stream: WriteStream = process.stderr) {
    this.#stream = stream;
  }

  /** Shows `text` in place of what was shown before, cut to the terminal's width. */
  show(text: string): void {
    if (this.#stream.isTTY) this.#stream.write(`\r${text.slice(0, this.#stream.columns - 1)}\x1b[K`);
  }

  /** Leaves the line empty for what is written next. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
  }
}
