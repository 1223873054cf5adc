// Writes the tables of options in docs/reference.md anew, after a change of a docstring: npx tsx scripts/update-reference.ts

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeWholeFile } from '../lib/core/files.ts';
import { withOptionTables } from './reference-tables.ts';

const page = fileURLToPath(new URL('../docs/reference.md', import.meta.url));
await writeWholeFile(page, withOptionTables(await readFile(page, 'utf8')));
