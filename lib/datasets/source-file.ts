import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '../core/files.ts';
import type { SourceFile } from './dataset.ts';
import { sha256, sha256OfFile } from './sha256.ts';

/**
 * What is to be told of a file that something was read from.
 * @throws HandfulError `ERR_FILE` where it can't be read
 */
export async function sourceFile(path: string): Promise<SourceFile> {
  const { size } = await stat(path).catch((error) => {
    throw fileError(path, 'read', error);
  });
  return { path, bytes: size, sha256: await sha256OfFile(path) };
}

/**
 * The same of some files of a folder, as if they were one. Its SHA-256 is that of what `sha256sum` prints of them, one
 * after the other, in the folder: anybody can compute it.
 * @throws HandfulError `ERR_FILE` where one can't be read
 */
export async function sourceFolder(path: string, names: readonly string[]): Promise<SourceFile> {
  let bytes = 0;
  let lines = '';
  for (const name of names) {
    const file = await sourceFile(join(path, name));
    bytes += file.bytes;
    lines += `${file.sha256}  ${name}\n`;
  }
  return { path, bytes, sha256: await sha256(Buffer.from(lines)) };
}
