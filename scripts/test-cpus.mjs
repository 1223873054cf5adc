// Runs the tests as on other processors: emulated ones without AVX, without AVX2 and without AVX-512, then this one with
// each instruction set that it has, by force. Wants Debian's qemu-user. Arguments are test files; those that compute
// where left out. Ends with a line of figures.

import { outputOf, root } from './tools.mjs';
import { runTests } from './vitest.mjs';

/** Each operation by itself, what is built on them, and the border to JavaScript. Other processes are not emulated. */
const COMPUTING = [
  ...['operations', 'estimators', 'features', 'selection', 'semi-supervised'].map(
    (folder) => `test/${folder}/`,
  ),
  ...['abort', 'binding', 'buffers'].map((name) => `test/backend/${name}.test.ts`),
];

/** A search, a clustering and a regression. */
const A_FEW = ['nearest', 'mini-batch-k-means', 'logistic-regression'].map(
  (name) => `test/operations/${name}.test.ts`,
);

/**
 * Processors to emulate, the instruction set that must be chosen on each, and why it is looked at. Two are enough for
 * all tests: where one of the others chooses as they did, it runs the same code.
 */
const EMULATED = [
  { processor: 'Nehalem', expected: 'scalar', what: 'no AVX', files: COMPUTING },
  { processor: 'SandyBridge', expected: 'scalar', what: 'AVX, but not AVX2', files: A_FEW },
  { processor: 'Haswell', expected: 'avx2', what: 'AVX2, but not AVX-512', files: COMPUTING },
  { processor: 'EPYC-Milan', expected: 'avx2', what: 'a newer one without AVX-512', files: A_FEW },
];

const given = process.argv.slice(2);
const OPTIONS = [
  // One process: another would not be emulated.
  ...['--pool=threads', '--no-isolate', '--no-file-parallelism'],
  // What runs in plain JavaScript does not depend on the processor.
  '--testNamePattern=^(?!.*javascript)',
];

const testsOf = (files) => [...(given.length > 0 ? given : files), ...OPTIONS];

/** The whole of Fashion-MNIST would take an emulated processor hours. */
const withoutData = { HANDFUL_DATA: `${root}/no-data` };

const select = 'console.log(require("./addon.cjs").load().instructionSet())';
const figures = [];
let sound = true;

for (const { processor, expected, what, files } of EMULATED) {
  const launcher = ['qemu-x86_64', '-cpu', processor];
  const chosen = outputOf(launcher[0], [...launcher.slice(1), process.execPath, '-e', select]).trim();
  console.log(`\n${processor} (${what}): ${chosen}`);
  if (chosen !== expected) {
    console.error(`Expected ${expected} on ${processor} but it chose ${chosen}`);
    sound = false;
    continue;
  }
  const result = await runTests(testsOf(files), { name: processor, launcher, env: withoutData });
  sound &&= result.succeeded;
  figures.push(`${processor} (${chosen}) ${result.passed} passed, ${result.failed} failed`);
}

const list = 'console.log(JSON.stringify(require("./addon.cjs").load().instructionSets()))';
for (const { name, supported } of JSON.parse(outputOf(process.execPath, ['-e', list]))) {
  if (!supported) continue;
  console.log(`\nthis processor, forced to ${name}`);
  const env = { ...withoutData, HANDFUL_INSTRUCTION_SET: name };
  const result = await runTests(testsOf(COMPUTING), { name: `forced-${name}`, env });
  sound &&= result.succeeded;
  figures.push(`forced to ${name} ${result.passed} passed, ${result.failed} failed`);
}

console.log(`\nprocessors: ${figures.join('; ')}`);
process.exit(sound ? 0 : 1);
