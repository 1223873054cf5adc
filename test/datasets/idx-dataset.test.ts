import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheFolder } from '../../lib/datasets/cache-folder.ts';
import { formatIdx } from '../../lib/datasets/idx.ts';
import {
  type FashionMnistOptions,
  type IdxDatasetDescription,
  loadIdxDataset,
} from '../../lib/datasets/idx-dataset.ts';
import { expectError } from '../support/errors.ts';
import { type FileServer, sendFiles, serve } from '../support/file-server.ts';

/** A dataset of three and two images of 2 x 2 pixels. */
const plain = {
  'train-images': formatIdx({ data: Uint8Array.from({ length: 12 }, (_, i) => i * 20), shape: [3, 2, 2] }),
  'train-labels': formatIdx({ data: Uint8Array.of(1, 0, 1), shape: [3] }),
  'test-images': formatIdx({ data: Uint8Array.from({ length: 8 }, (_, i) => i), shape: [2, 2, 2] }),
  'test-labels': formatIdx({ data: Uint8Array.of(0, 1), shape: [2] }),
};
type Name = keyof typeof plain;
const names = Object.keys(plain) as Name[];
const packed = Object.fromEntries(names.map((name) => [`${name}.gz`, gzipSync(plain[name])]));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const remote = (name: Name) => {
  const bytes = packed[`${name}.gz`]!;
  return { name: `${name}.gz`, bytes: bytes.length, sha256: sha256(bytes) };
};

const description: IdxDatasetDescription = {
  name: 'tiny',
  title: 'Tiny',
  classNames: ['cat', 'dog'],
  train: { images: { ...remote('train-images'), shape: [3, 2, 2] }, labels: remote('train-labels') },
  test: { images: { ...remote('test-images'), shape: [2, 2, 2] }, labels: remote('test-labels') },
  hosts: [],
};

