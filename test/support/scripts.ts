import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The environment of a program that may import `handful`, wherever it lies: tsx finds it under that name in `lib/`,
 * as tsconfig.json says.
 */
export const scriptEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_OPTIONS: `--import ${import.meta.resolve('tsx')}`,
  TSX_TSCONFIG_PATH: `${repository}tsconfig.json`,
  NO_COLOR: '1',
};

/** What a script that imports `handful` prints. Rejects where it fails, or complains on stderr. */
export async function outputOfScript(file: string, folder?: string): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder, env: scriptEnvironment });
  if (stderr !== '') throw new Error(`${file} writes to stderr: ${stderr}`);
  return stdout;
}

/** Runs a script in TypeScript, of this repository, in a process of its own. Rejects where it fails. */
export async function runTypeScript(file: string, args: readonly string[]): Promise<void> {
  await run(process.execPath, [file, ...args], { env: scriptEnvironment });
}
