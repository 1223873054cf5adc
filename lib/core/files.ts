import { randomBytes } from 'node:crypto';
import { constants, createWriteStream, type Stats } from 'node:fs';
import { access, mkdir, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
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
  if (typeof path !== 'string' || path === '') throw invalidArgument('path', 'the path of a file', path);
}

/** Whether a path is a folder or lies in it, both with links followed. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Where an output goes. */
export interface OutputPlace {
  /** The path, with links followed. */
  path: string;
  /** What is there already; undefined if nothing is. */
  found?: Stats;
}

/**
 * Finds where an output goes, and checks that it can be written there. Nothing is made or changed.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` for what is no path; `ERR_FILE` for a folder, for a file that may not be
 *   written, and for a folder above it that may not be written or can not be made
 */
export async function outputPlace(path: string): Promise<OutputPlace> {
  checkPath(path);
  try {
    if (path.endsWith('/') || path.endsWith(sep)) throw isFolder(path);
    const place = await followLinks(path);
    const found = await stat(place).catch(missing);
    if (found?.isDirectory()) throw isFolder(path);
    if (found) await access(place, constants.W_OK);
    // A plain file is replaced by another, which is made beside it.
    if (!found || (found.isFile() && descriptorOf(place) === undefined)) await checkFolder(dirname(place));
    return { path: place, ...(found && { found }) };
  } catch (error) {
    throw systemError(path, error);
  }
}

/**
 * Writes a whole file, or none: the bytes go to a temporary name in the same folder, which is then renamed, so
 * that nobody ever sees a part of them under `path`. Missing folders are made, links are followed, and a file that was
 * there keeps its mode. A device, a pipe or a socket is not replaced: the bytes go into it.
 * @throws HandfulError `ERR_FILE` where the system refuses; what was at `path` is then as it was
 */
export function writeWholeFile(path: string, content: Uint8Array | string): Promise<void> {
  return writePieces(path, [content]);
}

/**
 * The same of a file that comes in pieces, of which no more than one is in memory.
 * @throws HandfulError `ERR_FILE` where the system refuses; whatever `pieces` throws
 */
export function writeWholeFileFrom(path: string, pieces: AsyncIterable<Uint8Array | string>): Promise<void> {
  return writePieces(path, pieces);
}

type Pieces = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

async function writePieces(path: string, pieces: Pieces): Promise<void> {
  const place = await outputPlace(path);
  const { found } = place;
  try {
    if (descriptorOf(place.path) !== undefined || (found && !found.isFile()))
      await writeThrough(place, pieces);
    else await replaceFile(place, pieces);
  } catch (error) {
    throw systemError(path, error);
  }
}

async function replaceFile({ path, found }: OutputPlace, pieces: Pieces): Promise<void> {
  const folder = dirname(path);
  // Of a long name its beginning: the whole could leave no room for what is added.
  const temporary = join(folder, `.${basename(path).slice(0, 40)}.${randomBytes(6).toString('hex')}.tmp`);
  const mode = found && found.mode & 0o777;
  await makeFolder(folder);
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      if (found && mode !== undefined) {
        // Only some users may give a file away.
        await handle.chown(found.uid, found.gid).catch(() => {});
        await handle.chmod(mode);
      }
      for await (const piece of pieces) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

async function writeThrough({ path, found }: OutputPlace, pieces: Pieces): Promise<void> {
  const descriptor = descriptorOf(path);
  if (descriptor === undefined) return pipeline(pieces, await openThrough(path, found));
  // The descriptor itself, not its file once more: what it has written stays, and what it writes next follows.
  const own = [undefined, process.stdout, process.stderr][descriptor];
  if (own) return pipeline(pieces, own, { end: false });
  return pipeline(pieces, createWriteStream('', { fd: descriptor, autoClose: false }));
}

async function openThrough(path: string, found: Stats | undefined): Promise<Writable> {
  return found?.isSocket() ? connect(path) : (await open(path, constants.O_WRONLY)).createWriteStream();
}

/** The number of a descriptor of this process, if that is what a path leads to, as `/dev/stdout` does. */
function descriptorOf(path: string): number | undefined {
  const match = /^(?:\/proc\/(\d+)\/fd|\/dev\/fd)\/(\d+)$/.exec(path);
  return match && [undefined, String(process.pid)].includes(match[1]) ? Number(match[2]) : undefined;
}

/** As many as Linux follows. */
const MOST_LINKS = 40;

/** The path that a path leads to through links, also if nothing is there yet. */
async function followLinks(path: string): Promise<string> {
  let place = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    place = join(await realFolder(dirname(place)), basename(place));
    if (descriptorOf(place) !== undefined) return place;
    const target = await readlink(place).catch(() => undefined);
    if (target === undefined) return place;
    place = resolve(dirname(place), target);
  }
  throw new HandfulError(
    'ERR_FILE',
    `The file '${path}' can't be written: it is a link that leads to itself`,
  );
}

/** A folder with links followed, also if it is yet to be made. */
async function realFolder(folder: string): Promise<string> {
  const found = await realpath(folder).catch(missing);
  return found ?? join(await realFolder(dirname(folder)), basename(folder));
}

/** Checks that a file can be made in a folder, which may itself be missing. */
async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(missing);
  if (!found) return checkFolder(dirname(folder));
  if (!found.isDirectory())
    throw new HandfulError('ERR_FILE', `'${folder}' is a file, but a folder is needed`);
  await access(folder, constants.W_OK | constants.X_OK);
}

/** Passes on every error but that nothing is there. */
function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function isFolder(path: string): HandfulError {
  return new HandfulError('ERR_FILE', `The file '${path}' can't be written: it is a folder`);
}

/** What the system itself refused, and a name that no file can have, as the file's error; other errors as they are. */
function systemError(path: string, error: unknown): unknown {
  const { syscall, code } = error as NodeJS.ErrnoException;
  return syscall || code === 'ERR_INVALID_ARG_VALUE' ? fileError(path, 'written', error) : error;
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
