// The platforms that the package brings a binary for, and how each is built: on its own system, or on Linux with a
// cross compiler.

import path from 'node:path';
import { root } from '../tools.mjs';
import { librariesOfMacOS, zig } from './zig.mjs';

/** Options of cmake for a compiler of Debian's. */
const debian = (toolchain) => () => [`CMAKE_TOOLCHAIN_FILE=${path.join(root, 'cmake', toolchain)}`];

/** Options of cmake for zig. */
const withZig = (target) => () => [
  `CMAKE_TOOLCHAIN_FILE=${path.join(root, 'cmake', 'zig.cmake')}`,
  `HANDFUL_ZIG=${zig()}`,
  `HANDFUL_ZIG_TARGET=${target}`,
];

/** Options of cmake for zig, and for LLVM's linker. */
const forMacOS = (target) => () => [
  ...withZig(target)(),
  `HANDFUL_ZIG_LIBRARIES=${librariesOfMacOS(target).join(';')}`,
];

const NODE_API_DEF = path.join(root, 'node_modules', 'node-api-headers', 'def', 'node_api.def');

/**
 * `name` is the platform's, `libc` the C library where a system has several. For a build on Linux: `cross` are the
 * options of cmake, `wants` are the programs that must be there (zig is downloaded), `kind` what the C++ library comes
 * with, and `strip` the program that strips the binary (zig's linker strips by itself).
 */
export const PLATFORMS = [
  { name: 'linux-x64-glibc', platform: 'linux', arch: 'x64', libc: 'glibc', kind: 'gcc', strip: 'strip' },
  {
    name: 'linux-arm64-glibc',
    platform: 'linux',
    arch: 'arm64',
    libc: 'glibc',
    wants: ['aarch64-linux-gnu-g++'],
    cross: debian('aarch64-linux-gnu.cmake'),
    kind: 'gcc',
    strip: 'aarch64-linux-gnu-strip',
  },
  {
    name: 'win32-x64',
    platform: 'win32',
    arch: 'x64',
    wants: ['x86_64-w64-mingw32-g++-posix'],
    cross: () => [...debian('mingw-w64.cmake')(), `HANDFUL_NODE_API_DEF=${NODE_API_DEF}`],
    kind: 'mingw',
    strip: 'x86_64-w64-mingw32-strip',
  },
  {
    name: 'linux-x64-musl',
    platform: 'linux',
    arch: 'x64',
    libc: 'musl',
    kind: 'zig',
    cross: withZig('x86_64-linux-musl'),
  },
  {
    name: 'linux-arm64-musl',
    platform: 'linux',
    arch: 'arm64',
    libc: 'musl',
    kind: 'zig',
    cross: withZig('aarch64-linux-musl'),
  },
  {
    name: 'darwin-x64',
    platform: 'darwin',
    arch: 'x64',
    kind: 'zig',
    wants: ['clang', 'lld'],
    cross: forMacOS('x86_64-macos.11.0'),
  },
  {
    name: 'darwin-arm64',
    platform: 'darwin',
    arch: 'arm64',
    kind: 'zig',
    wants: ['clang', 'lld'],
    cross: forMacOS('aarch64-macos.11.0'),
  },
];

/** The platform that this process runs on; undefined where the package brings no binary for it. */
export function hostPlatform() {
  const libc = process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
  return PLATFORMS.find(
    (each) =>
      each.platform === process.platform &&
      each.arch === process.arch &&
      (each.libc === undefined || each.libc === libc),
  );
}

/** The path of a platform's binary inside the folder `prebuilds`: as node-gyp-build looks for it. */
export function prebuiltFile({ platform, arch, libc }) {
  return `${platform}-${arch}/${['handful', libc, 'node'].filter(Boolean).join('.')}`;
}
