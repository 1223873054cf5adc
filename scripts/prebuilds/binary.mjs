// One of the package's binaries: built into prebuilds/, under a name of its own for every C library, stripped, and tried
// where something here can run it. prebuilds/manifest.json says how it was built and how far it was tested.

import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import prebuildify from 'prebuildify';
import { has, root, run, toolPath } from '../tools.mjs';
import { copyLicences } from './licences.mjs';
import { compilerOf, record, sourceHash } from './manifest.mjs';
import { hostPlatform } from './platforms.mjs';
import { tryBinary } from './try.mjs';

/** What would have to be there for a platform's binary to be built: nothing where it can be built here. */
export function lackingFor(platform) {
  if (platform === hostPlatform()) return [];
  const { cross, wants = [] } = platform;
  if (process.platform !== 'linux' || !cross) return ['another system'];
  return wants.filter((each) => !has(each));
}

/** Whether a platform's binary can be built on this system. */
export function isBuildable(platform) {
  return lackingFor(platform).length === 0;
}

/** Builds and tries the binary of a platform, and notes in the manifest what came of it; throws where it can't. */
export async function buildBinary(platform) {
  console.log(`\n=== ${platform.name}`);
  const source = sourceHash();
  const { folder, cache } = build(platform);
  await place(platform, folder);
  const tested = tryBinary(platform);
  const licences = copyLicences(process.platform === 'linux' ? platform.kind : undefined);
  record(platform, { source, compiler: compilerOf(cache), licences, tested });
  console.log(`${platform.name}: ${tested}`);
}

/** Builds one; the folder that its binary lies in, as build/Release/handful.node, and cmake's cache. */
function build(platform) {
  const folder = path.join(root, 'build', 'prebuilds', platform.name);
  const output = path.join(folder, 'build');
  mkdirSync(path.join(output, 'Release'), { recursive: true });
  // Where musl is at home zig builds too, as it does elsewhere: the compiler there brings no licence of its library.
  if (platform === hostPlatform() && platform.libc !== 'musl') {
    // The addon of the checkout is the same: it is built once, and stays where it is.
    cmakeJs('build', []);
    copyFileSync(path.join(root, 'build/Release/handful.node'), path.join(output, 'Release/handful.node'));
    return { folder, cache: path.join(root, 'build') };
  }
  const definitions = [...platform.cross(), `CMAKE_RUNTIME_OUTPUT_DIRECTORY=${path.join(output, 'Release')}`];
  const options = ['--out', output, ...definitions.map((each) => `--CD${each}`)];
  cmakeJs('configure', options);
  cmakeJs('build', [...options, '--target', 'handful']);
  return { folder, cache: output };
}

function cmakeJs(command, options) {
  if (!run(toolPath('cmake-js'), [command, ...options])) throw new Error(`cmake-js ${command} failed`);
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
