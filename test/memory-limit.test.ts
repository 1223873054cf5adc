import { afterEach, describe, expect, it, vi } from 'vitest';
import { javascriptOperations } from '../lib/backend/javascript/operations.ts';
import { memoryLimit } from '../lib/backend/memory-limit.ts';
import { MEMORY_NEEDS } from '../lib/backend/memory-needs.ts';
import {
  backendInfo,
  KMeans,
  LogisticRegression,
  pairwiseDistances,
  prepare,
  setBackend,
} from '../lib/index.ts';
import { backends } from './support/backends.ts';
import { expectError } from './support/errors.ts';

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
});
