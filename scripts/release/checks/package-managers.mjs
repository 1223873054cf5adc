// Every package manager, with install scripts forbidden wherever it can forbid them: the package has none.

import path from 'node:path';
import { npm } from '../../packages.mjs';
import { bun, NODE_VERSIONS, node } from '../../runtimes.mjs';
import { outputOf } from '../../tools.mjs';
import { createProject, install, runNatively } from '../project.mjs';
import { toolScript } from '../tools.mjs';

const current = { program: process.execPath, args: [] };
const registry = () => outputOf(npm.program, [...npm.args, 'config', 'get', 'registry']).trim();

/** A check that installs into a project of its own, then imports and requires the package on a runtime. */
function manager(
  subject,
  { runtime = () => current, manifest, add, quick = false, launch = (script) => [script] },
) {
  return {
    subject,
    quick,
    run({ tarball }) {
      const project = createProject(`with-${subject.replaceAll(/\W+/g, '-')}`, manifest);
      add(project, tarball);
      for (const script of ['import.mjs', 'require.cjs']) {
        const { program, args } = runtime();
        const [last, ...first] = launch(script).toReversed();
        runNatively(project, { program, args: [...args, ...first.toReversed()] }, last);
      }
      project.remove();
      return {};
    },
  };
}

/** Files that a package manager would keep for later go into the project, and with it away. */
const inside = (project, name) => path.join(project.folder, name);

function yarnBerry(linker) {
  return (project, tarball) =>
    project.run(
      process.execPath,
      [toolScript('@yarnpkg/cli-dist', 'bin/yarn.js'), 'add', `handful@file:${tarball}`],
      {
        env: {
          YARN_NODE_LINKER: linker,
          YARN_GLOBAL_FOLDER: inside(project, '.yarn-global'),
          YARN_NPM_REGISTRY_SERVER: registry(),
          YARN_ENABLE_TELEMETRY: '0',
          YARN_ENABLE_SCRIPTS: '0',
          YARN_ENABLE_IMMUTABLE_INSTALLS: '0',
        },
      },
    );
}

export const packageManagers = [
  manager('npm --ignore-scripts', {
    quick: true,
    add: (project, tarball) => install(project, tarball, ['--ignore-scripts']),
  }),
  manager('npm 12 --strict-allow-scripts', {
    // npm 12 wants a newer Node than this may be.
    runtime: () => node(NODE_VERSIONS[1]),
    add(project, tarball) {
      const options = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--strict-allow-scripts'];
      project.run(node(NODE_VERSIONS[1]).program, [toolScript('npm', 'bin/npm-cli.js'), ...options, tarball]);
    },
  }),
  manager('pnpm', {
    add: (project, tarball) =>
      project.run(process.execPath, [
        ...[toolScript('pnpm', 'bin/pnpm.cjs'), 'add', '--store-dir', inside(project, '.store')],
        ...['--config.strict-dep-builds=true', tarball],
      ]),
  }),
  manager('yarn 1', {
    add: (project, tarball) =>
      project.run(process.execPath, [
        ...[
          toolScript('yarn', 'bin/yarn.js'),
          'add',
          '--ignore-scripts',
          '--no-lockfile',
          '--non-interactive',
        ],
        ...['--registry', registry(), '--cache-folder', inside(project, '.cache'), `file:${tarball}`],
      ]),
  }),
  manager('yarn 4, node_modules', { add: yarnBerry('node-modules') }),
  manager("yarn 4, Plug'n'Play", {
    add: yarnBerry('pnp'),
    launch: (script) => ['--require', './.pnp.cjs', '--loader', './.pnp.loader.mjs', '--no-warnings', script],
  }),
  manager('bun add', {
    add: (project, tarball) =>
      project.run(bun().program, ['add', tarball], {
        env: { BUN_INSTALL_CACHE_DIR: inside(project, '.cache') },
      }),
  }),
];
