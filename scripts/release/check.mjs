// `npm run release:check [-- --quick] [--only GROUP…]`: packs the package, uses it as users do, each platform and
// consumer one row of a table, and fails where a row is worse than scripts/release/expected.json has it.
// Build first what is to be packed: `npm run build`, `npm run build:prebuilds`. With --quick it is the part that needs
// no other runtime, package manager or bundler.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../tools.mjs';
import { bundlers } from './checks/bundlers.mjs';
import { packageItself } from './checks/package.mjs';
import { packageManagers } from './checks/package-managers.mjs';
import { places } from './checks/places.mjs';
import { platforms } from './checks/platforms.mjs';
import { runtimes } from './checks/runtimes.mjs';
import { typescript } from './checks/typescript.mjs';
import { pack } from './pack.mjs';
import { formatRow, isWorse } from './table.mjs';

const GROUPS = {
  platforms,
  runtimes,
  'package-managers': packageManagers,
  typescript,
  bundlers,
  places,
  package: packageItself,
};

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string', multiple: true } },
});
for (const name of values.only ?? []) {
  if (GROUPS[name]) continue;
  console.error(`Expected one of ${Object.keys(GROUPS).join(', ')} for --only but received '${name}'`);
  process.exit(2);
}

const expected = JSON.parse(readFileSync(path.join(root, 'scripts', 'release', 'expected.json'), 'utf8'));
const { path: tarball, ...packed } = pack();
console.log(`${path.relative(root, tarball)}, on ${process.platform}-${process.arch}\n`);

const worse = [];
for (const [group, checks] of Object.entries(GROUPS)) {
  if (values.only && !values.only.includes(group)) continue;
  for (const { subject, quick, run } of checks) {
    if (values.quick && !quick) continue;
    const { state = 'ok', detail = '' } = await attempt(() => run({ ...packed, tarball }));
    console.log(formatRow({ group, subject, state, detail }));
    if (isWorse(state, expected[subject] ?? 'ok')) worse.push({ subject, state, detail });
  }
}

for (const { subject, state, detail } of worse) {
  console.error(`\n${subject}: expected '${expected[subject] ?? 'ok'}' but it is '${state}'\n${detail}`);
}
process.exitCode = worse.length > 0 ? 1 : 0;

/** What a check found; what it throws is a failure. */
async function attempt(run) {
  try {
    return await run();
  } catch (error) {
    return { state: 'failed', detail: error.message };
  }
}
