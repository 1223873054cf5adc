// Parquet and Arrow files are read by packages that believe what a file claims. A damaged one may keep them busy for
// ever, or let them take all memory. So they read in a worker thread, which is stopped when it takes too long or too much.

import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { AbortError, HandfulError } from '../core/errors.ts';
import { formatBytes, memoryBudget } from '../core/memory.ts';
import type { DataSource, FormatOptions, RowChunk } from './formats/data-source.ts';
import {
  type OpenTable,
  openTable,
  type RowsHead,
  type TableRequest,
  tableError,
} from './formats/open-table.ts';
import type { RowTexts, TextColumns, TypedTable } from './formats/typed-table.ts';
import type { TableAnswer } from './table-worker.ts';

/** How reading is stopped. */
export interface ReadControl {
  signal?: AbortSignal;
  /** Seconds that the worker may be busy with a file. */
  readLimit?: number;
}

/** Opens a Parquet or Arrow file as rows of numbers. */
export async function openTableRows(
  format: TypedTable['format'],
  path: string,
  { signal, readLimit, columns, nameColumn, labelColumn, found }: FormatOptions,
): Promise<DataSource> {
  const options = { columns, nameColumn, labelColumn, found };
  const { head, chunks, close } = await open<RowsHead, RowChunk>(
    { format, path, options },
    { signal, readLimit },
  );
  for (const key of head.found ?? []) found?.add(key);
  return { ...head, chunks, close };
}

/** Opens a Parquet or Arrow file as texts of the first column that is there of each of some lists. */
export function openTableTexts(
  format: TypedTable['format'],
  path: string,
  texts: readonly (readonly string[])[],
  control: ReadControl,
): Promise<TableReader<TextColumns, RowTexts[]>> {
  return open({ format, path, texts }, control);
}

/** A file that is being read. Closed, it is read no further, and its worker is gone. */
export interface TableReader<Head, Chunk> extends OpenTable<Head, Chunk> {
  close(): Promise<void>;
}

async function open<Head extends { notices?: string[] }, Chunk>(
  request: TableRequest,
  control: ReadControl,
): Promise<TableReader<Head, Chunk>> {
  if (control.signal?.aborted) throw new AbortError(control.signal.reason);
  const { size } = await stat(request.path).catch((error) => {
    throw tableError(request, error);
  });
  const limits = limitsOf(size, control.readLimit);
  const worker = startWorker(request, limits.bytes);
  if (!worker) return openHere(request);
  const reading = new GuardedWorker(worker, request, limits, control.signal);
  try {
    const { head } = (await reading.ask()) as unknown as { head: Head };
    return { head, chunks: (rows) => reading.chunks<Chunk>(rows, head), close: () => reading.close() };
  } catch (error) {
    await reading.close();
    throw error;
  }
}

/** The worker; undefined if its program is missing, as in a bundle that others made, or if threads are forbidden. */
function startWorker(workerData: TableRequest, bytes: number): Worker | undefined {
  try {
    const program = createRequire(import.meta.url).resolve('#table-worker');
    // Where one array or map meets this limit, V8 ends the whole process: so it is beyond that of the guard.
    const maxOldGenerationSizeMb = Math.ceil((2 * bytes + BASE_BYTES) / 2 ** 20);
    return new Worker(program, { workerData, execArgv: [], resourceLimits: { maxOldGenerationSizeMb } });
  } catch {
    return undefined;
  }
}

async function openHere<Head extends { notices?: string[] }, Chunk>(
  request: TableRequest,
): Promise<TableReader<Head, Chunk>> {
  const { head, chunks } = (await openTable(request)) as unknown as OpenTable<Head, Chunk>;
  head.notices ??= [];
  head.notices.push(
    `'${request.path}' is read without a worker thread, for there can be none: nothing stops a damaged file`,
  );
  return { head, chunks, close: async () => {} };
}

interface Limits {
  seconds: number;
  bytes: number;
}

/** Seconds that a file may take, and more for each megabyte of it: many times what sound files take. */
const BASE_SECONDS = 30;
const SECONDS_PER_MB = 2;

/** Bytes that reading may take, and more for each byte of the file. */
const BASE_BYTES = 2 ** 30;
const BYTES_PER_BYTE = 64;

/** The share of what the process can still have that reading may take. */
const SHARE = 0.75;

function limitsOf(size: number, seconds = BASE_SECONDS + (SECONDS_PER_MB * size) / 1e6): Limits {
  const { limit } = memoryBudget();
  if (!limit.countsProcess) return { seconds, bytes: limit.bytes };
  const left = SHARE * (limit.bytes - process.memoryUsage.rss());
  return { seconds, bytes: Math.min(BASE_BYTES + BYTES_PER_BYTE * size, Math.max(left, 0)) };
}

