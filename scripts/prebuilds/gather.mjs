// Brings together what several machines built: `node scripts/prebuilds/gather.mjs FOLDER`, where each folder inside is
// the prebuilds/ of one of them. What they found when they tested it stays in the manifest.

import { cpSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../tools.mjs';
import { PREBUILDS, readManifest, writeManifest } from './manifest.mjs';

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('Expected the folder of what is to be gathered');
  process.exit(2);
}

const binaries = readdirSync(folder).flatMap((name) => {
  const source = path.resolve(root, folder, name);
  const entries = readManifest(source);
  cpSync(source, PREBUILDS, { recursive: true });
  return entries;
});
rmSync(path.join(PREBUILDS, 'manifest.json'));
writeManifest(binaries);
console.log(`${binaries.length} binaries: ${binaries.map((each) => each.platform).join(', ')}`);
