import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { HandfulError } from '../core/errors.ts';
import { isWithin, type OutputPlace, outputPlace } from '../core/files.ts';
import { isImageName } from '../datasets/formats/image-files.ts';
import { hasFilledLabels } from './filled-labels.ts';

/** Files of a command, under what they are given by; an option may be given several times, or not at all. */
export type NamedFiles = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface OutputOptions {
  /** Whether a file of labels may be written over. */
  force?: boolean;
}

/** Whether a folder of data is read from such a file: images, and the files of Fashion-MNIST. */
const isDataName = (name: string) => isImageName(name) || /-ubyte(\.gz)?$/i.test(name);

/** Adds the option that lets a file of labels be written over. */
export function addForceOption(command: Command): Command {
  return command.option('--force', 'write over a file in which labels are filled in');
}

/**
 * Checks where a command is to write, before it reads anything: each output can be written, none of them is an input
 * or another output under whatever name, and none is a file in which somebody has filled in labels.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_FILE`
 */
export async function checkOutputs(
  outputs: NamedFiles,
  inputs: NamedFiles,
  { force = false }: OutputOptions,
): Promise<void> {
  const sources = await Promise.all(
    named(inputs).map(async ([name, path]) => [name, await input(path)] as const),
  );
  const others = new Map<string, string>();
  for (const [name, path] of named(outputs)) {
    const place = await placeOf(name, path);
    // What is written through is not replaced.
    if (place.found && !place.found.isFile()) continue;
    for (const [source, found] of sources) {
      if (found && isOverwritten(found, place)) throw refused(name, `the file '${path}' is ${source} too`);
    }
    const key = place.found ? identity(place.found) : place.path;
    const other = others.get(key);
    if (other !== undefined) throw refused(name, `the file '${path}' is that of ${other} too`);
    others.set(key, name);
    if (!force && place.found && (await hasFilledLabels(place.path))) {
      throw refused(name, `the file '${path}' has labels that somebody filled in: --force writes over it`);
    }
  }
}

/** Whether a path leads to one of some files that are there. */
export async function isAmong(path: string, files: readonly string[]): Promise<boolean> {
  const [one, ...others] = await Promise.all([path, ...files].map(input));
  return one !== undefined && others.some((other) => other?.key === one.key);
}

function named(files: NamedFiles): [name: string, path: string][] {
  return Object.entries(files).flatMap(([name, paths = []]) =>
    [paths].flat().map((path): [string, string] => [name, path]),
  );
}

async function placeOf(name: string, path: string): Promise<OutputPlace> {
  if (path === '') throw refused(name, 'its path is empty');
  return outputPlace(path);
}

interface Input {
  key: string;
  /** Where a folder lies. */
  folder?: string;
}

/** What is read; undefined if nothing is there, which whoever reads it says. */
async function input(path: string): Promise<Input | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  return { key: identity(found), ...(found.isDirectory() && { folder: await realpath(path) }) };
}

function isOverwritten({ key, folder }: Input, { path, found }: OutputPlace): boolean {
  if (folder === undefined) return found !== undefined && identity(found) === key;
  return isWithin(folder, path) && isDataName(basename(path));
}

/** The file itself, under whatever name. */
function identity({ dev, ino }: { dev: number; ino: number }): string {
  return `${dev}:${ino}`;
}

function refused(name: string, reason: string): HandfulError {
  return new HandfulError('ERR_INVALID_ARGUMENT', `Expected another file for ${name}: ${reason}`);
}
