import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleFolder } from './bundle.ts';
import './programs.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The environment of a program in TypeScript: tsx finds `handful` in `lib/`, as tsconfig.json says. */
const typescriptEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_OPTIONS: `--import ${import.meta.resolve('tsx')}`,
  TSX_TSCONFIG_PATH: `${repository}tsconfig.json`,
  NO_COLOR: '1',
};

/** A folder of its own, whose scripts find `handful`, and which has the command in its `bin`. */
export async function makeScriptFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'handful-scripts-'));
  const installed = join(folder, 'node_modules', 'handful');
  await mkdir(installed, { recursive: true });
  const exports = { import: './index.mjs', require: './index.cjs' };
  await writeFile(join(installed, 'package.json'), JSON.stringify({ name: 'handful', exports }));
  await writeFile(join(installed, 'index.mjs'), `export * from '${join(bundleFolder, 'index.mjs')}';\n`);
  await writeFile(
    join(installed, 'index.cjs'),
    `module.exports = require('${join(bundleFolder, 'index.cjs')}');\n`,
  );
  const command = join(folder, 'bin', 'handful');
  await mkdir(join(folder, 'bin'));
  await writeFile(
    command,
    `#!/bin/sh\nexec '${process.execPath}' '${join(bundleFolder, 'handful.mjs')}' "$@"\n`,
  );
  await chmod(command, 0o755);
  return folder;
}

/**
 * What a script prints that imports `handful`, and lies in a folder that {@link makeScriptFolder} made, or is of
 * TypeScript. Rejects if it fails, or complains on stderr.
 */
export async function outputOfScript(file: string, folder?: string): Promise<string> {
  const env = /\.m?ts$/.test(file) ? typescriptEnvironment : { ...process.env, NO_COLOR: '1' };
  const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder, env });
  if (stderr !== '') throw new Error(`${file} writes to stderr: ${stderr}`);
  return stdout;
}

/** Runs a script in TypeScript, of this repository, in a process of its own. Rejects if it fails. */
export async function runTypeScript(file: string, args: readonly string[]): Promise<void> {
  await run(process.execPath, [file, ...args], { env: typescriptEnvironment });
}