/** What the packages and a worker take themselves. */
const OWN_BYTES = 2 ** 28;

/** The workers at work, and what the process held beside this thread when the first of them began. */
const working = new Map<GuardedWorker, number>();
let before = 0;

/** Bytes that the process holds beside this thread: no heap limit counts a worker's buffers. */
function bytesBeside(): number {
  const { rss, heapTotal, external } = process.memoryUsage();
  return rss - heapTotal - external;
}

/** Milliseconds between two looks at a worker. */
const LOOK_EVERY = 25;

/** A worker that answers one question after the other, unless it takes longer or more than it may. */
class GuardedWorker {
  readonly #worker: Worker;
  readonly #request: TableRequest;
  readonly #limits: Limits;
  readonly #signal: AbortSignal | undefined;
  #asked: { answer(answer: TableAnswer): void; fail(error: HandfulError): void } | undefined;
  #failure: HandfulError | undefined;
  #busySeconds = 0;

  constructor(worker: Worker, request: TableRequest, limits: Limits, signal: AbortSignal | undefined) {
    this.#worker = worker;
    this.#request = request;
    this.#limits = limits;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort);
    worker.on('message', (answer: TableAnswer) => this.#asked?.answer(answer));
    worker.on('error', (error: NodeJS.ErrnoException) =>
      this.#fail(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? this.#tooMuch(error) : tableError(request, error),
      ),
    );
    worker.on('exit', () => this.#fail(tableError(request, new TypeError('its worker ended'))));
    if (working.size === 0) before = bytesBeside();
    working.set(this, limits.bytes + OWN_BYTES);
  }

  /** What the worker says next: at first of the file, then of the next rows. */
  async ask(rows?: number): Promise<TableAnswer> {
    if (this.#failure) throw this.#failure;
    this.#worker.ref();
    if (rows !== undefined) this.#worker.postMessage(rows);
    const guard = this.#guard();
    try {
      const answer = await new Promise<TableAnswer>((resolve, reject) => {
        this.#asked = { answer: resolve, fail: reject };
      });
      if ('error' in answer) throw new HandfulError(answer.error.code, answer.error.message);
      return answer;
    } finally {
      clearInterval(guard);
      this.#asked = undefined;
      // One that waits for the next question keeps no process alive.
      this.#worker.unref();
    }
  }

  /** All chunks; what the worker notices on the way comes to the notices of the head. */
  async *chunks<Chunk>(rows: number, head: { notices?: string[] }): AsyncGenerator<Chunk> {
    for (let answer = await this.ask(rows); 'chunk' in answer; answer = await this.ask(rows)) {
      head.notices ??= [];
      head.notices.push(...answer.notices);
      yield answer.chunk as Chunk;
    }
  }

  /** Ends the worker. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#abort);
    working.delete(this);
    await this.#worker.terminate();
  }

  readonly #abort = () => this.#fail(new AbortError(this.#signal?.reason));

  #fail(error: HandfulError): void {
    this.#failure ??= error;
    this.#asked?.fail(this.#failure);
  }

  #guard(): NodeJS.Timeout {
    let last = performance.now();
    return setInterval(() => {
      const now = performance.now();
      // While this thread is busy itself it hears no answer.
      this.#busySeconds += Math.min(now - last, 4 * LOOK_EVERY) / 1000;
      last = now;
      const bytes = [...working.values()].reduce((sum, each) => sum + each, 0);
      if (bytesBeside() - before > bytes) this.#fail(this.#tooMuch());
      else if (this.#busySeconds > this.#limits.seconds) this.#fail(this.#tooLong());
    }, LOOK_EVERY);
  }

  #tooLong(): HandfulError {
    const { seconds } = this.#limits;
    return new HandfulError(
      'ERR_FILE_FORMAT',
      `'${this.#request.path}' takes more than ${Number(seconds.toPrecision(3))} seconds to read: it is damaged, or ` +
        'needs a longer limit (--read-limit, readLimit)',
    );
  }

  #tooMuch(cause?: Error): HandfulError {
    return new HandfulError(
      'ERR_OUT_OF_MEMORY',
      `'${this.#request.path}' takes more than ${formatBytes(this.#limits.bytes)} of memory to read: it is damaged, or ` +
        'needs a higher limit (HANDFUL_MEMORY_LIMIT)',
      { cause },
    );
  }
}
