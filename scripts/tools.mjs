// What the scripts share: where things are, and how other programs are run.

import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Where a command of an installed package lies. */
export function toolPath(name) {
  return path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}

/** Builds on all processors, whichever generator cmake picks. */
const environment = { CMAKE_BUILD_PARALLEL_LEVEL: String(os.availableParallelism()), ...process.env };

/**
 * Runs a program in the repository's root; true where it ends with success. What it says goes to the terminal, or to
 * the end of the file `log`.
 */
export function run(program, args, { log, env } = {}) {
  const result = spawnSync(program, args, {
    cwd: root,
    env: { ...environment, ...env },
    stdio: log ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (log)
    appendFileSync(log, `$ ${program} ${args.join(' ')}\n${result.stdout ?? ''}${result.stderr ?? ''}\n`);
  if (result.error && !log) console.error(`${program} can't be run: ${result.error.message}`);
  return result.status === 0;
}

/** Runs a program and ends this one with its exit code where it fails. */
export function runOrExit(program, args, options) {
  if (!run(program, args, options)) process.exit(1);
}

/** Runs a program, shows what it says while it runs, and answers that and its exit code (null for a signal). */
export function watch(program, args, { env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const [stream, terminal] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        terminal.write(text);
      });
    }
    child.on('error', (error) =>
      resolve({ code: null, output: `${program} can't be run: ${error.message}` }),
    );
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Everything a program prints; throws if it fails, and ends this one with a line if it is not there. */
export function outputOf(program, args, { env } = {}) {
  const options = { cwd: root, env: { ...environment, ...env }, encoding: 'utf8', maxBuffer: 1 << 28 };
  const result = spawnSync(program, args, options);
  if (result.error?.code === 'ENOENT') {
    console.error(`${program} can't be run: it is not installed`);
    process.exit(2);
  }
  if (result.status !== 0) {
    throw new Error(`${program} ${args.join(' ')} failed: ${result.error?.message ?? result.stderr}`);
  }
  return result.stdout;
}

/** Whether a program is there. */
export function has(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}
