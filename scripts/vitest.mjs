// Runs the test suite in the ways that the scripts want: on an emulated processor, under a sanitizer, …

import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root, watch } from './tools.mjs';

/**
 * Runs vitest; how many tests passed, failed and were skipped, and whether it ended with success.
 * @param launcher program and arguments that node runs under, none for node itself
 */
export async function runTests(args, { name, env, launcher = [] }) {
  const results = path.join(root, 'build', `test-results-${name}.json`);
  rmSync(results, { force: true });
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${results}`];
  const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
  const [program, ...rest] = [...launcher, process.execPath, vitest, 'run', ...reporters, ...args];
  // Emulated processors and sanitizers take many times as long.
  const patient = { ...env, HANDFUL_TEST_TIMEOUT: '3600000' };
  const { code } = await watch(program, rest, { env: patient });
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'));
    return {
      passed: numPassedTests,
      failed: numFailedTests,
      skipped: numPendingTests,
      succeeded: code === 0,
    };
  } catch {
    // It ended before it could tell.
    return { passed: 0, failed: 0, skipped: 0, succeeded: false };
  }
}
