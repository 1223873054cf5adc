import { defineConfig } from 'vitest/config';

/** Milliseconds for a test that does not say that it takes longer; emulated and sanitized runs ask for more. */
const testTimeout = Number(process.env.HANDFUL_TEST_TIMEOUT ?? 10_000);

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/bundle.ts'],
    setupFiles: ['test/support/repeatable-properties.ts'],
    testTimeout,
    hookTimeout: 3 * testTimeout,
    coverage: {
      include: ['lib/**/*.ts'],
      reporter: ['text-summary', 'html'],
      reportsDirectory: 'build/coverage',
    },
  },
});
