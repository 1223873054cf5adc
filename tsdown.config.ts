import { defineConfig } from 'tsdown';

export default defineConfig([
  { entry: { index: 'lib/index.ts' }, format: ['esm', 'cjs'], dts: true, platform: 'node', shims: true, fixedExtension: false },
  { entry: { handful: 'lib/cli/main.ts' }, format: 'esm', platform: 'node', clean: false, fixedExtension: false },
]);
