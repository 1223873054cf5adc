import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Answer, Task, Workload } from '../support/tasks.ts';
import type { Absent, Rival } from './rival.ts';

const PYTHONS = ['/usr/bin/python3', 'python3'];

/** Where a rival in Python is. */
export interface PythonScript {
  name: string;
  /** A file of `bench/peers/` that answers requests for as long as it is open. */
  script: string;
  /** What it needs. */
  module: string;
  /** The environment variable that names the Python to use, where it is not the system's or the path's first. */
  variable: string;
}

/** Starts a rival with the first Python that has the module it needs. */
export async function findInPython(
  { name, script, module, variable }: PythonScript,
  threads: number,
): Promise<Rival | Absent> {
  const chosen = process.env[variable];
  const candidates = chosen ? [chosen] : PYTHONS;
  const python = candidates.find((path) => spawnSync(path, ['-c', `import ${module}`]).status === 0);
  if (python === undefined) {
    const tried = candidates.join(' or ');
    return { name, reason: `absent: ${tried} has no module ${module} (${variable} names another Python)` };
  }
  const server = await PythonServer.start(python, script, threads);
  const { versions } = await server.ask<{ versions: string }>({ request: 'about' });
  return {
    name,
    versions,
    matrixProductRate: async () => (await server.ask<{ gigaflops: number }>({ request: 'rate' })).gigaflops,
    enter: (workload) => enter(server, workload),
    close: () => server.close(),
  };
}

async function enter<T extends Task>(server: PythonServer, { task, problem, calls = 1 }: Workload<T>) {
  const { skilled, note } = await server.ask<{ skilled: boolean; note?: string }>({
    request: 'enter',
    task,
    problem,
  });
  if (!skilled) return undefined;
  return {
    share: 1,
    note: note ?? undefined,
    trial: async () => ({
      seconds: (await server.ask<{ seconds: number }>({ request: 'trial', calls })).seconds,
      answer: async () => (await server.ask<{ answer: Answer<T> }>({ request: 'answer' })).answer,
    }),
    leave: async () => {
      await server.ask({ request: 'leave' });
    },
  };
}

type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint8Array };

/** How a typed array goes over: as a file of its bytes. */
interface ArrayFile {
  typedArray: keyof typeof ARRAYS;
  file: string;
}

/** A Python process that answers one request, a line of JSON, after the other. */
class PythonServer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #folder: string;
  readonly #files = new WeakMap<TypedArray, ArrayFile>();
  #fileCount = 0;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    this.#folder = folder;
  }

  static async start(python: string, script: string, threads: number): Promise<PythonServer> {
    const folder = await mkdtemp(join(tmpdir(), 'handful-bench-'));
    const path = fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
    const count = String(threads);
    const child = spawn(python, [path, folder], {
      env: { ...process.env, OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return new PythonServer(child, folder);
  }

  async ask<T>(request: Record<string, unknown>): Promise<T> {
    this.#child.stdin!.write(`${JSON.stringify(await this.#withFiles(request))}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('The Python process ended before it answered');
    const reply = JSON.parse(value) as T & { error?: string };
    if (reply.error !== undefined) throw new Error(`The Python process failed: ${reply.error}`);
    return (await this.#withArrays(reply)) as T;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin!.end();
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A value with files in place of its typed arrays; each array is written once. */
  async #withFiles(value: unknown): Promise<unknown> {
    if (isTypedArray(value)) {
      const known = this.#files.get(value);
      if (known) return known;
      const file = {
        typedArray: value.constructor.name as ArrayFile['typedArray'],
        file: join(this.#folder, `${this.#fileCount++}.bin`),
      };
      await writeFile(file.file, value);
      this.#files.set(value, file);
      return file;
    }
    return mapValues(value, (each) => this.#withFiles(each));
  }

  /** The other way round. */
  async #withArrays(value: unknown): Promise<unknown> {
    if (isArrayFile(value)) {
      const { buffer, byteOffset, byteLength } = await readFile(value.file);
      return new ARRAYS[value.typedArray](buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
    }
    return mapValues(value, (each) => this.#withArrays(each));
  }
}

/** Changes what an object holds; anything but a plain object stays as it is. */
async function mapValues(value: unknown, change: (each: unknown) => Promise<unknown>): Promise<unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(async ([name, each]) => [name, await change(each)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function isTypedArray(value: unknown): value is TypedArray {
  return Object.values(ARRAYS).some((type) => value instanceof type);
}

function isArrayFile(value: unknown): value is ArrayFile {
  return typeof value === 'object' && value !== null && 'typedArray' in value;
}
