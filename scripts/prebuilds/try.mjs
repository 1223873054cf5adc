// Tries a binary on the runtime that it is made for, here or in an emulator.

import path from 'node:path';
import { runtimeFor } from '../runtimes.mjs';
import { outputOf, root } from '../tools.mjs';
import { hostPlatform, prebuiltFile } from './platforms.mjs';

/** How far the binary was tested: where it ran and what it computed with, or that it was only built. */
export function tryBinary(platform) {
  const runtime = runtimeFor(platform, hostPlatform());
  if (!runtime) return 'built, not run';
  const { program, args, env, how } = runtime;
  const trial = path.join(root, 'scripts', 'prebuilds', 'trial.cjs');
  const file = path.join(root, 'prebuilds', prebuiltFile(platform));
  return `run ${how}: ${outputOf(program, [...args, trial, file], { env }).trim()}`;
}
