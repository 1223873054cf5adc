import { defineConfig } from 'vitest/config';

/** Tests in a real browser, which not everybody has: `npm run test:browser`. */
export default defineConfig({
  test: { include: ['test/browser/*.browser.ts'], testTimeout: 300_000, hookTimeout: 120_000 },
});
