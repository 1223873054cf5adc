// prebuilds/manifest.json: what each binary was built with, whose work it carries, and how far it was tested.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../tools.mjs';
import { PLATFORMS, prebuiltFile } from './platforms.mjs';

/** The folder of the binaries. */
export const PREBUILDS = path.join(root, 'prebuilds');

/** The entries of the binaries in a folder. */
export function readManifest(folder = PREBUILDS) {
  const file = path.join(folder, 'manifest.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).binaries : [];
}

/** Writes the entries of all binaries, in the order of the platforms. */
export function writeManifest(binaries) {
  const order = PLATFORMS.map(({ name }) => name);
  const sorted = binaries.toSorted((a, b) => order.indexOf(a.platform) - order.indexOf(b.platform));
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const text = `${JSON.stringify({ version, binaries: sorted }, null, 2)}\n`;
  writeFileSync(path.join(PREBUILDS, 'manifest.json'), text);
}

/** The entry of a platform's binary, provided that it was built from the sources as they are. */
export function currentEntry(platform) {
  return readManifest().find((each) => each.platform === platform.name && each.source === sourceHash());
}

/** All that binaries are built from, as a hash. */
export function sourceHash() {
  const hash = createHash('sha256');
  for (const part of ['CMakeLists.txt', 'cmake', 'native']) {
    for (const file of filesIn(part)) hash.update(`${file}\n`).update(readFileSync(path.join(root, file)));
  }
  return hash.digest('hex');
}

/** A file itself, or all files of a folder, in an order that is the same everywhere. */
function filesIn(part) {
  if (statSync(path.join(root, part)).isFile()) return [part];
  const names = readdirSync(path.join(root, part)).sort();
  return names.flatMap((name) => filesIn(`${part}/${name}`));
}

/** Writes or replaces the entry of one platform. */
export function record(platform, { source, compiler, licences, tested }) {
  const file = prebuiltFile(platform);
  const bytes = readFileSync(path.join(PREBUILDS, file));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const built = { file, bytes: bytes.length, sha256, source, compiler, licences, tested };
  writeManifest([
    ...readManifest().filter((each) => each.platform !== platform.name),
    { platform: platform.name, ...built },
  ]);
}

/** Name and version of the compiler that a build folder was configured for. */
export function compilerOf(folder) {
  const files = path.join(folder, 'CMakeFiles');
  const found = readdirSync(files)
    .map((name) => path.join(files, name, 'CMakeCXXCompiler.cmake'))
    .find((file) => existsSync(file));
  const text = readFileSync(found, 'utf8');
  const value = (name) => new RegExp(`set\\(CMAKE_CXX_COMPILER_${name} "(.*)"\\)`).exec(text)[1];
  return `${value('ID')} ${value('VERSION')}`;
}
