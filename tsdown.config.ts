import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';
import { bundledLicenses, minifiedCommand } from './scripts/bundled-packages.ts';

// The finder of the addon stays a file of its own: where it lies is where the addon is looked for.
const common: UserConfig = {
  platform: 'node',
  target: 'node20',
  fixedExtension: false,
  deps: { neverBundle: ['#addon'] },
  // What comments tell a user stands in the types.
  outputOptions: { comments: false },
};

export default defineConfig([
  {
    ...common,
    entry: { index: 'lib/index.ts' },
    format: 'cjs',
    dts: true,
    shims: true,
    // The ES module is the CommonJS one under its other name: a process that uses both must not have two backends,
    // two classes of error and matrices that are prepared for one half only.
    onSuccess: async ({ outDir }) => {
      await writeFile(join(outDir, 'index.js'), "export * from './index.cjs';\n");
      await writeFile(join(outDir, 'index.d.ts'), "export * from './index.cjs';\n");
    },
  },
  // Bundlers take `bundler`, for import and require alike, and leave out of it what is not used. The command shares it.
  {
    ...common,
    entry: { bundler: 'lib/index.ts', handful: 'lib/cli/main.ts' },
    format: 'esm',
    dts: false,
    clean: false,
    // What draws charts is bundled, so that nobody has to install it, in chunks that are loaded for reports alone.
    inlineOnly: false,
    plugins: [bundledLicenses('licenses.txt'), minifiedCommand()],
    outputOptions: {
      comments: false,
      chunkFileNames: ({ isDynamicEntry }) => (isDynamicEntry ? '[name].js' : 'library.js'),
    },
  },
  // The program of a thread: a file of its own, which loads nothing else of the library.
  {
    ...common,
    entry: { 'table-worker': 'lib/datasets/table-worker.ts' },
    format: 'esm',
    dts: false,
    clean: false,
  },
  {
    entry: { 'labelling-page': 'lib/labelling/page/main.ts' },
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    fixedExtension: false,
    dts: false,
    clean: false,
  },
]);
