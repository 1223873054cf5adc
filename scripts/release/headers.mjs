// Copies the headers of Node-API into headers/, from where `handful build-native` takes them in an installed package:
// a user's build needs a compiler and cmake, and no network.

import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../tools.mjs';

const SOURCES = [
  { name: 'node-addon-api', folder: '', licence: 'LICENSE.md' },
  { name: 'node-api-headers', folder: 'include', licence: 'LICENSE' },
];

const target = path.join(root, 'headers');

/** Makes the folder anew. */
export function copyHeaders() {
  rmSync(target, { recursive: true, force: true });
  for (const { name, folder, licence } of SOURCES) {
    const source = path.join(root, 'node_modules', name);
    mkdirSync(path.join(target, name), { recursive: true });
    for (const file of readdirSync(path.join(source, folder)).filter((each) => each.endsWith('.h'))) {
      copyFileSync(path.join(source, folder, file), path.join(target, name, file));
    }
    copyFileSync(path.join(source, licence), path.join(target, name, 'LICENSE.txt'));
  } // What Windows links against.
  const imports = path.join('node-api-headers', 'def', 'node_api.def');
  copyFileSync(
    path.join(root, 'node_modules', imports),
    path.join(target, 'node-api-headers', 'node_api.def'),
  );
}
