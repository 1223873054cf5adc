// Unusual places, and machines that the package brings no binary for, or a bad one.

import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hostPlatform, prebuiltFile } from '../../prebuilds/platforms.mjs';
import { createProject, install, installedProject, runNatively } from '../project.mjs';

const COMMAND = path.join('node_modules', 'handful', 'dist', 'handful.js');
const node = { program: process.execPath, args: [] };

/** What import.mjs says on a machine where `spoil` did something to the binaries: the answer and the warnings. */
function spoiled(tarball, name, spoil, env) {
  const project = createProject(name);
  install(project, tarball);
  spoil(path.join(project.folder, 'node_modules', 'handful', 'prebuilds'));
  const output = project.run(node.program, ['-e', SHOW], { env });
  project.remove();
  return JSON.parse(output);
}

/** Imports the package and uses it several times; prints the answer with all warnings. */
const SHOW = `
  const warnings = [];
  process.on('warning', ({ code, message }) => warnings.push({ code, message }));
  const { backendInfo, KMeans, setBackend } = require('handful');
  const X = { data: Float32Array.of(0, 1, 10, 11), shape: [4, 1] };
  const fit = () => new KMeans({ nClusters: 2, randomState: 0 }).fit(X);
  fit().then(fit).then(({ inertia }) => {
    setImmediate(() => console.log(JSON.stringify({ backend: backendInfo().backend, inertia, warnings })));
  });
`;

function expectFallback({ backend, inertia, warnings }, words) {
  if (backend !== 'javascript' || inertia !== 1)
    throw new Error(`computes ${inertia} on the backend ${backend}`);
  if (warnings.length !== 1) throw new Error(`${warnings.length} warnings where one is due`);
  for (const word of [...words, 'npx handful build-native']) {
    if (!warnings[0].message.includes(word))
      throw new Error(`the warning lacks '${word}': ${warnings[0].message}`);
  }
}

export const places = [
  {
    subject: 'path with spaces and letters of many scripts',
    quick: true,
    run({ tarball }) {
      const project = createProject('mes données été – 測試 ж');
      install(project, tarball);
      for (const script of ['import.mjs', 'require.cjs', 'workers.mjs']) runNatively(project, node, script);
      project.remove();
      return {};
    },
  },
  {
    subject: 'no binary for the platform',
    quick: true,
    run({ tarball }) {
      const answer = spoiled(tarball, 'without-binary', (prebuilds) =>
        rmSync(prebuilds, { recursive: true }),
      );
      expectFallback(answer, [`no binary for ${process.platform}-${process.arch}`]);
      return { detail: 'JavaScript, with one warning' };
    },
  },
  {
    subject: 'a binary that does not load',
    run({ tarball }) {
      const file = prebuiltFile(hostPlatform());
      const answer = spoiled(tarball, 'with-bad-binary', (prebuilds) =>
        writeFileSync(path.join(prebuilds, file), 'no library'),
      );
      expectFallback(answer, [file, "can't be loaded"]);
      return { detail: 'JavaScript, with one warning that names the file' };
    },
  },
  {
    subject: 'HANDFUL_BACKEND=javascript',
    run({ tarball }) {
      const env = { HANDFUL_BACKEND: 'javascript' };
      const { backend, warnings } = spoiled(tarball, 'javascript', () => {}, env);
      if (backend !== 'javascript' || warnings.length > 0)
        throw new Error(`${backend}, ${warnings.length} warnings`);
      return { detail: 'no warning' };
    },
  },
  {
    subject: 'handful build-native, without cmake',
    quick: true,
    run({ tarball }) {
      const project = installedProject(tarball);
      try {
        project.run(node.program, [COMMAND, 'build-native']);
      } catch (error) {
        if (/cmake is needed, but not found/.test(error.message)) return { detail: 'says what to install' };
        throw error;
      }
      throw new Error('builds with a PATH that has no compiler');
    },
  },
  {
    subject: 'handful build-native',
    run({ tarball }) {
      const project = createProject('built-here');
      install(project, tarball);
      rmSync(path.join(project.folder, 'node_modules', 'handful', 'prebuilds'), { recursive: true });
      project.run(node.program, [COMMAND, 'build-native'], { env: { PATH: process.env.PATH } });
      const instructionSet = runNatively(project, node, 'import.mjs');
      project.remove();
      return { detail: `compiled from the tarball, ${instructionSet}` };
    },
  },
];
