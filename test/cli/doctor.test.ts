import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backends } from '../support/backends.ts';
import { handful } from '../support/command-line.ts';
import { fashionMnistFolder } from '../support/fashion-mnist.ts';

describe('handful doctor', () => {
  it('tells the backend, the instruction sets and why not a faster one', async () => {
    const { code, stdout, stderr } = await handful(['doctor'], { env: { HANDFUL_BACKEND: '' } });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^backend +${backends[0]}$`, 'm'));
    expect(stdout).toContain(process.version);
    expect(stdout).toMatch(/^threads +\d+$/m);
    expect(stdout).toMatch(/^why not faster +\S/m);
  });

  it('tells of every binary why it was taken or not, and all that a report of a fault needs, as JSON', async () => {
    const { code, stdout } = await handful(['doctor', '--json'], { env: { HANDFUL_BACKEND: '' } });
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({
      node: process.version,
      nodeApi: process.versions.napi,
      platform: `${process.platform} ${process.arch}`,
      libc: expect.stringMatching(process.platform === 'linux' ? /^(glibc \d|musl)/ : /^none$/),
      backend: backends[0],
      memory: { totalBytes: expect.any(Number), freeBytes: expect.any(Number) },
    });
    const taken = found.binaries.filter((each: { taken: boolean }) => each.taken);
    expect(taken).toHaveLength(backends.includes('native') ? 1 : 0);
    for (const { file, reason } of found.binaries) {
      expect(file).toMatch(/\.node$/);
      expect(reason).not.toBe('');
    }
  });

  it('tells that JavaScript runs because it was asked for', async () => {
    const { stdout } = await handful(['doctor'], { env: { HANDFUL_BACKEND: 'javascript' } });
    expect(stdout).toMatch(/^backend +javascript$/m);
    expect(stdout).toMatch(/^why not faster +.*HANDFUL_BACKEND asks for JavaScript$/m);
  });

  it('tells how to get the data where it is absent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'handful-'));
    const env = { HANDFUL_DATA: folder, XDG_CACHE_HOME: folder, HOME: folder };
    const { code, stdout } = await handful(['doctor'], { env });
    await rm(folder, { recursive: true });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Fashion-MNIST +Fashion-MNIST is not in /m);
    expect(stdout).toContain('HANDFUL_DATA');
  });

  it.skipIf(!fashionMnistFolder)('tells that the data is found', async () => {
    const { stdout } = await handful(['doctor', '--data', fashionMnistFolder!]);
    expect(stdout).toMatch(/^Fashion-MNIST +found: 60,000 training and 10,000 test images$/m);
  });

  it('ends with 2 where the environment asks for what does not exist', async () => {
    const { code, stderr } = await handful(['doctor'], { env: { HANDFUL_BACKEND: 'fortran' } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^handful: Expected 'native' or 'javascript'/);
  });
});
