import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
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

/** The same of Arrow: a byte of a table of three rows makes apache-arrow read for ever. */
const ENDLESS_ARROW = gunzipSync(
  Buffer.from(
    'H4sIAAAAAAACA5VSO27CQBB9hoWskBVWCgoWSuEDpEmXLiBR0EWigRYkOg6QkjvkApQpKSk5Rm4Db2bHYMxHYmzv7Mzuzrz3vIPx' +
      '+HvyAexpGwAdREvxhh5eGDvOgQxnVgvqHDxa5oGYa3FvytjpitQbyYHS4TpuW6h4X1pLKnWu5Wfz6IXP9ozPK+dt1iWfNZCX4ARl' +
      'cIl7WsHqHsB9L1+7osGlJqsvDn2+/TLPwoRfUTcl2mdl5vVfSe7dEA/tXKHj1nxW0e/f5jvzos+vzf/YyxnulWkTeD889eyykmMk' +
      'PT9PeidWvyG+wW85my+WRx2daukVVbw7qcai/1OBNcm1T0f3trWD1zGc+tQzw/9zZNPkriafyCzn4kDv+AEggquR6gIAAA==',
    'base64',
  ),
);

/** Another byte of it makes apache-arrow take all memory. */
const SWELLING_ARROW = gunzipSync(
  Buffer.from(
    'H4sIAAAAAAACA5VSsW7CMBB9IYZaKAJLRCWqGPIBXbqxFaQO3ZBYYAWJLR/Qkc/p2JGRz+hH9B/a5/MFTFKQuMQ+39m+e+/J8+Vy' +
      'sXoBfmlfAHIEyzDBE0aMDddAgQvrOHEGFn31QMj1eTZjbGTH13v3F6LLKa6ba3gb7SWNOv/lN9vgPZ/DBZ9HroesG/iUERwnDNq4' +
      '1w2s5g7ct/Id/LQ0aGuyf+U04z+Ledbm+dV1M6IdCDMr3HzuWRG/6b1ax4P6oqHft66P6iN98MleRjXeqzaO78NSzzErGUa+5/Ss' +
      'd6L1u953OarNdleddDSipRVU4e1kEnv9H2qsSSl9cjk7lA5WZnfukxaK/+OEtsdTPX6BWcnNubzxP+Xk9NbqAgAA',
    'base64',
  ),
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
    for (const each of [path, await fileOf('endless.arrow', ENDLESS_ARROW)]) {
      await expectError(loadData(each, { readLimit: 0.5 }), 'ERR_FILE_FORMAT', words);
    }
    await expectError(loadLabels(path, [], { readLimit: 0.5 }), 'ERR_FILE_FORMAT');
    expect((await loadData(await fileOf('sound.parquet', sound))).labels).toEqual(['a', 'b', 'a']);
  });

  it('that takes more memory than it may is an error that names the limit', async () => {
    vi.stubEnv('HANDFUL_MEMORY_LIMIT', '8M');
    for (const path of [
      await fileOf('swelling.parquet', SWELLING),
      await fileOf('swelling.arrow', SWELLING_ARROW),
    ]) {
      await expectError(loadData(path), 'ERR_OUT_OF_MEMORY', /more than 8\.0 MiB .*HANDFUL_MEMORY_LIMIT/);
    }
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

describe('a Parquet file that states another number of rows than its groups hold', () => {
  it('has the rows of its groups', async () => {
    const data = Float32Array.from({ length: 61 }, (_, i) => i);
    const bytes = Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'x', data, type: 'FLOAT' }] }));
    // The third field of the footer, 61 in zigzag, and what begins the fourth.
    const place = bytes.lastIndexOf(Buffer.of(0x16, 2 * 61, 0x19));
    expect(place).toBeGreaterThan(0);
    for (const stated of [0, 7, 63]) {
      bytes[place + 1] = 2 * stated;
      const { X, source } = await loadData(await fileOf('stated.parquet', bytes));
      expect(source.shape).toEqual([61, 1]);
      expect([...X.data]).toEqual([...data]);
    }
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
