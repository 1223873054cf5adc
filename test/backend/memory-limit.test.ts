import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { javascriptOperations } from '../../lib/backend/javascript/operations.ts';
import { MEMORY_NEEDS } from '../../lib/backend/memory-needs.ts';
import { allocate, MemoryBudget, memoryLimit } from '../../lib/core/memory.ts';
import { formatIdx } from '../../lib/datasets/idx.ts';
import {
  backendInfo,
  KMeans,
  LogisticRegression,
  loadData,
  loadDataChunks,
  pairwiseDistances,
  prepare,
  setBackend,
} from '../../lib/index.ts';
import { backends } from '../support/backends.ts';
import { expectError } from '../support/errors.ts';
import { npyBytes } from '../support/npy.ts';

const rows = (count: number, columns = 2) => ({
  data: Uint8Array.from({ length: count * columns }, (_, i) => (i * 37) % 251),
  shape: [count, columns] as const,
});

describe('HANDFUL_MEMORY_LIMIT', () => {
  it.each([
    ['1024', 1024],
    ['1K', 1024],
    ['2 MiB', 2 * 2 ** 20],
    ['1.5g', 1.5 * 2 ** 30],
    ['1TB', 2 ** 40],
  ])('%s is %i bytes', (given, bytes) => {
    expect(memoryLimit(given).bytes).toBe(bytes);
  });

  it.each(['0', '-1', 'much', '1X', 'NaN', '1e9'])('%s is refused', async (given) => {
    await expectError(() => memoryLimit(given), 'ERR_INVALID_ARGUMENT', 'for HANDFUL_MEMORY_LIMIT');
  });

  it('is what the machine or its control group has, where it is left out', () => {
    expect(memoryLimit(undefined).bytes).toBeGreaterThan(2 ** 20);
    expect(memoryLimit(undefined).bytes).toBeLessThan(2 ** 50);
  });
});

describe.each(backends)('a call that needs more memory than it may take, %s backend', (backend) => {
  const limitTo = (limit: string) => {
    vi.stubEnv('HANDFUL_MEMORY_LIMIT', limit);
    setBackend(backend);
  };
  afterEach(() => {
    vi.unstubAllEnvs();
    setBackend(backend);
  });

  it('is refused before it begins, stating how much it needs', async () => {
    limitTo('1M');
    expect(backendInfo().memoryLimit).toBe(2 ** 20);
    const onProgress = vi.fn();
    const words =
      /pairwiseDistances to need at most 1\.0 MiB, which is what HANDFUL_MEMORY_LIMIT allows, .* 15\.\d MiB/;
    await expectError(pairwiseDistances(rows(2000), undefined, { onProgress }), 'ERR_OUT_OF_MEMORY', words);
    expect(onProgress).not.toHaveBeenCalled();
    expect((await pairwiseDistances(rows(200))).shape).toEqual([200, 200]);
  });

  it('is refused by every estimator, and before its rows are copied', async () => {
    limitTo('8K');
    await expectError(() => prepare(rows(8193, 1)), 'ERR_OUT_OF_MEMORY', 'the copy of the matrix');
    await expectError(new KMeans({ nClusters: 200 }).fit(rows(300)), 'ERR_OUT_OF_MEMORY', 'kmeans');
    const y = Array.from({ length: 300 }, (_, i) => i % 300);
    await expectError(new LogisticRegression().fit(rows(300), y), 'ERR_OUT_OF_MEMORY', 'logisticRegression');
    const few = prepare(rows(10));
    await expectError(() => few.takeRows(new Int32Array(5000)), 'ERR_OUT_OF_MEMORY', 'takeRows');
  });

  it('is refused where not even the machine has so much', async () => {
    const many = prepare({ data: new Uint8Array(2 ** 23), shape: [2 ** 23, 1] });
    const words = /which is what this process can have, but it needs 256\.\d TiB/;
    await expectError(pairwiseDistances(many), 'ERR_OUT_OF_MEMORY', words);
  });
});

