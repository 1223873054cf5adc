// `npm run build:prebuilds [-- PLATFORM…]`: builds the package's binaries into prebuilds/, each with a file of its own
// for every C library, stripped, and tries those that something here can run. prebuilds/manifest.json says of each
// how it was built and how far it was tested. Without names it builds all that can be built here.

import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import prebuildify from 'prebuildify';
import { has, root, runOrExit, toolPath } from '../tools.mjs';
import { copyLicences } from './licences.mjs';
import { compilerOf, record } from './manifest.mjs';
import { hostPlatform, PLATFORMS } from './platforms.mjs';
import { tryBinary } from './try.mjs';

const host = hostPlatform();
const buildable = (each) =>
  each === host ||
  (process.platform === 'linux' && each.cross !== undefined && (!each.compiler || has(each.compiler)));

for (const platform of chosenPlatforms(process.argv.slice(2))) {
  console.log(`\n=== ${platform.name}`);
  const { folder, cache } = build(platform);
  await place(platform, folder);
  const tested = tryBinary(platform);
  const licences = copyLicences(process.platform === 'linux' ? platform.kind : undefined);
  record(platform, { compiler: compilerOf(cache), licences, tested });
  console.log(`${platform.name}: ${tested}`);
}

function chosenPlatforms(names) {
  for (const name of names) {
    if (PLATFORMS.some((each) => each.name === name)) continue;
    console.error(`Expected some of ${PLATFORMS.map((each) => each.name).join(', ')} but received '${name}'`);
    process.exit(2);
  }
  const chosen = PLATFORMS.filter((each) => (names.length > 0 ? names.includes(each.name) : buildable(each)));
  for (const { name, compiler } of chosen.filter((each) => !buildable(each))) {
    console.error(compiler ? `${name} wants ${compiler}` : `${name} can't be built on this system`);
    process.exit(1);
  }
  return chosen;
}

/** Builds one; the folder that its binary lies in, as build/Release/handful.node, and cmake's cache. */
function build(platform) {
  const folder = path.join(root, 'build', 'prebuilds', platform.name);
  const output = path.join(folder, 'build');
  mkdirSync(path.join(output, 'Release'), { recursive: true });
  if (platform === host) {
    // The addon of the checkout is the same: it is built once, and stays where it is.
    runOrExit(toolPath('cmake-js'), ['build']);
    copyFileSync(path.join(root, 'build/Release/handful.node'), path.join(output, 'Release/handful.node'));
    return { folder, cache: path.join(root, 'build') };
  }
  const definitions = [...platform.cross(), `CMAKE_RUNTIME_OUTPUT_DIRECTORY=${path.join(output, 'Release')}`];
  const options = ['--out', output, ...definitions.map((each) => `--CD${each}`)];
  runOrExit(toolPath('cmake-js'), ['configure', ...options]);
  runOrExit(toolPath('cmake-js'), ['build', ...options, '--target', 'handful']);
  return { folder, cache: output };
}

/** Strips a binary and gives it the name and place that node-gyp-build looks for. */
function place({ platform, arch, libc, strip }, folder) {
  return new Promise((resolve, reject) => {
    prebuildify(
      {
        ...{ cwd: folder, out: root, name: 'handful', platform, arch, napi: true },
        ...(libc ? { libc, tagLibc: true } : {}),
        ...(strip && process.platform === 'linux' ? { strip: true, stripBin: strip } : {}),
        // It is built already.
        ...{ nodeGyp: 'echo', quiet: true },
      },
      (error) => (error ? reject(error) : resolve()),
    );
  });
}
