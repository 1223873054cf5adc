import { createRequire } from 'node:module';
import type { Addon } from '../../binding.d.ts';

/** The compiled addon, or why it can't be had. */
export type LoadedAddon = { addon: Addon } | { addon: undefined; reason: string };

let loaded: LoadedAddon | undefined;

/** Loads the compiled addon, once. */
export function loadAddon(): LoadedAddon {
  if (!loaded) {
    try {
      loaded = { addon: createRequire(import.meta.url)('#addon') as Addon };
    } catch (error) {
      loaded = { addon: undefined, reason: (error as Error).message.split('\n')[0]! };
    }
  }
  return loaded;
}
