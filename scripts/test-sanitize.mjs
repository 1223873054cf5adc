// Runs everything native under sanitizers: the C++ tests and the test suite under AddressSanitizer and
// UndefinedBehaviorSanitizer, the C++ tests and whatever has several threads under ThreadSanitizer. Wants g++ and
// cmake. [--only address|thread] [test files…]; both and all where left out. Ends with a line of figures.

import path from 'node:path';
import { parseArgs } from 'node:util';
import { outputOf, root, runOrExit, toolPath, watch } from './tools.mjs';
import { runTests } from './vitest.mjs';

const SANITIZERS = {
  address: { flags: 'address;undefined', library: 'libasan.so' },
  thread: { flags: 'thread', library: 'libtsan.so' },
};

/** Tests that start many processes or measure what a sanitizer changes; nothing of them is native. */
const LEFT_OUT = ['documentation', 'package', 'examples', 'architecture', 'cli/*', 'report/images'];

/** What the fixture of a process can do with several threads at work. */
const THREADED = [
  ...['waits-for-operations', 'throws-in-the-middle', 'collects-garbage', 'exits-in-the-middle'],
  ...['queues-a-thousand', 'fits-in-workers', 'terminates-workers', 'loads-it-twice'],
];

/**
 * Builds the addon and the C++ tests with a sanitizer, kernels and all, and runs the C++ tests.
 * @returns how many tests there are, and the environment in which that addon is the one that is loaded
 */
async function build(sanitizer) {
  const { flags, library } = SANITIZERS[sanitizer];
  const folder = path.join(root, 'build', `sanitize-${sanitizer}`);
  const out = path.join(folder, 'build');
  const options = [
    `--CDHANDFUL_SANITIZE=${flags}`,
    '--CDHANDFUL_SANITIZE_KERNELS=ON',
    '--CDHANDFUL_TESTS=ON',
  ];
  runOrExit(toolPath('cmake-js'), ['build', '--out', out, ...options]);
  const { code, output } = await watch(path.join(out, 'handful_test'), []);
  if (code !== 0) process.exit(1);
  const env = {
    HANDFUL_PREBUILD: folder,
    LD_PRELOAD: outputOf('g++', [`-print-file-name=${library}`]).trim(),
    // The engine's own memory is not looked at: test:leak does that.
    ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1',
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
    // Node itself is not instrumented, so that only what the addon does can be judged.
    TSAN_OPTIONS: 'ignore_noninstrumented_modules=1:halt_on_error=1:exitcode=66',
  };
  const loaded =
    'console.log(require("./addon.cjs").load() && process.report.getReport().sharedObjects.join("\\n"))';
  if (!outputOf(process.execPath, ['-e', loaded], { env }).includes(out)) {
    console.error(`The addon of ${out} is not the one that is loaded`);
    process.exit(1);
  }
  return { tests: Number(/test cases: *(\d+)/.exec(output)[1]), env };
}

/** Runs the test suite with the addon that `env` names. */
async function runSuite(env, files) {
  const leftOut = LEFT_OUT.map((name) => `--exclude=test/${name}.test.ts`);
  return runTests([...files, ...leftOut, '--no-file-parallelism'], { name: 'sanitize', env });
}

/** Runs what has several threads with the addon that `env` names; how many of the programs are clean. */
async function runThreaded(env) {
  let clean = 0;
  for (const task of THREADED) {
    const script = path.join('test', 'fixtures', 'addon-in-process.mjs');
    const { code, output } = await watch(process.execPath, ['--expose-gc', script, task], { env });
    if (code === (task === 'exits-in-the-middle' ? 7 : 0) && !output.includes('ThreadSanitizer')) clean++;
    else console.error(`${task} ended with ${code}`);
  }
  return clean;
}

const { values, positionals } = parseArgs({
  options: { only: { type: 'string' } },
  allowPositionals: true,
});
if (values.only !== undefined && !SANITIZERS[values.only]) {
  console.error(`Expected address or thread for --only but received '${values.only}'`);
  process.exit(2);
}

const figures = [];
let sound = true;
if (values.only !== 'thread') {
  const { tests, env } = await build('address');
  const { passed, failed, skipped, succeeded } = await runSuite(env, positionals);
  sound &&= succeeded;
  figures.push(
    `under address and undefined ${tests} C++ tests, and of the test suite ${passed} passed, ${failed} failed, ` +
      `${skipped} skipped`,
  );
}
if (values.only !== 'address') {
  const { tests, env } = await build('thread');
  const clean = await runThreaded(env);
  sound &&= clean === THREADED.length;
  figures.push(
    `under thread ${tests} C++ tests and ${clean} of ${THREADED.length} programs of several threads`,
  );
}
console.log(`\nsanitizers: ${figures.join('; ')}`);
process.exit(sound ? 0 : 1);
