// The licences of the C++ libraries that a compiler links into a binary.

import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../tools.mjs';
import { zig } from './zig.mjs';

const debian = (name) => path.join('/usr/share/doc', name, 'copyright');
const inZig = (name) => path.join(path.dirname(zig()), 'lib', name, 'LICENSE.TXT');

/** By the compiler: the name of the file that is shipped, and where its text lies. */
const SOURCES = {
  gcc: { 'libstdc++.txt': () => debian('gcc-12-base') },
  mingw: {
    'libstdc++.txt': () => debian('gcc-12-base'),
    'mingw-w64.txt': () => debian('mingw-w64-common'),
  },
  zig: { 'libc++.txt': () => inZig('libcxx'), 'libc++abi.txt': () => inZig('libcxxabi') },
};

/** Copies the licences of what `kind` of compiler links in to prebuilds/licences; the names of the files. */
export function copyLicences(kind) {
  const folder = path.join(root, 'prebuilds', 'licences');
  mkdirSync(folder, { recursive: true });
  const sources = Object.entries(SOURCES[kind] ?? {});
  for (const [name, source] of sources) copyFileSync(source(), path.join(folder, name));
  return sources.map(([name]) => name);
}
