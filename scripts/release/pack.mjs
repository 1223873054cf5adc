// `npm run release:pack`: the tarball that is published, in build/release/, of what was built before.

import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { npm } from '../packages.mjs';
import { outputOf, root } from '../tools.mjs';
import { copyHeaders } from './headers.mjs';

export const RELEASE_FOLDER = path.join(root, 'build', 'release');

/** Packs; what npm says of the tarball: its `path`, `size`, `unpackedSize` and `files`. */
export function pack() {
  rmSync(RELEASE_FOLDER, { recursive: true, force: true });
  mkdirSync(RELEASE_FOLDER, { recursive: true });
  copyHeaders();
  const options = ['pack', '--json', '--ignore-scripts', '--pack-destination', RELEASE_FOLDER];
  const said = JSON.parse(outputOf(npm.program, [...npm.args, ...options]));
  // npm 12 answers by name, older ones with a list.
  const [packed] = Array.isArray(said) ? said : Object.values(said);
  return { ...packed, path: path.join(RELEASE_FOLDER, packed.filename) };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { path: tarball, size, files } = pack();
  console.log(`${path.relative(root, tarball)}: ${files.length} files, ${(size / 1e6).toFixed(2)} MB`);
}
