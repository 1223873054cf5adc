import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HandfulError, invalidArgument } from './errors.ts';

/**
 * What lies at a path that is to be read: a file or a folder, and nothing that its reader might wait for without end.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` for what is no path; `ERR_FILE`
 */
export async function statPath(path: string): Promise<Stats> {
  checkPath(path);
  try {
    const found = await stat(path);
    if (found.isFile() || found.isDirectory()) return found;
  } catch (error) {
    throw fileError(path, 'read', error);
  }
  throw notPlain(path);
}

/** The error of a pipe, a device or a socket where a file is wanted. */
export function notPlain(path: string): HandfulError {
  return new HandfulError('ERR_FILE', `The file '${path}' can't be read: it is not a plain file`);
}

/** @throws HandfulError `ERR_INVALID_ARGUMENT` */
export function checkPath(path: unknown): asserts path is string {
  if (typeof path !== 'string') throw invalidArgument('path', 'the path of a file', path);
}

/**
 * Writes a whole file, or none: the bytes go to a temporary name in the same folder, which is then renamed, so
 * that nobody ever sees a part of them under `path`. Missing folders are made.
 * @throws HandfulError `ERR_FILE` where the system refuses; what was at `path` is then as it was
 */
export function writeWholeFile(path: string, content: Uint8Array | string): Promise<void> {
  return writeThenRename(path, (file) => file.writeFile(content));
}

/**
 * The same of a file that comes in pieces, of which no more than one is in memory.
 * @throws HandfulError `ERR_FILE` where the system refuses; whatever `pieces` throws
 */
export function writeWholeFileFrom(path: string, pieces: AsyncIterable<Uint8Array | string>): Promise<void> {
  return writeThenRename(path, async (file) => {
    for await (const piece of pieces) await file.writeFile(piece);
  });
}

async function writeThenRename(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  checkPath(path);
  const folder = dirname(path);
  // Of a long name its beginning: the whole could leave no room for what is added.
  const temporary = join(folder, `.${basename(path).slice(0, 40)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await makeFolder(folder);
    const handle = await open(temporary, 'wx');
    try {
      await write(handle);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    // What `write` itself throws is not the file's; a name that no file can have is refused before any system call.
    const { syscall, code } = error as NodeJS.ErrnoException;
    throw syscall || code === 'ERR_INVALID_ARG_VALUE' ? fileError(path, 'written', error) : error;
  }
}

/** Has a name that is new in a folder outlast a power cut, on systems that can promise it. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows opens no folder, and some network disks sync none: what is in the file is safe all the same.
  }
}

/**
 * Makes a folder, and those above it that are missing. Of a read-only disk Node says that there is no such file: where
 * it does, the system is asked once more, plainly, and its answer is what is thrown.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && path) await mkdir(path);
    throw error;
  }
}

/** The error of a file that the system would not let us use: `what` is `'read'` or `'written'`. */
export function fileError(path: string, what: 'read' | 'written', error: unknown): HandfulError {
  if (error instanceof HandfulError) return error;
  const { message } = error as Error;
  return new HandfulError('ERR_FILE', `The file '${path}' can't be ${what}: ${message}`, { cause: error });
}
