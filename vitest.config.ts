import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/bundle.ts'],
    setupFiles: ['test/support/repeatable-properties.ts'],
    testTimeout: 10_000,
    hookTimeout: 30_000,
  },
});
