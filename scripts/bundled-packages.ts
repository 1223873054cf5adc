// Packages whose code is bundled into the command line are not installed with it: their licences come along here, and
// their code in few bytes.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minify } from 'rolldown/utils';
import type { Rolldown } from 'tsdown';

/** The folder of the package that a module is of; undefined for one of our own. */
function packageFolder(module: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module.replaceAll('\\', '/'))?.[0].replaceAll('\0', '');
}

async function describePackage(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  const text = file ? (await readFile(join(folder, file), 'utf8')).trim() : `Licence: ${license}`;
  return `${name} ${version}\n\n${text}\n`;
}

/** A plugin that writes `fileName`: the licences of all packages that are in the bundle. */
export function bundledLicenses(fileName: string): Rolldown.Plugin {
  return {
    name: 'bundled-licenses',
    async generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((each) => (each.type === 'chunk' ? each.moduleIds : []));
      const folders = [...new Set(modules.map(packageFolder))].filter((each) => each !== undefined).sort();
      const texts = await Promise.all(folders.map(describePackage));
      this.emitFile({ type: 'asset', fileName, source: texts.join(`\n${'-'.repeat(80)}\n\n`) });
    },
  };
}

/**
 * A plugin that minifies what makes up the command. What it shares with the library stays as it is, because bundlers
 * could not leave parts of it out; functions and classes of our own keep their names, which errors tell.
 */
export function minifiedCommand(): Rolldown.Plugin {
  return {
    name: 'minified-command',
    // At the end: printed once more, the code would have its spaces again.
    async generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk' || !(chunk.isDynamicEntry || chunk.name === 'handful')) continue;
        const { fileName, isDynamicEntry } = chunk;
        const options = { module: true, mangle: { keepNames: !isDynamicEntry } };
        chunk.code = (await minify(fileName, chunk.code, options)).code;
      }
    },
  };
}
