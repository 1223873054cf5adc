// The package itself: its manifest, its types, its size, what it depends on and whose work it carries.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npm } from '../../packages.mjs';
import { outputOf, root } from '../../tools.mjs';
import { RELEASE_FOLDER } from '../pack.mjs';
import { installedProject } from '../project.mjs';
import { importTool, toolScript } from '../tools.mjs';

const MAX_BYTES = 3e6;
/** All of them, with what they depend on themselves. */
const MAX_DEPENDENCIES = 8;

export const packageItself = [
  {
    subject: 'publint',
    async run({ tarball }) {
      const { publint } = await importTool('publint');
      const { formatMessage } = await importTool('publint/utils');
      const pkgDir = path.join(installedProject(tarball).folder, 'node_modules', 'handful');
      const { messages, pkg } = await publint({ pkgDir, level: 'suggestion', strict: true, pack: false });
      if (messages.length > 0) throw new Error(messages.map((each) => formatMessage(each, pkg)).join('; '));
      return {};
    },
  },
  {
    subject: 'are the types wrong (attw)',
    run({ tarball }) {
      outputOf(process.execPath, [toolScript('@arethetypeswrong/cli', 'dist/index.js'), tarball]);
      return {};
    },
  },
  {
    subject: 'no install script, no binding.gyp',
    quick: true,
    run({ files, manifest }) {
      const forbidden = [
        ...Object.keys(manifest.scripts ?? {}),
        ...files.filter((each) => each.path.endsWith('binding.gyp')).map((each) => each.path),
      ];
      if (forbidden.length > 0) throw new Error(`has ${forbidden.join(', ')}`);
      return {};
    },
  },
  {
    subject: 'size of the tarball',
    quick: true,
    run({ size, unpackedSize }) {
      const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
      if (size > MAX_BYTES) throw new Error(`${megabytes(size)} are more than ${megabytes(MAX_BYTES)}`);
      return { detail: `${megabytes(size)}, ${megabytes(unpackedSize)} unpacked` };
    },
  },
  {
    subject: 'API reference',
    run() {
      // Every export has a docstring, and every type that one names is exported.
      outputOf(process.execPath, [path.join(root, 'node_modules', 'typedoc', 'bin', 'typedoc')]);
      return { detail: 'docs/api/, without a warning' };
    },
  },
  {
    subject: 'dependencies, SBOM',
    run() {
      const options = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'];
      const sbom = outputOf(npm.program, [...npm.args, ...options]);
      writeFileSync(path.join(RELEASE_FOLDER, 'sbom.cyclonedx.json'), sbom);
      const { components } = JSON.parse(sbom);
      const names = components.map(({ name, version }) => `${name} ${version}`);
      if (names.length > MAX_DEPENDENCIES)
        throw new Error(`${names.length} dependencies: ${names.join(', ')}`);
      return { detail: names.join(', ') };
    },
  },
  {
    subject: 'licences of bundled parts',
    run({ files }) {
      const paths = files.map((each) => each.path);
      const wanted = [
        'LICENSE',
        ...['node-addon-api', 'node-api-headers'].map((name) => `headers/${name}/LICENSE.txt`),
        ...JSON.parse(readFileSync(path.join(root, 'prebuilds', 'manifest.json'), 'utf8')).binaries.flatMap(
          ({ licences }) => licences.map((name) => `prebuilds/licences/${name}`),
        ),
      ];
      const missing = wanted.filter((each) => !paths.includes(each));
      if (missing.length > 0) throw new Error(`without ${[...new Set(missing)].join(', ')}`);
      return { detail: `${new Set(wanted).size} files` };
    },
  },
];
