import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { download, type RemoteFile } from '../../lib/datasets/download.ts';
import { type Answer, type FileServer, sendFiles, serve } from '../support/file-server.ts';
import { runTypeScript } from '../support/scripts.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

let root: string;
let folder: string;
let servers: FileServer[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'handful-download-'));
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'cache-'));
  servers = [];
});
afterEach(() => Promise.all(servers.map((server) => server.close())));
afterAll(() => rm(root, { recursive: true }));

async function host(answer: Answer): Promise<FileServer> {
  const server = await serve(answer);
  servers.push(server);
  return server;
}

const content = Uint8Array.from({ length: 200 }, (_, i) => (i * 37) % 251);
const file = remoteFile('data.gz', content);

function remoteFile(name: string, bytes: Uint8Array): RemoteFile {
  return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const from = (hosts: FileServer[], more = {}) => ({
  hosts: hosts.map(({ address }) => address),
  stallTimeout: 5_000,
  ...more,
});

const saved = async () => new Uint8Array(await readFile(join(folder, 'data.gz')));
const failure = (message: RegExp) =>
  expect.objectContaining({ code: 'ERR_DATASET', message: expect.stringMatching(message) });

/**
 * A host that sends `count` more bytes of the file at each request; `cut` then breaks the connection: only once the
 * bytes have arrived, because those still on their way would be lost with it.
 */
async function cuttingHost(count: number, ranges = true): Promise<FileServer & { cut: () => void }> {
  let cut = () => {};
  const server = await host((request, response) => {
    const start = ranges ? Number(request.headers.range?.match(/\d+/)?.[0] ?? 0) : 0;
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': content.length - start,
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
    });
    cut = () => request.socket.destroy();
    if (count > 0) response.write(content.subarray(start, start + count));
    else cut();
  });
  return { ...server, cut: () => cut() };
}

