// `npm start`: builds what is missing, then runs `handful notebook` with the arguments given.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runOrExit } from './tools.mjs';

const program = path.join(root, 'dist', 'handful.js');

if (!existsSync(path.join(root, 'node_modules'))) {
  console.error('handful: the packages it is built with are missing; run: npm ci');
  process.exit(1);
}
if (!existsSync(program) || !existsSync(path.join(root, 'build', 'Release', 'handful.node'))) {
  runOrExit(process.execPath, [path.join(root, 'scripts', 'prepare.mjs')]);
}

process.argv = [process.execPath, program, 'notebook', ...process.argv.slice(2)];
await import(pathToFileURL(program).href);
