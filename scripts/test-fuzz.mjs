// Fuzzes: libFuzzer drives the C++ algorithms under AddressSanitizer and UndefinedBehaviorSanitizer, fast-check the
// public functions and the file readers. [--cases N] in all, a million where left out; [--seed N]. Wants Debian's
// clang and libclang-rt-14-dev. Ends with a line of figures.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root, runOrExit, toolPath, watch } from './tools.mjs';

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const cases = Number(values.cases);
const seed = Number(values.seed);
if (!Number.isInteger(cases) || cases < 100 || !Number.isInteger(seed) || seed < 1) {
  console.error('Expected a whole number of 100 or more for --cases, and of 1 or more for --seed');
  process.exit(2);
}

/** Of the cases so many go to the functions in TypeScript, which take longer each. */
const SHARE_OF_FUNCTIONS = 0.05;

/** A case that takes so many seconds hangs: long, because the process may have to wait for a processor. */
const HANGS_AFTER = 300;

/** Builds the fuzzer and gives it `runs` cases; how many it ran, and how much of the code it reached. */
async function fuzzAlgorithms(runs) {
  const build = path.join('build', 'fuzz');
  runOrExit('cmake', [
    ...['-S', '.', '-B', build, '-DCMAKE_CXX_COMPILER=clang++', '-DHANDFUL_FUZZ=ON'],
    '-DHANDFUL_SANITIZE=address;undefined',
  ]);
  runOrExit('cmake', ['--build', build, '--target', 'handful_fuzz']);
  const corpus = path.join(root, build, 'corpus');
  mkdirSync(corpus, { recursive: true });
  // Cases grow five times as fast as libFuzzer would let them: rows and columns want bytes.
  const { code, output } = await watch(path.join(build, 'handful_fuzz'), [
    ...[`-runs=${runs}`, `-seed=${seed}`, '-max_len=4096', '-len_control=20', `-timeout=${HANGS_AFTER}`],
    ...['-print_final_stats=1', '-verbosity=1', `-artifact_prefix=${build}/`, corpus],
  ]);
  const count = Number(/stat::number_of_executed_units: *(\d+)/.exec(output)?.[1] ?? 0);
  const reached = [...output.matchAll(/cov: (\d+)/g)].at(-1)?.[1] ?? 0;
  return { count, reached, succeeded: code === 0 };
}

/** Gives the public functions and the file readers about `runs` cases; how many that were. */
async function fuzzFunctions(runs) {
  const script = path.join('test', 'fuzz', 'functions.ts');
  const { code, output } = await watch(toolPath('tsx'), [
    script,
    '--cases',
    String(runs),
    '--seed',
    String(seed),
  ]);
  return { count: Number(/^(\d+) cases/m.exec(output)?.[1] ?? 0), succeeded: code === 0 };
}

const functions = await fuzzFunctions(Math.ceil(cases * SHARE_OF_FUNCTIONS));
const algorithms = await fuzzAlgorithms(cases - functions.count);
const failures = [algorithms, functions].filter(({ succeeded }) => !succeeded).length;
console.log(
  `\nfuzzing: ${algorithms.count + functions.count} cases, ${algorithms.count} of the algorithms (${algorithms.reached} ` +
    `edges reached) and ${functions.count} of the functions and file readers, seed ${seed}: ` +
    `${failures === 0 ? 'no crash, no hang, no wrong answer' : 'FAILED, see above'}`,
);
process.exit(failures === 0 ? 0 : 1);
