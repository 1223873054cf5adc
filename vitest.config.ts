import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/bundle.ts'],
    setupFiles: ['test/support/repeatable-properties.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
