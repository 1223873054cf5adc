import finder from '#addon';
import type { Addon } from '../../binding.d.ts';
import { systemLibc } from './system-libc.ts';

/**
 * The compiled addon and the file it came from; or why it can't be had: no binary for this platform (`'missing'`), or
 * one that is there and does not load (`'broken'`), with what the system says of it.
 */
export type LoadedAddon =
  | { addon: Addon; file: string }
  | { addon: undefined; cause: 'missing' | 'broken'; file?: string; reason: string };

let loaded: LoadedAddon | undefined;

/** Loads the compiled addon, once. */
export function loadAddon(): LoadedAddon {
  loaded ??= load();
  return loaded;
}

function load(): LoadedAddon {
  let file: string;
  try {
    file = finder.find();
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith('No native build was found')) {
      return {
        addon: undefined,
        cause: 'missing',
        reason: `the package has no binary for ${thisPlatform()}`,
      };
    }
    return { addon: undefined, cause: 'broken', reason: `its binary can't be looked for: ${message}` };
  }
  try {
    return { addon: finder.load(), file };
  } catch (error) {
    const said = (error as Error).message.split('\n')[0]!;
    return {
      addon: undefined,
      cause: 'broken',
      file,
      reason: `${file} can't be loaded: ${said}${hint(file)}`,
    };
  }
}

/** This platform in a word: `linux-x64 with glibc 2.36`. */
function thisPlatform(): string {
  const { family, version } = systemLibc();
  const libc = family === 'none' ? '' : ` with ${[family, version].filter(Boolean).join(' ')}`;
  return `${process.platform}-${process.arch}${libc}`;
}

/** node-gyp-build takes every Linux but Alpine for one with glibc. */
function hint(file: string): string {
  const mistaken = file.endsWith('.glibc.node') && systemLibc().family === 'musl';
  return mistaken ? ' (this system has musl: with LIBC=musl in the environment the right one is taken)' : '';
}
