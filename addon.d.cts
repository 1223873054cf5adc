import type { Addon } from './binding.d.ts';

declare const finder: {
  folder: string;
  find(): string;
  load(): Addon;
};
export = finder;
