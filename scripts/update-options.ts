// Writes the tables of options in docs/ anew, after a change of a docstring or of --help: npx tsx scripts/update-options.ts

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeWholeFile } from '../lib/core/files.ts';
import { withOptionTables } from './option-tables.ts';

for (const name of ['reference', 'command-line']) {
  const page = fileURLToPath(new URL(`../docs/${name}.md`, import.meta.url));
  await writeWholeFile(page, withOptionTables(await readFile(page, 'utf8')));
}