describe('what an operation needs', () => {
  it('is known of every operation', () => {
    const operations = Object.keys(javascriptOperations).filter(
      (name) => !/^(createJob|prepare)$/.test(name),
    );
    expect(Object.keys(MEMORY_NEEDS).sort()).toEqual(operations.sort());
  });

  it('has in it what a regression copies of its rows', () => {
    const needOf = (x: { rows: number; columns: number; byteLength: number }, sampleWeight?: Float64Array) =>
      MEMORY_NEEDS.logisticRegression(x as never, { nClasses: 2, sampleWeight } as never);
    const few = { rows: 1000, columns: 50, byteLength: 1000 * 64 };
    const many = { rows: 11_000, columns: 50, byteLength: 11_000 * 64 };
    const floats = 10_000 * 50 * 4;
    expect(needOf(many) - needOf(few)).toBeGreaterThanOrEqual(2 * floats);
    expect(needOf(many, new Float64Array(11_000)) - needOf(many)).toBe(many.byteLength);
  });
});

describe('a budget of memory', () => {
  const MIB = 2 ** 20;
  const own = (mebibytes: number) =>
    new MemoryBudget({ bytes: mebibytes * MIB, source: 'a test allows', countsProcess: false });

  it('is shared by the calls under way, and given back as they end', async () => {
    const budget = own(100);
    const end = budget.reserve('first', 60 * MIB, []);
    await expectError(
      () => budget.reserve('second', 60 * MIB, []),
      'ERR_OUT_OF_MEMORY',
      /second to need at most 100\.0 MiB, .* needs 60\.0 MiB beside the 60\.0 MiB in use/,
    );
    await expectError(() => budget.require('a copy', 41 * MIB), 'ERR_OUT_OF_MEMORY', 'a copy');
    end();
    budget.reserve('second', 60 * MIB, [])();
  });

  it('counts rows once, however many calls use them', () => {
    const budget = own(100);
    const rows = { byteLength: 50 * MIB };
    const ends = Array.from({ length: 5 }, () => budget.reserve('one', 10 * MIB, [rows, rows]));
    expect(() => budget.require('more', 1)).toThrow('needs 1 bytes beside the 100.0 MiB in use');
    for (const end of ends.slice(1)) end();
    budget.require('more', 40 * MIB);
    expect(() => budget.require('more', 40 * MIB + 1)).toThrow('beside the 60.0 MiB in use');
    ends[0]!();
    budget.require('more', 100 * MIB);
  });

  it('leaves of the machine what the process does not hold already', () => {
    const rss = vi.spyOn(process.memoryUsage, 'rss');
    const budget = new MemoryBudget({ bytes: 200 * MIB, source: 'there is', countsProcess: true });
    rss.mockReturnValue(130 * MIB);
    expect(() => budget.require('the copy', 102 * MIB)).toThrow(
      /at most 200\.0 MiB.* needs 102\.0 MiB beside the 130\.0 MiB in use/,
    );
    const end = budget.reserve('a call', 50 * MIB, [{ byteLength: 102 * MIB }]);
    expect(() => budget.require('another', 21 * MIB)).toThrow('beside the 180.0 MiB in use');
    // What the call has taken by now is not counted twice.
    rss.mockReturnValue(180 * MIB);
    budget.require('another', 20 * MIB);
    rss.mockReturnValue(190 * MIB);
    expect(() => budget.require('another', 20 * MIB)).toThrow('beside the 190.0 MiB in use');
    end();
    rss.mockRestore();
  });

  it('is what it was once all calls have ended, in whatever order', () => {
    const call = fc.record({
      bytes: fc.nat(20),
      holders: fc.array(fc.nat(2), { maxLength: 3 }),
      place: fc.nat(),
    });
    const holders = [1, 2, 4].map((byteLength) => ({ byteLength }));
    fc.assert(
      fc.property(fc.array(call, { maxLength: 8 }), (calls) => {
        const budget = own(1);
        const underWay: { end: () => void; bytes: number; uses: Set<{ byteLength: number }> }[] = [];
        const taken = () => {
          const used = new Set(underWay.flatMap(({ uses }) => [...uses]));
          return (
            underWay.reduce((sum, { bytes }) => sum + bytes, 0) +
            [...used].reduce((sum, { byteLength }) => sum + byteLength, 0)
          );
        };
        const isRight = () => {
          budget.require('all that is left', MIB - taken());
          expect(() => budget.require('more', MIB - taken() + 1)).toThrow('to need at most');
        };
        for (const { bytes, holders: places, place } of calls) {
          const uses = new Set(places.map((each) => holders[each]!));
          underWay.push({ end: budget.reserve('a call', bytes, [...uses]), bytes, uses });
          isRight();
          if (place % 2) underWay.splice(place % underWay.length, 1)[0]!.end();
          isRight();
        }
        for (const { end } of underWay.splice(0)) end();
        isRight();
      }),
    );
  });
});