let root: string;
let dir: string;
let cache: string;
let server: FileServer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'handful-dataset-'));
  server = await serve(sendFiles(packed));
});
beforeEach(async () => {
  vi.stubEnv('HANDFUL_DATA', '');
  dir = await mkdtemp(join(root, 'dir-'));
  cache = await mkdtemp(join(root, 'cache-'));
  server.requests.length = 0;
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

const load = (options: FashionMnistOptions = {}) =>
  loadIdxDataset(description, { dir, cache, hosts: [server.address], ...options }, 'loadTiny');

async function provide(folder: string, files: Record<string, Uint8Array>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}

describe('a published dataset', () => {
  it('gives images as matrices of scaled bytes, with labels and class names', async () => {
    await provide(dir, packed);
    const dataset = await load();
    expect(dataset.train.images).toEqual({
      data: Uint8Array.from({ length: 12 }, (_, i) => i * 20),
      shape: [3, 4],
      scale: 1 / 255,
    });
    expect(dataset.train.labels).toEqual(Uint8Array.of(1, 0, 1));
    expect(dataset.test.images.shape).toEqual([2, 4]);
    expect(dataset.test.labels).toEqual(Uint8Array.of(0, 1));
    expect(dataset).toMatchObject({
      name: 'tiny',
      synthetic: false,
      classNames: ['cat', 'dog'],
      image: { height: 2, width: 2, channels: 1 },
    });
    expect(dataset.notice).toBeUndefined();
  });

  it('is read from the folder given, compressed or not, without asking a host', async () => {
    await provide(dir, { ...plain });
    await load();
    await provide(dir, { 'train-images.gz': packed['train-images.gz']! });
    await rm(join(dir, 'train-images'));
    await load();
    expect(server.requests).toEqual([]);
    expect(await readdir(cache)).toEqual([]);
  });

  it('is read from the folder that HANDFUL_DATA names, where none is given', async () => {
    await provide(dir, packed);
    vi.stubEnv('HANDFUL_DATA', dir);
    const dataset = await load({ dir: undefined });
    expect(await dataset.source()).toMatchObject({
      files: [{ path: join(dir, 'train-images.gz') }, {}, {}, {}],
    });
  });

  it('is read from the cache folder where the folder given lacks a file', async () => {
    await provide(dir, { 'train-images.gz': packed['train-images.gz']! });
    await provide(cache, packed);
    const dataset = await load({ download: false });
    expect(await dataset.source()).toMatchObject({
      files: [{ path: join(cache, 'train-images.gz') }, {}, {}, {}],
    });
  });

  it('is downloaded into the cache folder where neither has it, and read from there the next time', async () => {
    await load();
    expect(server.requests.length).toBe(4);
    expect((await readdir(cache)).sort()).toEqual(Object.keys(packed).sort());
    await load();
    expect(server.requests.length).toBe(4);
  });

  it('tells the progress of a download up to its end', async () => {
    const onProgress = vi.fn();
    await load({ onProgress });
    const total = Object.values(packed).reduce((sum, { length }) => sum + length, 0);
    expect(onProgress).toHaveBeenLastCalledWith({ phase: 'download', done: total, total });
  });

  it('states the files it came from, with their hashes', async () => {
    await provide(dir, packed);
    const source = await (await load()).source();
    expect(source).toEqual({
      kind: 'files',
      files: names.map((name) => ({ ...remote(name), name: undefined, path: join(dir, `${name}.gz`) })),
    });
  });

  it('tells the three ways to provide it where it is neither present nor reachable', async () => {
    const unreachable = await serve(() => {});
    await unreachable.close();
    const loading = load({ hosts: [unreachable.address] });
    await expectError(loading, 'ERR_DATASET', dir);
    await expectError(loading, 'ERR_DATASET', cache);
    await expectError(loading, 'ERR_DATASET', /ECONNREFUSED.*1\. .*--data DIR.*HANDFUL_DATA.*2\. .*3\. /s);
    await expectError(load({ download: false }), 'ERR_DATASET', /switched off.*three ways/s);
    expect(await readdir(cache)).toEqual([]);
  });

  it('tells the same where the cache folder can not be written', async () => {
    await provide(dir, { file: Uint8Array.of() });
    await expectError(
      load({ cache: join(dir, 'file', 'cache') }),
      'ERR_DATASET',
      /can't be written.*three ways/s,
    );
  });

  it('names a file that is present but damaged, instead of looking elsewhere', async () => {
    await provide(cache, packed);
    const [images, labels] = ['train-images.gz', 'train-labels.gz'];
    const bad: [string, Uint8Array, RegExp][] = [
      [images!, packed[images!]!.subarray(0, -1), /train-images\.gz.*damaged/],
      [images!, plain['test-images'], /Expected 3 x 2 x 2 bytes in .*train-images\.gz.*2 x 2 x 2/],
      [images!, formatIdx({ data: new Int8Array(12), shape: [3, 2, 2] }), /bytes in .*Int8Array/],
      [labels!, plain['test-labels'], /Expected 3 bytes in .*train-labels\.gz/],
      [labels!, formatIdx({ data: Uint8Array.of(0, 2, 1), shape: [3] }), /labels from 0 to 1 .*label 1 is 2/],
    ];
    for (const [name, bytes, message] of bad) {
      await provide(dir, { ...packed, [name]: bytes });
      await expectError(load(), 'ERR_FILE_FORMAT', message);
    }
    expect(server.requests).toEqual([]);
  });

  it('stops at once when the signal is aborted', async () => {
    await expectError(load({ signal: AbortSignal.abort() }), 'ABORT_ERR');
    const controller = new AbortController();
    const loading = load({ signal: controller.signal, onProgress: () => controller.abort() });
    await expectError(loading, 'ABORT_ERR');
  });

  it('refuses options that it does not know or understand', async () => {
    const bad = (options: object, words: string) =>
      expectError(load(options as FashionMnistOptions), 'ERR_INVALID_ARGUMENT', words);
    await bad({ directory: dir }, "loadTiny has no option 'directory'");
    await bad({ dir: 7 }, 'dir');
    await bad({ hosts: ['ftp://example.org'] }, 'hosts');
    await bad({ hosts: 'http://example.org' }, 'hosts');
    await bad({ stallTimeout: 0 }, 'stallTimeout');
    await bad({ signal: {} }, 'signal');
  });
});

describe('the cache folder', () => {
  it('is where the platform keeps caches', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux')).toBe(join('/x', 'handful'));
    expect(cacheFolder({ XDG_CACHE_HOME: 'not/absolute' }, 'linux')).toMatch(/\.cache.handful$/);
    expect(cacheFolder({}, 'linux')).toMatch(/\.cache.handful$/);
    expect(cacheFolder({}, 'darwin')).toMatch(/Library.Caches.handful$/);
    expect(cacheFolder({ LOCALAPPDATA: 'C:\\Local' }, 'win32')).toBe(join('C:\\Local', 'handful'));
  });
});
