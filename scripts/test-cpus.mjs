// Runs the tests as on other processors: emulated ones without AVX, without AVX2, with AVX2 and without AVX-512, then
// this one with each instruction set that it has, by force. Wants Debian's qemu-user. Arguments are test files; those
// that compute where left out. Ends with a line of figures.

import { outputOf, root } from './tools.mjs';
import { runTests } from './vitest.mjs';

/** Processors to emulate, the instruction set that must be chosen on each, and why it is looked at. */
const EMULATED = [
  { processor: 'Nehalem', expected: 'scalar', what: 'no AVX' },
  { processor: 'SandyBridge', expected: 'scalar', what: 'AVX, but not AVX2' },
  { processor: 'Haswell', expected: 'avx2', what: 'AVX2' },
  { processor: 'EPYC-Milan', expected: 'avx2', what: 'AVX2, but not AVX-512' },
];

const COMPUTING = [
  ...['operations', 'estimators', 'features', 'selection', 'semi-supervised'].map(
    (folder) => `test/${folder}/`,
  ),
  ...['abort', 'binding', 'buffers', 'random-state', 'worker-threads'].map((name) => `test/${name}.test.ts`),
];

const files = process.argv.slice(2);
const tests = [
  ...(files.length > 0 ? files : COMPUTING),
  // One process: another would not be emulated.
  ...[
    '--pool=threads',
    '--no-isolate',
    '--no-file-parallelism',
    '--testTimeout=3600000',
    '--hookTimeout=3600000',
  ],
  // What runs in plain JavaScript does not depend on the processor.
  '--testNamePattern=^(?!.*javascript)',
];

const select = 'console.log(require("./addon.cjs").load().instructionSet())';
const figures = [];
let sound = true;

for (const { processor, expected, what } of EMULATED) {
  const launcher = ['qemu-x86_64', '-cpu', processor];
  const chosen = outputOf(launcher[0], [...launcher.slice(1), process.execPath, '-e', select]).trim();
  console.log(`\n${processor} (${what}): ${chosen}`);
  if (chosen !== expected) {
    console.error(`Expected ${expected} on ${processor} but it chose ${chosen}`);
    sound = false;
    continue;
  }
  // The whole of Fashion-MNIST would take an emulated processor hours.
  const env = { HANDFUL_DATA: `${root}/no-data` };
  const result = await runTests(tests, { name: processor, launcher, env });
  sound &&= result.succeeded;
  figures.push(`${processor} (${chosen}) ${result.passed} passed, ${result.failed} failed`);
}

const list = 'console.log(JSON.stringify(require("./addon.cjs").load().instructionSets()))';
for (const { name, supported } of JSON.parse(outputOf(process.execPath, ['-e', list]))) {
  if (!supported) continue;
  console.log(`\nthis processor, forced to ${name}`);
  const result = await runTests(tests, { name: `forced-${name}`, env: { HANDFUL_INSTRUCTION_SET: name } });
  sound &&= result.succeeded;
  figures.push(`forced to ${name} ${result.passed} passed, ${result.failed} failed`);
}

console.log(`\nprocessors: ${figures.join('; ')}`);
process.exit(sound ? 0 : 1);
