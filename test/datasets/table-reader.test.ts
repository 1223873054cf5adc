import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { Table, tableToIPC, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { HandfulError } from '../../lib/core/errors.ts';
import { loadData, loadDataChunks } from '../../lib/datasets/load-data.ts';
import { loadLabels } from '../../lib/datasets/load-labels.ts';
import { bundleFolder } from '../support/bundle.ts';
import { expectError } from '../support/errors.ts';
import '../support/programs.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-reader-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

async function fileOf(name: string, bytes: Uint8Array | ArrayBuffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, new Uint8Array(bytes));
  return path;
}

const sound = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'x', data: Float32Array.of(1, 2, 3), type: 'FLOAT' },
      { name: 'label', data: ['a', 'b', 'a'], type: 'STRING' },
    ],
  }),
);
const soundArrow = (kind: 'file' | 'stream') =>
  tableToIPC(
    new Table({ x: vectorFromArray(Float32Array.of(1, 2, 3)), label: vectorFromArray(['a', 'b', 'a']) }),
    kind,
  );

/** Kept by the fuzzer: one byte of a column of four integers makes hyparquet read for ever. */
const ENDLESS = Buffer.from(
  'UEFSMRUGFSQVKFwVCBUAIAgVABUEFQAAAAMPEDwBAAAAAgAAAAMAAAAEAAAAFQQZLEgEcm9vdBUCABUCJQIYAXgAFggZHBkcJggcFQIZ' +
    'FQAZGAF4FQIWCBZOFlImCDw2ACgEBAAAABgEAQAAAAAZHBUGFQAVAgAAABZOFgg2UgAoCWh5cGFycXVlWBkcHAAAAGQAAABQQVIx',
  'base64',
);

/** A column of thirty million doubles, all of them 1, in 203 bytes. */
const SWELLING = Buffer.from(
  'UEFSMRUEFRAVFEwVAhUAAAAIHAAAAAAAAPA/FQYVFBUYXBWAjs4cFQAVgI7OHBUQFQoVAAAAgI7OHAEFEACAjs4cFQQZLEgEcm9v' +
    'dBUCABUKJQIYAXgAFoCOzhwZHBkcJggcFQoZJQAQGRgBeBUCFoCOzhwWdBZ8JjYmCBw2ACgIAAAAAAAA8D8YCAAAAAAAAPA/NgAA' +
    'GSwVBBUAFQIAFQYVEBUCAAAAFnQWgI7OHDZ8ACgJaHlwYXJxdWV0GRwcAAAAgQAAAFBBUjE=',
  'base64',
);

/** All workers that there were in this thread. */
const workers: Worker[] = [];
process.on('worker', (worker) => workers.push(worker));

/** Expects that there were so many workers since the last time, and that none is left. */
function expectGone(count: number): void {
  expect(workers.splice(0).map(({ threadId }) => threadId)).toEqual(new Array(count).fill(-1));
}

