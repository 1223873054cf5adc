// Checks the form of the C++ code with clang-format, or with --write mends it.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root, runOrExit } from './tools.mjs';

const sources = ['native', 'test/native', 'test/fuzz', 'bench/native', 'scripts/musl'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true })
    .filter((name) => /\.(c|cc|h)$/.test(name))
    .map((name) => path.join(folder, name)),
);
runOrExit('clang-format', [
  ...(process.argv.includes('--write') ? ['-i'] : ['--dry-run', '--Werror']),
  ...sources,
]);
