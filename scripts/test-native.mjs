// Builds and runs the C++ test program: [--arm64 | --avx512] [--sanitize address|thread] [-- arguments of doctest…]
// With --arm64 Debian's cross compiler builds it and qemu runs it; with --avx512 the kernels for AVX-512 are tested
// too where the processor has none, their intrinsics emulated.

import path from 'node:path';
import { parseArgs } from 'node:util';
import { root, runOrExit, toolPath } from './tools.mjs';

const { values, positionals } = parseArgs({
  options: { arm64: { type: 'boolean' }, avx512: { type: 'boolean' }, sanitize: { type: 'string' } },
  allowPositionals: true,
});
const SANITIZERS = { address: 'address;undefined', thread: 'thread' };
if (values.sanitize && !SANITIZERS[values.sanitize]) {
  console.error(`Expected address or thread for --sanitize but received '${values.sanitize}'`);
  process.exit(2);
}

let build = 'build';
if (values.arm64 || values.avx512 || values.sanitize) {
  const variant = ['test', values.arm64 && 'arm64', values.avx512 && 'avx512', values.sanitize];
  build = path.join('build', variant.filter(Boolean).join('-'));
  runOrExit('cmake', [
    ...['-S', '.', '-B', build, '-DHANDFUL_TESTS=ON'],
    ...(values.arm64 ? ['-DCMAKE_TOOLCHAIN_FILE=cmake/aarch64-linux-gnu.cmake'] : []),
    ...(values.avx512 ? ['-DHANDFUL_EMULATE_AVX512=ON'] : []),
    ...(values.sanitize ? [`-DHANDFUL_SANITIZE=${SANITIZERS[values.sanitize]}`] : []),
  ]);
  runOrExit('cmake', ['--build', build, '--target', 'handful_test']);
} else {
  // Beside the addon, of the same objects.
  runOrExit(toolPath('cmake-js'), ['configure', '--CDHANDFUL_TESTS=ON']);
  runOrExit(toolPath('cmake-js'), ['build', '--target', 'handful_test']);
}

const program = path.join(root, build, 'handful_test');
if (values.arm64) runOrExit('qemu-aarch64', ['-L', '/usr/aarch64-linux-gnu', program, ...positionals]);
else runOrExit(program, positionals);
