import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { loadAddon } from '../../lib/backend/native.ts';
import '../support/programs.ts';

const { addon } = loadAddon();
const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url);

function startWorker(task: string): Worker {
  return new Worker(fixture('addon-in-worker.mjs'), { workerData: { task } });
}

/** Runs a fixture in a process of its own; how it ended, and what it printed. */
function runProcess(
  task: string,
  env: NodeJS.ProcessEnv = {},
  [program, ...before]: readonly string[] = [process.execPath],
): Promise<{ code: number | string | null; signal: string | null; output: string }> {
  return new Promise((resolve) => {
    const args = [...before, '--expose-gc', fileURLToPath(fixture('addon-in-process.mjs')), task];
    const child = execFile(
      program!,
      args,
      { timeout: 60_000, env: { ...process.env, ...env } },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, signal: child.signalCode, output: stdout + stderr });
      },
    );
  });
}

describe.skipIf(!addon)('worker threads', () => {
  it('fit at once, each with an addon of its own, and find the same', async () => {
    const workers = Array.from({ length: 4 }, () => startWorker('fit'));
    const results = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
    for (const result of results) expect(result).toEqual(results[0]);
    expect(results[0].labels).toHaveLength(4096);
  });

  it('can be terminated in the middle of an operation, others waiting behind it', async () => {
    for (let round = 0; round < 5; round++) {
      const worker = startWorker('endless');
      await once(worker, 'message');
      expect(await worker.terminate()).toBe(1);
    }
    const rows = addon!.prepare(Uint8Array.of(1, 2, 3, 4), 4, 1, 1);
    const found = await addon!.nearest(addon!.createJob(), rows, rows, 1);
    expect(found.indices).toEqual(Int32Array.of(0, 1, 2, 3));
  });

  it('can be terminated at any moment', async () => {
    for (let round = 0; round < 10; round++) {
      const worker = startWorker('endless');
      await new Promise((resolve) => setTimeout(resolve, 10 * round));
      await worker.terminate();
    }
  });

  it('can end themselves in the middle of an operation', async () => {
    const [code] = await once(startWorker('exit'), 'exit');
    expect(code).toBe(3);
  });
});

describe.skipIf(!addon)('a process', () => {
  it('ends by itself when nothing is pending', async () => {
    expect(await runProcess('ends-by-itself')).toEqual({ code: 0, signal: null, output: 'idle\n' });
  });

  it('may begin with an operation that is over at once, and listen to its progress', async () => {
    expect(await runProcess('begins-with-little')).toEqual({ code: 0, signal: null, output: '3\n' });
  });

  it('stays until its operations have ended, which they do in the order of their start', async () => {
    expect(await runProcess('waits-for-operations')).toEqual({
      code: 0,
      signal: null,
      output: 'first\nsecond\n',
    });
  });

  it('can exit in the middle of an operation', async () => {
    expect(await runProcess('exits-in-the-middle')).toEqual({ code: 7, signal: null, output: '' });
  });

  it('survives a progress callback that throws', async () => {
    const ended = await runProcess('throws-in-the-middle');
    expect(ended).toEqual({ code: 0, signal: null, output: 'from a progress callback\n' });
  });

  it('may collect garbage while an operation runs', async () => {
    expect(await runProcess('collects-garbage')).toEqual({ code: 0, signal: null, output: 'true\n' });
  });

  it('gets back the memory of prepared rows that nothing holds any more', async () => {
    expect(await runProcess('frees-what-it-prepared')).toEqual({ code: 0, signal: null, output: 'true\n' });
  });

  // A sanitizer's own tables fill the address space.
  const sanitized = /libasan|libtsan/.test(process.env.LD_PRELOAD ?? '');
  it.skipIf(process.platform !== 'linux' || sanitized)(
    'survives a lack of memory, which is an error',
    async () => {
      const output = 'ERR_OUT_OF_MEMORY\nERR_OUT_OF_MEMORY\ntrue\n';
      const limited = ['prlimit', `--as=${2 ** 31}`, process.execPath];
      expect(await runProcess('runs-out-of-memory', {}, limited)).toEqual({ code: 0, signal: null, output });
    },
  );

  it('may queue a thousand operations, and cancel a third of them anywhere', async () => {
    expect(await runProcess('queues-a-thousand')).toEqual({ code: 0, signal: null, output: 'true 2\n' });
  });

  it.skipIf(process.platform !== 'linux')('has no more threads for a hundred fits than for one', async () => {
    expect(await runProcess('counts-its-threads')).toEqual({ code: 0, signal: null, output: 'true true\n' });
  });

  it('reads files and looks up names while fits keep all threads busy', async () => {
    const ended = await runProcess('uses-the-file-pool', { UV_THREADPOOL_SIZE: '1' });
    expect(ended).toEqual({ code: 0, signal: null, output: 'false\ntrue\n' });
  });

  it('hears of operations that ended while its main thread was blocked', async () => {
    expect(await runProcess('blocks-meanwhile')).toEqual({ code: 0, signal: null, output: '1 2 3\n' });
  });

  it('may forget the promises and the jobs of what it started', async () => {
    expect(await runProcess('never-awaits')).toEqual({ code: 0, signal: null, output: 'exit 0\n' });
  });

  it('may load the addon from two paths; each knows its own rows only', async () => {
    const output = 'true\nERR_INVALID_ARGUMENT\n';
    expect(await runProcess('loads-it-twice')).toEqual({ code: 0, signal: null, output });
  });
});