describe('download', () => {
  it('fetches the files, makes the folder, and leaves nothing else in it', async () => {
    const other = Uint8Array.of(1, 2, 3);
    const server = await host(sendFiles({ 'data.gz': content, 'other.gz': other }));
    folder = join(folder, 'deep', 'down');
    await download([file, remoteFile('other.gz', other)], folder, from([server]));
    expect(await saved()).toEqual(content);
    expect((await readdir(folder)).sort()).toEqual(['data.gz', 'other.gz']);
  });

  it('keeps a file that is there already', async () => {
    const server = await host(sendFiles({ 'other.gz': content }));
    await writeFile(join(folder, 'data.gz'), content);
    await download([file, remoteFile('other.gz', content)], folder, from([server]));
    expect(server.requests).toEqual(['other.gz']);
  });

  it('tells how far it is, over all files, up to their total', async () => {
    const server = await host(sendFiles({ 'data.gz': content, 'other.gz': content }));
    const seen: number[] = [];
    const onBytes = (bytes: number) => seen.push(bytes);
    await download([file, remoteFile('other.gz', content)], folder, from([server], { onBytes }));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(400);
  });

  it('follows redirects', async () => {
    const target = await host(sendFiles({ 'data.gz': content }));
    const server = await host((_, response, name) => {
      response.writeHead(302, { location: `${target.address}${name}` }).end();
    });
    await download([file], folder, from([server]));
    expect(await saved()).toEqual(content);
  });

  it.each([0, 1, 2, 99, 198, 199])('goes on where an earlier run was cut, after %i bytes', async (length) => {
    const server = await host(sendFiles({ 'data.gz': content }));
    await writeFile(join(folder, 'data.gz.partial'), content.subarray(0, length));
    await download([file], folder, from([server]));
    expect(await saved()).toEqual(content);
    expect(server.requests).toEqual([length > 0 ? `data.gz bytes=${length}-` : 'data.gz']);
    expect(await readdir(folder)).toEqual(['data.gz']);
  });

  it('only renames what an earlier run had whole', async () => {
    const server = await host(sendFiles({}));
    await writeFile(join(folder, 'data.gz.partial'), content);
    await download([file], folder, from([server]));
    expect(await saved()).toEqual(content);
    expect(server.requests).toEqual([]);
  });

  it('keeps what came before the connection was cut, at any byte, for the next run', async () => {
    for (let length = 0; length < content.length; length += 7) {
      const cutting = await cuttingHost(length, false);
      const place = join(folder, String(length));
      await expect(download([file], place, from([cutting], { onBytes: cutting.cut }))).rejects.toEqual(
        failure(/127\.0\.0\.1/),
      );
      const partial = await readFile(join(place, 'data.gz.partial')).catch(() => Buffer.of());
      expect(new Uint8Array(partial)).toEqual(content.subarray(0, length));
      expect(await readdir(place)).not.toContain('data.gz');
      const whole = await host(sendFiles({ 'data.gz': content }));
      await download([file], place, from([whole]));
      expect(new Uint8Array(await readFile(join(place, 'data.gz')))).toEqual(content);
    }
  });

  it('asks a host again as long as each try brings something new', async () => {
    const server = await cuttingHost(60);
    await download([file], folder, from([server], { onBytes: server.cut }));
    expect(await saved()).toEqual(content);
    expect(server.requests.length).toBe(4);
  });

  it('fetches all of it anew from a server that does not know ranges', async () => {
    const server = await host(sendFiles({ 'data.gz': content }, false));
    await writeFile(join(folder, 'data.gz.partial'), content.subarray(0, 50));
    await download([file], folder, from([server]));
    expect(await saved()).toEqual(content);
  });

  it('starts over where what an earlier run left was wrong', async () => {
    const server = await host(sendFiles({ 'data.gz': content }));
    for (const remains of [new Uint8Array(50), new Uint8Array(200), new Uint8Array(300)]) {
      await writeFile(join(folder, 'data.gz.partial'), remains);
      await download([file], folder, from([server]));
      expect(await saved()).toEqual(content);
      await rm(join(folder, 'data.gz'));
    }
  });

  it('starts over where a server refuses the range', async () => {
    const sends = sendFiles({ 'data.gz': content });
    const server = await host((request, response, name) => {
      if (request.headers.range) response.writeHead(416).end();
      else sends(request, response, name);
    });
    await writeFile(join(folder, 'data.gz.partial'), content.subarray(0, 50));
    await download([file], folder, from([server]));
    expect(await saved()).toEqual(content);
  });

  it.each<[string, Answer]>([
    ['has no such file', sendFiles({})],
    ['fails', (_, response) => response.writeHead(500).end()],
    ['sends something else of the same size', sendFiles({ 'data.gz': new Uint8Array(200) })],
    ['sends too little', sendFiles({ 'data.gz': content.subarray(0, 150) })],
    ['sends too much', sendFiles({ 'data.gz': new Uint8Array(1000) })],
    [
      'sends too much without saying how much',
      (_, response) => response.writeHead(200).end(Buffer.alloc(1000)),
    ],
    ['breaks the connection', (request) => request.socket.destroy()],
    ['answers with another range', (_, response) => response.writeHead(206).end(content)],
    ['redirects for ever', (request, response) => response.writeHead(302, { location: request.url }).end()],
  ])('takes the next host where the first %s', async (_, answer) => {
    const [bad, good] = [await host(answer), await host(sendFiles({ 'data.gz': content }))];
    await download([file], folder, from([bad, good]));
    expect(bad.requests.length).toBeGreaterThan(0);
    expect(await saved()).toEqual(content);
    expect(await readdir(folder)).toEqual(['data.gz']);
  });

  it('gives up a host that sends nothing for the stall timeout, before the answer or within it', async () => {
    const silent = await host(() => {});
    const stalling = await host((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 10));
    });
    const good = await host(sendFiles({ 'data.gz': content }));
    await download([file], folder, from([silent, stalling, good], { stallTimeout: 100 }));
    expect(await saved()).toEqual(content);
    await rm(join(folder, 'data.gz'));
    const failing = download([file], folder, from([silent], { stallTimeout: 100 }));
    await expect(failing).rejects.toEqual(failure(/nothing came for 0\.1 s/));
  });

  it('says for each host what went wrong', async () => {
    const missing = await host(sendFiles({}));
    const wrong = await host(sendFiles({ 'data.gz': new Uint8Array(200) }));
    const gone = await host(() => {});
    await gone.close();
    await expect(download([file], folder, from([missing, wrong, gone]))).rejects.toEqual(
      failure(/HTTP status 404.*wrong SHA-256.*ECONNREFUSED/s),
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends with an AbortError soon after the signal, and keeps what came', async () => {
    const controller = new AbortController();
    const server = await host((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 10));
    });
    const onBytes = () => controller.abort('enough');
    const options = from([server, server], { signal: controller.signal, onBytes });
    await expect(download([file], folder, options)).rejects.toMatchObject({
      code: 'ABORT_ERR',
      cause: 'enough',
    });
    expect(server.requests.length).toBe(1);
    expect(await readdir(folder)).toEqual(['data.gz.partial']);
  });

  it('lets two processes download the same file at once', async () => {
    const server = await host(sendFiles({ 'data.gz': content }));
    await Promise.all([1, 2, 3].map(() => download([file], folder, from([server]))));
    expect(await saved()).toEqual(content);
    expect(await readdir(folder)).toEqual(['data.gz']);
  });

  it('says so where the folder can not be written', async () => {
    const server = await host(sendFiles({ 'data.gz': content }));
    await writeFile(join(folder, 'file'), '');
    await expect(download([file], join(folder, 'file', 'in'), from([server]))).rejects.toMatchObject({
      code: 'ERR_FILE',
    });
    await mkdir(join(folder, 'data.gz.partial'));
    await expect(download([file], folder, from([server]))).rejects.toMatchObject({ code: 'ERR_FILE' });
  });

  it('lets processes download the same file at once', async () => {
    const server = await host(sendFiles({ 'data.gz': content }));
    const script = fileURLToPath(new URL('../fixtures/download.ts', import.meta.url));
    const args = [folder, server.address, file.name, String(file.bytes), file.sha256];
    await Promise.all([1, 2].map(() => runTypeScript(script, args)));
    expect(await saved()).toEqual(content);
    expect(await readdir(folder)).toEqual(['data.gz']);
  });

  it.skipIf(!existsSync('/dev/full'))('says so where the disk is full', async () => {
    const server = await host(sendFiles({ 'data.gz': content }));
    await symlink('/dev/full', join(folder, 'data.gz.partial'));
    await expect(download([file], folder, from([server, server]))).rejects.toMatchObject({
      code: 'ERR_FILE',
      message: expect.stringMatching(/data\.gz\.partial' can't be written: ENOSPC/),
    });
    expect(await readdir(folder)).not.toContain('data.gz');
    expect(server.requests.length).toBe(1);
  });

  it('goes on once a full disk has room again', async ({ skip }) => {
    const disk = mountSmallDisk(16384);
    if (!disk) return skip('this user may mount nothing');
    try {
      const large = Uint8Array.from({ length: 10_000 }, (_, i) => (i * 37) % 251);
      const largeFile = remoteFile('large.gz', large);
      const server = await host(sendFiles({ 'large.gz': large }));
      await writeFile(join(disk.folder, 'other'), new Uint8Array(12_288));
      await expect(download([largeFile], disk.folder, from([server]))).rejects.toMatchObject({
        code: 'ERR_FILE',
      });
      expect(await readdir(disk.folder)).not.toContain('large.gz');
      await rm(join(disk.folder, 'other'));
      await download([largeFile], disk.folder, from([server]));
      expect(new Uint8Array(await readFile(join(disk.folder, 'large.gz')))).toEqual(large);
    } finally {
      disk.remove();
    }
  });

  it('says so where the cache folder is read-only, and asks no host', async ({ skip }) => {
    const disk = mountSmallDisk(16384);
    if (!disk) return skip('this user may mount nothing');
    try {
      disk.makeReadOnly();
      const server = await host(sendFiles({ 'data.gz': content }));
      const failing = download([file], join(disk.folder, 'handful'), from([server]));
      await expect(failing).rejects.toMatchObject({
        code: 'ERR_FILE',
        message: expect.stringMatching(/EROFS/),
      });
      expect(server.requests).toEqual([]);
    } finally {
      disk.remove();
    }
  });

  it('tells of a proxy that the environment names and Node goes past', async () => {
    const gone = await host(() => {});
    await gone.close();
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9');
    vi.stubEnv('NODE_USE_ENV_PROXY', '');
    try {
      await expect(download([file], folder, from([gone]))).rejects.toEqual(
        failure(/HTTPS_PROXY names a proxy.*NODE_USE_ENV_PROXY=1/),
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
