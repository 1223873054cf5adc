// A user's project: an empty folder of its own that the package is installed into, and a PATH that has a runtime and a
// shell, but no compiler.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { npm } from '../packages.mjs';
import { root } from '../tools.mjs';

const CONSUMER = path.join(root, 'scripts', 'release', 'consumer');
const temporary = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'handful-release-'));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }));

/** Programs that a user's machine lacks. */
const COMPILERS = ['cc', 'c++', 'g++', 'gcc', 'clang', 'cmake', 'make', 'ninja', 'python3'];

/** A folder with links to programs, to be a PATH. */
function folderOfPrograms(name, programs) {
  const folder = path.join(temporary, `programs-${name}`);
  mkdirSync(folder);
  for (const [link, program] of Object.entries(programs)) symlinkSync(program, path.join(folder, link));
  return folder;
}

const bare = folderOfPrograms('bare', { node: process.execPath, sh: '/bin/sh' });
if (COMPILERS.some((name) => runs(name))) throw new Error('The PATH without compilers has one');

function runs(program) {
  return spawnSync(program, ['--version'], { env: { PATH: bare } }).error === undefined;
}

/** The environment of a user: everything that could lead the package astray is unset. */
function environment(extra) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(HANDFUL_|npm_|PREBUILDS_ONLY$|LIBC$|NODE_OPTIONS$|INIT_CWD$)/i.test(name),
  );
  return { ...Object.fromEntries(inherited), PATH: bare, NO_COLOR: '1', CI: '1', ...extra };
}

/** Makes a project with the given name and, beside package.json, all files of scripts/release/consumer. */
export function createProject(name, manifest = {}) {
  const folder = path.join(temporary, name);
  cpSync(CONSUMER, folder, { recursive: true });
  const text = JSON.stringify({ name: 'consumer', version: '1.0.0', private: true, ...manifest }, null, 2);
  writeFileSync(path.join(folder, 'package.json'), `${text}\n`);
  return {
    folder,
    /**
     * Runs a program in the project; what it printed. Throws where it fails, and, if `silent`, where it complains.
     */
    run(program, args, { env, silent = false } = {}) {
      const result = spawnSync(program, args, {
        cwd: folder,
        env: environment(env),
        encoding: 'utf8',
        // It catches what hangs: here is no measurement.
        timeout: 3_600_000,
        maxBuffer: 1 << 28,
      });
      const output = `${result.stdout ?? ''}${result.stderr ?? ''}`.trim();
      if (result.status !== 0)
        throw new Error(result.error?.message ?? (output || `ended with ${result.status}`));
      if (silent && result.stderr !== '') throw new Error(`complains: ${result.stderr.trim()}`);
      return result.stdout;
    },
    remove() {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Installs the tarball with the npm that runs this; `options` are npm's. */
export function install(project, tarball, options = []) {
  const common = ['install', '--no-audit', '--no-fund', '--prefer-offline'];
  project.run(npm.program, [...npm.args, ...common, ...options, tarball]);
}

let shared;

/** A project that the package is installed in once, for all checks that only look. */
export function installedProject(tarball) {
  if (!shared) {
    shared = createProject('installed');
    install(shared, tarball);
  }
  return shared;
}

/** Runs a script of the project on a runtime: it must compute natively, rightly, and without a word of complaint. */
export function runNatively(project, runtime, script, { env } = {}) {
  const output = project.run(runtime.program, [...runtime.args, script], {
    env: { ...runtime.env, ...env },
    silent: !runtime.foreign,
  });
  const { backend, instructionSet, inertia } = JSON.parse(output.trim().split('\n').at(-1));
  if (backend !== 'native') throw new Error(`${script} runs on the backend ${backend}`);
  if (inertia !== 1) throw new Error(`${script} computes ${inertia} where 1 is right`);
  return instructionSet;
}
