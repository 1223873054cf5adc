// `npm run release:pack`: the tarball that is published, in build/release/, with the binaries that were built before.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  const staged = path.join(RELEASE_FOLDER, 'package');
  for (const { path: file } of npmPack(['--dry-run', root]).files) {
    cpSync(path.join(root, file), path.join(staged, file));
  }
  // The scripts are the checkout's. `prepare` among them would count as an install script where those are forbidden.
  const { scripts, devDependencies, ...manifest } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  );
  const described = JSON.stringify({ ...manifest, ...repository() }, null, 2);
  writeFileSync(path.join(staged, 'package.json'), `${described}\n`);
  const packed = npmPack(['--pack-destination', RELEASE_FOLDER, staged]);
  rmSync(staged, { recursive: true });
  return { ...packed, manifest, path: path.join(RELEASE_FOLDER, packed.filename) };
}

/** Where a workflow of GitHub's packs: without it the registry takes no provenance. */
function repository() {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  return name && { repository: { type: 'git', url: `git+${server}/${name}.git` } };
}

/** What `npm pack` says. */
function npmPack(options) {
  const said = JSON.parse(
    outputOf(npm.program, [...npm.args, 'pack', '--json', '--ignore-scripts', ...options]),
  );
  // npm 12 answers by name, older ones with a list.
  return Array.isArray(said) ? said[0] : Object.values(said)[0];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { path: tarball, size, files } = pack();
  console.log(`${path.relative(root, tarball)}: ${files.length} files, ${(size / 1e6).toFixed(2)} MB`);
}
