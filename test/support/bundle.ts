import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'rolldown';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The command and the library, made of their sources before the first test. */
export const bundleFolder: string = join(repository, 'build', 'test-bundle');

/** Bundles the sources once: most of a program's start from sources is their translation. */
export default async function bundle(): Promise<void> {
  const common: BuildOptions = {
    cwd: repository,
    platform: 'node',
    external: (id) => !id.startsWith('.') && !isAbsolute(id) && !id.startsWith('@oxc-project/'),
    transform: { target: 'node20' },
    logLevel: 'warn',
  };
  const output = { dir: bundleFolder, cleanDir: false };
  await build({
    ...common,
    input: { handful: 'lib/cli/main.ts', index: 'lib/index.ts' },
    output: { ...output, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
  });
  await build({
    ...common,
    input: { index: 'lib/index.ts' },
    output: { ...output, format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs' },
  });
  // Where the sources look for it, too: so the worker is made of them, not of what was built last.
  await build({
    ...common,
    input: { 'table-worker': 'lib/datasets/table-worker.ts' },
    output: { dir: join(repository, 'dist'), cleanDir: false, format: 'esm', entryFileNames: '[name].js' },
  });
}
