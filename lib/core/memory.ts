import { totalmem } from 'node:os';
import { HandfulError, invalidArgument } from './errors.ts';

/** The most memory that the calls under way may take together, and what says so. */
export interface MemoryLimit {
  bytes: number;
  source: string;
  /** Whether what the process holds already counts too: it does against what the machine has. */
  countsProcess: boolean;
}

const UNITS = ['', 'K', 'M', 'G', 'T'];

/** Whatever takes no more is not worth asking the system how much the process holds. */
const NEGLIGIBLE_BYTES = 2 ** 20;

/**
 * The limit that `HANDFUL_MEMORY_LIMIT` sets: bytes, or a number of KiB, MiB, GiB or TiB with K, M, G or T behind it.
 * If it is left out, what the machine has or the process's control group allows, whichever is less.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function memoryLimit(given: string | undefined): MemoryLimit {
  if (!given) {
    const bytes = Math.min(totalmem(), process.constrainedMemory?.() || Infinity);
    return { bytes, source: 'this process can have', countsProcess: true };
  }
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B)?$/i.exec(given.trim()) ?? [];
  const bytes = Number(number) * 1024 ** UNITS.indexOf(unit?.toUpperCase() ?? '');
  if (!(bytes > 0)) {
    throw invalidArgument(
      'HANDFUL_MEMORY_LIMIT',
      'a number of bytes, or of K, M, G or T of them, as 512M',
      given,
    );
  }
  return { bytes, source: 'HANDFUL_MEMORY_LIMIT allows', countsProcess: false };
}

/** Bytes in words. */
export function formatBytes(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(bytes) / 10)));
  const number = bytes / 1024 ** unit;
  return unit === 0 ? `${number} bytes` : `${number.toFixed(1)} ${UNITS[unit]}iB`;
}

/** Something that takes memory as long as it lives, such as prepared rows. */
interface Holder {
  readonly byteLength: number;
}

/** A limit, and what the calls under way take of it. */
export class MemoryBudget {
  readonly limit: MemoryLimit;
  /** Bytes that the calls under way asked for. */
  #reserved = 0;
  /** How many calls under way use each holder, which counts once. */
  readonly #holders = new Map<Holder, number>();
  /** Bytes that the process held when the first of the calls under way began. */
  #before = 0;

  constructor(limit: MemoryLimit) {
    this.limit = limit;
  }

  /**
   * Refuses what would take more than is left.
   * @param bytes what is to be taken now
   * @param held what it has taken already and counts with it
   * @throws HandfulError `ERR_OUT_OF_MEMORY` stating how much it needs and how much there may be
   */
  require(what: string, bytes: number, held = 0): void {
    const { limit } = this;
    const needed = limit.countsProcess ? bytes : bytes + held;
    let taken = this.#reserved;
    if (limit.countsProcess && taken + needed > NEGLIGIBLE_BYTES) {
      // The process holds a part of what its calls asked for already.
      taken = Math.max(process.memoryUsage.rss(), this.#before + this.#reserved);
    }
    if (taken + needed <= limit.bytes) return;
    const beside = taken > 0 ? ` beside the ${formatBytes(taken)} in use` : '';
    throw new HandfulError(
      'ERR_OUT_OF_MEMORY',
      `Expected ${what} to need at most ${formatBytes(limit.bytes)}, which is what ${limit.source}, but it needs ` +
        `${formatBytes(needed)}${beside}: take the rows in chunks`,
    );
  }

  /**
   * Sets memory aside for a call until it ends: `bytes` of its own, and what it uses beside.
   * @returns what ends it
   * @throws HandfulError as {@link require}
   */
  reserve(what: string, bytes: number, holders: readonly Holder[]): () => void {
    const { countsProcess } = this.limit;
    // What the process holds includes them.
    const used = countsProcess ? [] : [...new Set(holders)];
    const added = sum(used.filter((holder) => !this.#holders.has(holder)));
    this.require(what, bytes, added);
    if (countsProcess && this.#reserved === 0) this.#before = process.memoryUsage.rss();
    this.#reserved += bytes + added;
    for (const holder of used) this.#holders.set(holder, (this.#holders.get(holder) ?? 0) + 1);
    return () => {
      this.#reserved -= bytes;
      for (const holder of used) {
        const users = this.#holders.get(holder)! - 1;
        if (users > 0) this.#holders.set(holder, users);
        else {
          this.#holders.delete(holder);
          this.#reserved -= holder.byteLength;
        }
      }
    };
  }
}

const sum = (holders: readonly Holder[]) => holders.reduce((bytes, { byteLength }) => bytes + byteLength, 0);

let budget: { given: string | undefined; of: MemoryBudget } | undefined;

/**
 * The budget that `HANDFUL_MEMORY_LIMIT` sets now.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function memoryBudget(): MemoryBudget {
  const given = process.env.HANDFUL_MEMORY_LIMIT;
  if (budget?.given !== given) budget = undefined;
  budget ??= { given, of: new MemoryBudget(memoryLimit(given)) };
  return budget.of;
}

/** Any of JavaScript's typed arrays. */
type ArrayType<T> = (new (length: number) => T) & { readonly BYTES_PER_ELEMENT: number };

/**
 * A new typed array, if the memory for it may be taken and is there.
 * @param what what an error message calls its contents
 * @param held bytes that the same call has taken already
 * @throws HandfulError `ERR_OUT_OF_MEMORY`
 */
export function allocate<T>(Type: ArrayType<T>, length: number, what: string, held = 0): T {
  const bytes = length * Type.BYTES_PER_ELEMENT;
  memoryBudget().require(what, bytes, held);
  try {
    return new Type(length);
  } catch (error) {
    throw new HandfulError(
      'ERR_OUT_OF_MEMORY',
      `There is no memory for ${what}, which needs ${formatBytes(bytes)}: take the rows in chunks`,
      { cause: error },
    );
  }
}
