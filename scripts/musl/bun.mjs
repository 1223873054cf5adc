// bun for musl, run on a Debian with musl: where no Node for it is at hand, it loads the package's binaries as Node would.

import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { unpacked } from '../packages.mjs';
import { has, outputOf, root } from '../tools.mjs';

/** What differs from one processor to the other: the names of bun's package and of the loaders, and GCC. */
const PROCESSORS = {
  x64: { machine: 'x64', musl: 'ld-musl-x86_64.so.1', glibc: 'ld-linux-x86-64.so.2', gcc: 'gcc' },
  arm64: {
    machine: 'aarch64',
    musl: 'ld-musl-aarch64.so.1',
    glibc: 'ld-linux-aarch64.so.1',
    gcc: 'aarch64-linux-gnu-gcc',
  },
};

/** Whether musl for the processor is installed here, and the compiler that gives it a C++ library. */
export function hasMusl(arch) {
  const { musl, gcc } = PROCESSORS[arch];
  return existsSync(path.join('/lib', musl)) && has(gcc);
}

/** Program, arguments and environment of bun for musl. */
export function bunWithMusl(arch, version) {
  const { machine, musl, glibc } = PROCESSORS[arch];
  const libraries = cppLibraries(arch);
  const bun = path.join(unpacked(`@oven/bun-linux-${machine}-musl@${version}`), 'bin', 'bun');
  return {
    program: path.join('/lib', musl),
    args: ['--preload', path.join(libraries, glibc), '--library-path', libraries, bun],
    env: { LIBC: 'musl' },
  };
}

/**
 * The folder of a C++ library for musl. Debian has none: its own one serves, with the few functions of glibc that it
 * calls, in a library by the name of glibc's loader.
 */
function cppLibraries(arch) {
  const { glibc, gcc } = PROCESSORS[arch];
  const folder = path.join(root, 'build', `musl-${arch}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const functions = path.join(root, 'scripts', 'musl', 'glibc-functions.c');
  outputOf(gcc, [
    '-shared',
    '-fPIC',
    '-nostdlib',
    '-D_GNU_SOURCE',
    functions,
    '-o',
    path.join(folder, glibc),
  ]);
  for (const name of ['libstdc++.so.6', 'libgcc_s.so.1']) {
    symlinkSync(outputOf(gcc, [`-print-file-name=${name}`]).trim(), path.join(folder, name));
  }
  return folder;
}
