// Builds the native addon and the library: what `npm ci` runs in a checkout. Without a compiler, cmake or a successful
// build the package still works, on the JavaScript backend, and one line says so.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { has, root, run, toolPath } from './tools.mjs';

/** Builds the addon; says why not where it can't. */
function buildNative() {
  const log = path.join('build', 'native.log');
  mkdirSync(path.join(root, 'build'), { recursive: true });
  writeFileSync(path.join(root, log), '');
  if (!existsSync(toolPath('cmake-js'))) return 'cmake-js is not installed';
  if (!has('cmake')) return 'cmake is not installed';
  if (run(toolPath('cmake-js'), ['build'], { log: path.join(root, log) })) return undefined;
  const said = readFileSync(path.join(root, log), 'utf8');
  const reason = /CMAKE_CXX_COMPILER could be found|toolset is not available/.test(said)
    ? 'there is no C++ compiler'
    : 'the build failed';
  return `${reason}; ${log} tells all`;
}

const reason = buildNative();
if (reason) {
  console.error(
    `handful: the native addon was not built (${reason}): the slower JavaScript backend will be used. ` +
      'With a C++20 compiler and cmake, run: npm run build:native',
  );
}

if (existsSync(toolPath('tsdown'))) {
  const log = path.join(root, 'build', 'library.log');
  writeFileSync(log, '');
  if (!run(toolPath('tsdown'), [], { log })) {
    console.error(readFileSync(log, 'utf8'));
    process.exit(1);
  }
} else {
  console.error('handful: the library was not built: install the development dependencies too (npm ci)');
}
