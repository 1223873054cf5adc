// Every line of Node that is supported, and bun.

import path from 'node:path';
import { bun, NODE_VERSIONS, node } from '../../runtimes.mjs';
import { installedProject, runNatively } from '../project.mjs';

const COMMAND = path.join('node_modules', 'handful', 'dist', 'handful.js');

export const runtimes = [
  ...NODE_VERSIONS.map((version) => ({
    subject: `Node ${version}`,
    run({ tarball }) {
      const project = installedProject(tarball);
      const runtime = node(version);
      for (const script of ['import.mjs', 'require.cjs', 'workers.mjs'])
        runNatively(project, runtime, script);
      const { backend, binaries } = JSON.parse(
        project.run(runtime.program, [COMMAND, 'doctor', '--json'], { silent: true }),
      );
      const taken = binaries.filter((each) => each.taken);
      if (backend !== 'native' || taken.length !== 1) throw new Error(`the doctor says ${backend}`);
      return { detail: 'import, require, worker threads, command' };
    },
  })),
  {
    subject: 'bun',
    run({ tarball }) {
      const project = installedProject(tarball);
      for (const script of ['import.mjs', 'require.cjs']) runNatively(project, bun(), script);
      return { detail: 'import, require' };
    },
  },
];
