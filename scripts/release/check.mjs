// `npm run release:check [-- --quick] [--complete] [--only GROUP…]`: builds those of the package's binaries that are
// missing or out of date, packs the package, uses it as users do, each platform and consumer one row of a table, and
// fails where a row does. A row that the machine lacks a compiler or an emulator for says so; with --complete it fails
// too, where it is worse than scripts/release/expected.json has it. With --quick it is the part that needs no other
// platform, runtime, package manager or bundler.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildBinary, isBuildable } from '../prebuilds/binary.mjs';
import { currentEntry } from '../prebuilds/manifest.mjs';
import { hostPlatform, PLATFORMS } from '../prebuilds/platforms.mjs';
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
  options: {
    quick: { type: 'boolean' },
    complete: { type: 'boolean' },
    only: { type: 'string', multiple: true },
  },
});
for (const name of values.only ?? []) {
  if (GROUPS[name]) continue;
  console.error(`Expected one of ${Object.keys(GROUPS).join(', ')} for --only but received '${name}'`);
  process.exit(2);
}

const expected = JSON.parse(readFileSync(path.join(root, 'scripts', 'release', 'expected.json'), 'utf8'));
/** The worst that a row may be. */
const worstOf = (subject) => (values.complete ? (expected[subject] ?? 'ok') : 'not built');
for (const platform of neededPlatforms()) {
  if (isBuildable(platform) && !currentEntry(platform)) await buildBinary(platform);
}

const { path: tarball, ...packed } = pack();
console.log(`${path.relative(root, tarball)}, on ${process.platform}-${process.arch}\n`);

const worse = [];
for (const [group, checks] of Object.entries(GROUPS)) {
  if (values.only && !values.only.includes(group)) continue;
  for (const { subject, quick, run } of checks) {
    if (values.quick && !quick) continue;
    const { state = 'ok', detail = '' } = await attempt(() => run({ ...packed, tarball }));
    console.log(formatRow({ group, subject, state, detail }));
    if (isWorse(state, worstOf(subject))) worse.push({ subject, state, detail });
  }
}

for (const { subject, state, detail } of worse) {
  console.error(`\n${subject}: expected '${worstOf(subject)}' but it is '${state}'\n${detail}`);
}
process.exitCode = worse.length > 0 ? 1 : 0;

/** The platforms whose binaries the checks look at: where they use none but this one's, only that. */
function neededPlatforms() {
  const all = !values.quick && (values.only ?? ['platforms']).includes('platforms');
  return PLATFORMS.filter((each) => all || each === hostPlatform());
}

/** What a check found; what it throws is a failure. */
async function attempt(run) {
  try {
    return await run();
  } catch (error) {
    return { state: 'failed', detail: error.message };
  }
}
