// The package managers and bundlers that the checks use: packages of scripts/release/tools, in the versions of its
// lock file, installed when first asked for.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { npm } from '../packages.mjs';
import { outputOf, root } from '../tools.mjs';

const folder = path.join(root, 'scripts', 'release', 'tools');

/** Installs them where they are not. */
export function installTools() {
  if (existsSync(path.join(folder, 'node_modules', '.package-lock.json'))) return;
  console.log('Installing package managers and bundlers');
  outputOf(npm.program, [
    ...npm.args,
    'ci',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ]);
}

/** The path of a script of one of them. */
export function toolScript(name, script) {
  installTools();
  return path.join(folder, 'node_modules', name, script);
}

/** The module that one of them is. */
export async function importTool(name) {
  installTools();
  const module = await import(
    pathToFileURL(createRequire(path.join(folder, 'package.json')).resolve(name)).href
  );
  return module.default ?? module;
}
