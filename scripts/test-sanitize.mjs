// Runs everything native under sanitizers: the C++ tests and the test suite under AddressSanitizer and
// UndefinedBehaviorSanitizer, the C++ tests and whatever has several threads under ThreadSanitizer. Wants g++ and
// cmake. Arguments are test files; all where left out. Ends with a line of figures.

import path from 'node:path';
import { outputOf, root, runOrExit, toolPath, watch } from './tools.mjs';
import { runTests } from './vitest.mjs';

const SANITIZERS = {
  address: { flags: 'address;undefined', library: 'libasan.so' },
  thread: { flags: 'thread', library: 'libtsan.so' },
};

/** Tests that start many processes or measure what a sanitizer changes; nothing of them is native. */
const LEFT_OUT = ['documentation', 'package', 'examples', 'architecture', 'cli-*', 'report-images'];

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

const address = await build('address');
const files = process.argv.slice(2);
const leftOut = LEFT_OUT.map((name) => `--exclude=test/${name}.test.ts`);
const suite = await runTests([...files, ...leftOut, '--no-file-parallelism', '--testTimeout=600000'], {
  name: 'sanitize',
  env: address.env,
});

const thread = await build('thread');
let clean = 0;
for (const task of THREADED) {
  const script = path.join('test', 'fixtures', 'addon-in-process.mjs');
  const { code, output } = await watch(process.execPath, ['--expose-gc', script, task], { env: thread.env });
  if (code === (task === 'exits-in-the-middle' ? 7 : 0) && !output.includes('ThreadSanitizer')) clean++;
  else console.error(`${task} ended with ${code}`);
}

console.log(
  `sanitizers: C++ tests ${address.tests} under address and undefined, ${thread.tests} under thread; test suite ${suite.passed} ` +
    `passed, ${suite.failed} failed, ${suite.skipped} skipped under address and undefined; ${clean} of ` +
    `${THREADED.length} programs of several threads clean under thread`,
);
process.exit(suite.succeeded && clean === THREADED.length ? 0 : 1);