describe('a typed array that there is no memory for', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([Uint8Array, Float32Array, Float64Array, Int32Array])('is one clear error: %o', async (each) => {
    const Type = each as Float32ArrayConstructor;
    for (const length of [2 ** 50, Number.MAX_SAFE_INTEGER, Infinity]) {
      await expectError(() => allocate(Type, length, 'the rows'), 'ERR_OUT_OF_MEMORY', 'the rows');
    }
    vi.stubEnv('HANDFUL_MEMORY_LIMIT', '1T');
    await expectError(
      () => allocate(Type, 2 ** 36, 'the rows', 2 ** 40),
      'ERR_OUT_OF_MEMORY',
      /the rows .* chunks$/,
    );
    // Beyond what the engine can have at all.
    vi.stubEnv('HANDFUL_MEMORY_LIMIT', '1000000T');
    await expectError(
      () => allocate(Type, 2 ** 50, 'the rows'),
      'ERR_OUT_OF_MEMORY',
      'no memory for the rows',
    );
    expect(allocate(Type, 3, 'the rows')).toEqual(new Type(3));
  });
});

describe('data that takes more memory than HANDFUL_MEMORY_LIMIT allows', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'handful-memory-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => vi.unstubAllEnvs());

  const ROWS = 3000;
  const COLUMNS = 20;
  const line = (row: number) => Array.from({ length: COLUMNS }, (_, column) => (row * column) % 10).join(',');
  const csv = () => `${Array.from({ length: ROWS }, (_, row) => line(row)).join('\n')}\n`;
  const FILES: Record<string, () => Uint8Array> = {
    'rows.csv': () => Buffer.from(csv()),
    'rows.csv.gz': () => gzipSync(csv()),
    'rows.npy': () =>
      npyBytes({ descr: '<f4', shape: [ROWS, COLUMNS], bytes: new Uint8Array(4 * ROWS * COLUMNS) }),
    'fortran.npy': () =>
      npyBytes({
        descr: '<f4',
        shape: [ROWS, COLUMNS],
        fortranOrder: true,
        bytes: new Uint8Array(4 * ROWS * COLUMNS),
      }),
    'rows.idx': () => formatIdx({ data: new Float32Array(ROWS * COLUMNS), shape: [ROWS, COLUMNS] }),
    'rows.jsonl': () =>
      Buffer.from(Array.from({ length: ROWS }, (_, row) => `{"x": [${line(row)}]}\n`).join('')),
    // Few numbers, long names.
    'names.csv': () =>
      Buffer.from(
        `name,x\n${Array.from({ length: ROWS }, (_, row) => `${row}${'n'.repeat(100)},1\n`).join('')}`,
      ),
  };

  it.each(Object.keys(FILES))('is refused by loadData: %s', async (name) => {
    const path = join(folder, name);
    await writeFile(path, FILES[name]!());
    const { X } = await loadData(path);
    expect(X.shape[0]).toBe(ROWS);
    vi.stubEnv('HANDFUL_MEMORY_LIMIT', '200K');
    await expectError(
      loadData(path),
      'ERR_OUT_OF_MEMORY',
      /HANDFUL_MEMORY_LIMIT allows.*take the rows in chunks$/,
    );
  });

  it('comes in chunks all the same', async () => {
    const path = join(folder, 'chunks.npy');
    await writeFile(path, FILES['rows.npy']!());
    vi.stubEnv('HANDFUL_MEMORY_LIMIT', '200K');
    let rows = 0;
    for await (const { X } of loadDataChunks(path)) rows += X.shape[0];
    expect(rows).toBe(ROWS);
  });
});
