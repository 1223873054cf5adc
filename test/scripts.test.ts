import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('npm run test:cpus says in one line which tool is missing, and fails', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'handful-no-tools-'));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/test-cpus.mjs'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: empty },
  });
  await rm(empty, { recursive: true });
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toBe("qemu-x86_64 can't be run: it is not installed\n");
});
