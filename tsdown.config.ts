import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';

const common: UserConfig = { platform: 'node', target: 'node20', fixedExtension: false };

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
  { ...common, entry: { handful: 'lib/cli/main.ts' }, format: 'esm', dts: false, clean: false },
]);
