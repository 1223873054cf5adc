// Proves of the built addon (Linux, x86-64, GCC or clang) what its source can only promise:
//
// - Kernels bring no weak symbol: the linker can't take an inline function that was compiled for AVX for one that the
//   whole program shares. They call nothing but what compilers themselves call, and run nothing when loaded.
// - Instructions that not every processor has occur in the functions of the kernels made for them alone.
// - The addon exports what Node asks for and nothing else, and loads on glibc 2.28, Node's own floor.

import path from 'node:path';
import { outputOf } from './tools.mjs';

const ADDON = path.join('build', 'Release', 'handful.node');
const EXPORTS = ['napi_register_module_v1', 'node_api_module_get_api_version_v1'];
const GLIBC_FLOOR = [2, 28];
/** Instructions that not every processor has, the newest first, and the namespaces of the kernels that may use them. */
const LEVELS = [
  { name: 'VNNI', instruction: /^vpdp/, namespaces: ['avx512vnni'] },
  {
    name: 'AVX-512',
    instruction: /%zmm|%[xy]mm(1[6-9]|2\d|3[01])|%k[0-7]/,
    namespaces: ['avx512', 'avx512vnni'],
  },
  {
    // Every vector instruction of AVX begins with a v; BMI's have names of their own.
    name: 'AVX',
    instruction: /^(v(?!err|erw)|(andn|bextr|bls(i|msk|r)|bzhi|mulx|pdep|pext|rorx|sarx|shlx|shrx)\s)/,
    namespaces: ['avx2', 'avx512', 'avx512vnni'],
  },
];
/** What a compiler puts in by itself. */
const COMPILER_CALLS = ['memcpy', 'memset', 'memmove', '_GLOBAL_OFFSET_TABLE_'];

const faults = [];
let checks = 0;

function expect(holds, fault) {
  checks++;
  if (!holds) faults.push(fault);
}

function checkKernelObject(instructionSet) {
  const object = path.join(
    'build/CMakeFiles',
    `kernels_${instructionSet}.dir`,
    `native/kernels/${instructionSet}.cc.o`,
  );
  for (const line of outputOf('nm', ['--demangle', object]).trim().split('\n')) {
    const [, kind, name] = /^[0-9a-f ]{16} (\S) (.*)$/.exec(line);
    expect(!/[WwVvu]/.test(kind), `${object}: weak symbol ${name}`);
    expect(kind !== 'U' || COMPILER_CALLS.includes(name), `${object}: calls ${name}`);
  }
  expect(
    !/\.init_array/.test(outputOf('objdump', ['--section-headers', object])),
    `${object}: runs code when loaded`,
  );
}

function checkInstructions() {
  const found = Object.fromEntries(LEVELS.map(({ name }) => [name, 0]));
  let where = '';
  for (const line of outputOf('objdump', ['--disassemble', '--demangle', '--no-show-raw-insn', ADDON]).split(
    '\n',
  )) {
    const label = /^[0-9a-f]+ <(.*)>:$/.exec(line);
    if (label) where = label[1];
    const text = /^\s+[0-9a-f]+:\s+(.*)$/.exec(line)?.[1];
    const level = text && LEVELS.find(({ instruction }) => instruction.test(text));
    if (!level) continue;
    found[level.name]++;
    const allowed = level.namespaces.some((namespace) => where.includes(`handful_${namespace}::`));
    expect(allowed, `${level.name} in ${where}: ${text}`);
  }
  // A check that finds nothing to check proves nothing.
  for (const [name, count] of Object.entries(found)) expect(count > 0, `no instruction of ${name} was found`);
}

function checkDynamicSymbols() {
  const exported = outputOf('nm', ['--dynamic', '--defined-only', ADDON])
    .trim()
    .split('\n')
    .map((line) => line.split(' ').at(-1));
  expect(exported.join() === EXPORTS.join(), `exports ${exported.join(', ')}`);
  for (const [text, major, minor] of outputOf('objdump', ['-T', ADDON]).matchAll(
    /\(GLIBC_(\d+)\.(\d+)[.\d]*\).*/g,
  )) {
    const newer = major > GLIBC_FLOOR[0] || (Number(major) === GLIBC_FLOOR[0] && minor > GLIBC_FLOOR[1]);
    expect(!newer, `needs a newer glibc: ${text}`);
  }
}

for (const instructionSet of ['scalar', 'avx2', 'avx512', 'avx512vnni']) checkKernelObject(instructionSet);
checkInstructions();
checkDynamicSymbols();

for (const fault of faults.slice(0, 20)) console.error(fault);
console.log(`${ADDON}: ${checks} checks, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
