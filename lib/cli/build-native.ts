import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import finder from '#addon';
import { HandfulError } from '../core/errors.ts';
import { fileError } from '../core/files.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';

const HOW_TO_INSTALL = `
  Debian, Ubuntu   apt install cmake g++ make
  Fedora           dnf install cmake gcc-c++ make
  Alpine           apk add cmake g++ make
  macOS            xcode-select --install; brew install cmake
  Windows          winget install Kitware.CMake Microsoft.VisualStudio.2022.BuildTools`;

/** Adds `handful build-native`: compiles the addon for a platform that the package brings no binary for. */
export function addBuildNativeCommand(program: Command): void {
  program
    .command('build-native')
    .description(
      'Compiles the native addon, where the package brings no binary that runs; takes some minutes.',
    )
    .addHelpText(
      'after',
      `
It needs cmake 3.15 or newer and a C++20 compiler, and no network. The result goes into the package's own folder,
and goes before the binaries that the package brings; to undo it, remove the folder build there.

Examples:
  npx handful build-native
${EXIT_CODES_HELP}`,
    )
    .action(() => {
      const file = buildAddon(finder.folder);
      process.stdout.write(`${file}: ${tried(file)}\n`);
    });
}

/** Builds the addon of the package in a folder; the path of the result. What cmake says goes to stderr. */
function buildAddon(root: string): string {
  const headers = join(root, 'headers');
  // The source of the library is no part of the package.
  if (existsSync(join(root, 'lib'))) {
    throw new HandfulError('ERR_BACKEND', 'In a checkout the addon is built by: npm run build:native');
  }
  if (run('cmake', ['--version'], 'ignore').error) {
    throw new HandfulError('ERR_BACKEND', `cmake is needed, but not found. To install it:${HOW_TO_INSTALL}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'handful-build-'));
  try {
    const configured = run('cmake', configuration(root, headers, folder), 'pipe');
    if (configured.status !== 0) throw configurationFailed(`${configured.stdout}${configured.stderr}`);
    const parallel = String(availableParallelism());
    const build = ['--build', folder, '--config', 'Release', '--target', 'handful', '--parallel', parallel];
    if (run('cmake', build, ['ignore', process.stderr, process.stderr]).status !== 0) {
      throw new HandfulError(
        'ERR_BACKEND',
        'The addon could not be compiled; what the compiler said stands above',
      );
    }
    return install(join(folder, 'Release', 'handful.node'), join(root, 'build', 'Release', 'handful.node'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[], stdio: SpawnSyncOptions['stdio']) {
  return spawnSync(program, args, { stdio, encoding: 'utf8' });
}

/** What cmake is told: what cmake-js tells it in a checkout. */
function configuration(root: string, headers: string, folder: string): string[] {
  const output = join(folder, 'Release');
  const includes = ['node-addon-api', 'node-api-headers'].map((name) => join(headers, name));
  const imports = join(folder, 'node.lib');
  const windows = {
    CMAKE_JS_LIB: imports,
    CMAKE_JS_NODELIB_DEF: join(headers, 'node-api-headers', 'node_api.def'),
    CMAKE_JS_NODELIB_TARGET: imports,
    CMAKE_MSVC_RUNTIME_LIBRARY: 'MultiThreaded',
  };
  const definitions = {
    CMAKE_BUILD_TYPE: 'Release',
    CMAKE_JS_VERSION: 'none',
    CMAKE_JS_INC: includes.join(';'),
    // Visual Studio would add a folder for the configuration, were it not in the name.
    CMAKE_LIBRARY_OUTPUT_DIRECTORY: `${output}$<0:>`,
    CMAKE_RUNTIME_OUTPUT_DIRECTORY: `${output}$<0:>`,
    ...(process.platform === 'win32' ? windows : {}),
  };
  return [
    '-S',
    root,
    '-B',
    folder,
    ...Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`),
  ];
}

function configurationFailed(output: string): HandfulError {
  const message = /CMAKE_CXX_COMPILER could be found|could not find any instance of Visual Studio/.test(
    output,
  )
    ? `A C++ compiler is needed, but cmake finds none. To install one:${HOW_TO_INSTALL}`
    : `cmake failed:\n${output}`;
  return new HandfulError('ERR_BACKEND', message);
}

/** Puts the file in its place; the place. */
function install(from: string, to: string): string {
  try {
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
    return to;
  } catch (error) {
    throw fileError(to, 'written', error);
  }
}

/** What the addon says of itself, loaded by a process of its own. */
function tried(file: string): string {
  const script = 'const addon = require(process.argv[1]); process.stdout.write(addon.instructionSet())';
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script, file], { encoding: 'utf8' });
  if (status !== 0) throw new HandfulError('ERR_BACKEND', `${file} was built but can't be loaded: ${stderr}`);
  return `loads, and computes with ${stdout}`;
}
