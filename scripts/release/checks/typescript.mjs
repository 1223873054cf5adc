// The types, as a project sees them that resolves modules in either of the usual ways.

import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../tools.mjs';
import { installedProject } from '../project.mjs';

const COMPILER = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const COMMON = ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node', '--skipLibCheck', 'false'];
const RESOLUTIONS = {
  node16: ['--module', 'node16', '--moduleResolution', 'node16'],
  nodenext: ['--module', 'nodenext'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
};

export const typescript = Object.entries(RESOLUTIONS).map(([name, options]) => ({
  subject: `TypeScript, ${name}`,
  quick: name === 'node16',
  run({ tarball }) {
    const project = installedProject(tarball);
    // The same text is a CommonJS module under the other name.
    copyFileSync(path.join(project.folder, 'types.mts'), path.join(project.folder, 'types.cts'));
    const files = name === 'bundler' ? ['types.mts'] : ['types.mts', 'types.cts'];
    const typeRoots = ['--typeRoots', path.join(root, 'node_modules', '@types')];
    project.run(process.execPath, [COMPILER, ...COMMON, ...options, ...typeRoots, ...files]);
    return { detail: files.join(', ') };
  },
}));
