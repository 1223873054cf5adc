// `npm run build:prebuilds [-- PLATFORM…]`: builds the package's binaries into prebuilds/. Without names it builds all
// that can be built here.

import { buildBinary, isBuildable, lackingFor } from './binary.mjs';
import { PLATFORMS } from './platforms.mjs';

const names = process.argv.slice(2);
for (const name of names) {
  if (PLATFORMS.some((each) => each.name === name)) continue;
  console.error(`Expected some of ${PLATFORMS.map((each) => each.name).join(', ')} but received '${name}'`);
  process.exit(2);
}

const chosen = PLATFORMS.filter((each) => (names.length > 0 ? names.includes(each.name) : isBuildable(each)));
for (const platform of chosen.filter((each) => !isBuildable(each))) {
  console.error(`${platform.name} wants ${lackingFor(platform).join(' and ')}`);
  process.exit(1);
}
for (const platform of chosen) await buildBinary(platform);
