import { allocate } from '../../core/memory.ts';

/** Reads a stream of bytes in pieces of chosen lengths, one after the other. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /**
   * The next `count` bytes, in a buffer of their own; fewer if the stream ends before.
   * @throws HandfulError `ERR_OUT_OF_MEMORY`
   */
  async read(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = allocate(Uint8Array, count, `${count} bytes of the file`);
    let filled = 0;
    while (filled < count) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#chunks.next();
        if (done) break;
        this.#rest = value;
      }
      const taken = this.#rest.subarray(0, count - filled);
      bytes.set(taken, filled);
      filled += taken.length;
      this.#rest = this.#rest.subarray(taken.length);
    }
    return filled === count ? bytes : bytes.slice(0, filled);
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
