// Bundlers: with the package left outside of the bundle, and with all of it inside and its binaries copied beside.

import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createProject, installedProject, runNatively } from '../project.mjs';
import { importTool } from '../tools.mjs';

const node = { program: process.execPath, args: [] };

/** Each writes the bundle of `entry` to `output`, in CommonJS; `external` leaves the package outside. */
const BUNDLERS = {
  async esbuild({ entry, output, external }) {
    const esbuild = await importTool('esbuild');
    await esbuild.build({
      ...{ entryPoints: [entry], outfile: output, bundle: true, platform: 'node', logLevel: 'error' },
      external: external ? ['handful'] : [],
    });
  },
  async rollup({ entry, output, external }) {
    const { rollup } = await importTool('rollup');
    const commonjs = await importTool('@rollup/plugin-commonjs');
    const nodeResolve = await importTool('@rollup/plugin-node-resolve');
    const bundle = await rollup({
      input: entry,
      external: external ? ['handful'] : [],
      plugins: [nodeResolve({ preferBuiltins: true }), commonjs({ ignoreDynamicRequires: true })],
    });
    await bundle.write({ file: output, format: 'cjs' });
    await bundle.close();
  },
  async vite({ entry, output, external, folder }) {
    const { build } = await importTool('vite');
    await build({
      ...{ root: folder, configFile: false, logLevel: 'error' },
      ssr: external ? { external: ['handful'] } : { noExternal: true },
      build: {
        ...{ ssr: entry, outDir: path.dirname(output), emptyOutDir: false },
        rollupOptions: { output: { format: 'cjs', entryFileNames: path.basename(output) } },
      },
    });
  },
  async webpack({ entry, output, external }) {
    const webpack = await importTool('webpack');
    const compiler = webpack({
      ...{ entry, target: 'node', mode: 'production', node: { __dirname: false } },
      output: { path: path.dirname(output), filename: path.basename(output) },
      externals: external ? { handful: 'commonjs handful' } : {},
    });
    const stats = await new Promise((resolve, reject) =>
      compiler.run((error, result) => (error ? reject(error) : resolve(result))),
    );
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  },
};

export const bundlers = Object.entries(BUNDLERS).flatMap(([name, bundle]) => [
  {
    subject: `${name}, package outside`,
    async run({ tarball }) {
      const { folder, ...project } = installedProject(tarball);
      const output = path.join(folder, 'bundles', `${name}.cjs`);
      await bundle({ entry: path.join(folder, 'bundled.mjs'), output, external: true, folder });
      runNatively(project, node, output);
      return {};
    },
  },
  {
    subject: `${name}, all inside`,
    async run({ tarball }) {
      const { folder } = installedProject(tarball);
      // Another folder: what the bundle lacks can't be found in node_modules.
      const elsewhere = createProject(`bundled-by-${name}`);
      const output = path.join(elsewhere.folder, 'bundle', `${name}.cjs`);
      mkdirSync(path.dirname(output));
      await bundle({ entry: path.join(folder, 'bundled.mjs'), output, external: false, folder });
      const binaries = path.join(folder, 'node_modules', 'handful', 'prebuilds');
      cpSync(binaries, path.join(path.dirname(output), 'prebuilds'), { recursive: true });
      runNatively(elsewhere, node, output);
      return { detail: 'prebuilds/ copied beside the bundle' };
    },
  },
]);