describe('a damaged Parquet or Arrow file', () => {
  it('that keeps its reader busy for ever is an error that names the limit, and leaves the process usable', async () => {
    const path = await fileOf('endless.parquet', ENDLESS);
    const words = /more than 0\.5 seconds .*--read-limit, readLimit/;
    await expectError(loadData(path, { readLimit: 0.5 }), 'ERR_FILE_FORMAT', words);
    await expectError(loadLabels(path, [], { readLimit: 0.5 }), 'ERR_FILE_FORMAT');
    expect((await loadData(await fileOf('sound.parquet', sound))).labels).toEqual(['a', 'b', 'a']);
  });

  it('that takes more memory than it may is an error that names the limit', async () => {
    const path = await fileOf('swelling.parquet', SWELLING);
    vi.stubEnv('HANDFUL_MEMORY_LIMIT', '8M');
    await expectError(loadData(path), 'ERR_OUT_OF_MEMORY', /more than 8\.0 MiB .*HANDFUL_MEMORY_LIMIT/);
  });

  it('is stopped by its signal, while it keeps its reader busy for ever', async () => {
    const path = await fileOf('endless.parquet', ENDLESS);
    await expect(loadData(path, { signal: AbortSignal.timeout(300) })).rejects.toThrow('aborted');
    await expect(loadData(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORT_ERR',
    });
  });

  it('is an error or is read, whatever bytes are changed, left out or put in', async () => {
    const bytes = fc.constantFrom(sound, soundArrow('file'), soundArrow('stream'));
    const change = fc.record({
      at: fc.nat(),
      removed: fc.nat({ max: 3 }),
      added: fc.uint8Array({ maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(bytes, fc.array(change, { minLength: 1, maxLength: 3 }), async (whole, changes) => {
        let damaged = [...whole];
        for (const { at, removed, added } of changes) {
          damaged = damaged.toSpliced(at % damaged.length, removed, ...added);
        }
        const name = whole === sound ? 'damaged.parquet' : 'damaged.arrow';
        try {
          const { X } = await loadData(await fileOf(name, Uint8Array.from(damaged)), { readLimit: 1 });
          expect(X.data).toHaveLength(X.shape[0] * X.shape[1]);
        } catch (error) {
          expect(error).toBeInstanceOf(HandfulError);
          expect((error as HandfulError).code).toMatch(/^ERR_(FILE_FORMAT|OUT_OF_MEMORY)$/);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('the worker that reads a file', () => {
  it('is gone when reading ends: at the end, by an early return, by an error', async () => {
    const path = await fileOf('sound.parquet', sound);
    workers.length = 0;
    await loadData(path);
    expectGone(1);
    for await (const { X } of loadDataChunks(path, { chunkRows: 1 })) {
      expect(X.shape).toEqual([1, 1]);
      break;
    }
    expectGone(1);
    await expectError(loadData(path, { columns: ['label'] }), 'ERR_FILE_FORMAT');
    await expectError(loadData(path, { image: { height: 2 } }), 'ERR_INVALID_ARGUMENT');
    await expectError(loadLabels(path, ['0']), 'ERR_FILE_FORMAT');
    expectGone(3);
  });

  it('gives the same rows in chunks as in all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), async (chunkRows) => {
        const path = await fileOf('sound.parquet', sound);
        const whole = await loadData(path);
        const labels: string[] = [];
        for await (const chunk of loadDataChunks(path, { chunkRows })) labels.push(...chunk.labels!);
        expect(labels).toEqual(whole.labels);
      }),
      { numRuns: 5 },
    );
  });

  it('keeps no process alive that reads no further', async () => {
    const path = await fileOf('sound.parquet', sound);
    const script = `
      import { loadDataChunks } from ${JSON.stringify(join(bundleFolder, 'index.mjs'))};
      const chunks = loadDataChunks(${JSON.stringify(path)}, { chunkRows: 1 });
      console.log((await chunks.next()).value.X.data[0]);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 60_000,
    });
    expect(stdout).toBe('1\n');
  });

  it('is done without, with a notice, if its program is missing', async () => {
    const place = join(folder, 'elsewhere');
    await mkdir(place);
    await symlink(join(repository, 'node_modules'), join(place, 'node_modules'));
    await cp(bundleFolder, place, { recursive: true });
    await cp(join(repository, 'addon.cjs'), join(place, 'addon.cjs'));
    await writeFile(join(place, 'package.json'), '{ "imports": { "#addon": "./addon.cjs" } }');
    const path = await fileOf('sound.parquet', sound);
    const script = `
      import { loadData } from './index.mjs';
      console.log(JSON.stringify(await loadData(${JSON.stringify(path)})));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: place });
    const { labels, notices } = JSON.parse(stdout);
    expect(labels).toEqual(['a', 'b', 'a']);
    expect(notices).toEqual([expect.stringContaining('without a worker thread')]);
  });
});
