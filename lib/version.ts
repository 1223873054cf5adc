import { createRequire } from 'node:module';

/** The version of this package. It is found by the package's own name, so from `lib/` and from `dist/` alike. */
export const version = (createRequire(import.meta.url)('handful/package.json') as { version: string })
  .version;
