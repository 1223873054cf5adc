import { constants } from 'node:fs';
import { access, type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HandfulError, throwIfAborted } from '../core/errors.ts';
import { fileError, makeFolder } from '../core/files.ts';
import { sha256OfFile } from './sha256.ts';

/** A file that hosts offer, and how to know it. */
export interface RemoteFile {
  name: string;
  /** Its size. */
  bytes: number;
  /** In lower-case hexadecimal. */
  sha256: string;
}

export interface DownloadOptions {
  /** Addresses of the folders that hold the files, tried in turn. */
  hosts: readonly string[];
  /** Milliseconds without a new byte after which a host is given up. */
  stallTimeout: number;
  /** Aborting it rejects with an `AbortError`; what has come so far stays for the next run. */
  signal?: AbortSignal;
  /** Called for each piece that comes, with the number of bytes that are here by now, of all files together. */
  onBytes?: (bytes: number) => void;
}

/** How often one host is asked to go on after its connection broke, provided each try brought something new. */
const TRIES_PER_HOST = 5;

/**
 * Downloads those of `files` that are not there yet into `folder`, which is made where missing. A file appears
 * only whole and with the right SHA-256. Until then its bytes are in `NAME.partial`, which a later run, or the
 * next host, continues where the server knows ranges. Two processes may download the same files at once: bytes
 * are written to their own place, so that both write the same.
 * @throws HandfulError `ERR_DATASET` saying for each host what went wrong; `ERR_FILE` where a file can't be
 *   written
 */
export async function download(
  files: readonly RemoteFile[],
  folder: string,
  options: DownloadOptions,
): Promise<void> {
  await makeFolder(folder).catch((error) => {
    throw fileError(folder, 'written', error);
  });
  const failures: string[] = [];
  for (const host of options.hosts) {
    try {
      return await downloadAllFrom(host, files, folder, options);
    } catch (error) {
      throwIfAborted(options.signal);
      if (error instanceof HandfulError) throw error;
      failures.push(`${new URL(host).host}: ${reasonOf(error)}`);
    }
  }
  throw new HandfulError('ERR_DATASET', `the download failed (${failures.join('; ')})${unusedProxy()}`);
}

/** What to do about a proxy that the environment names, and that this process goes past. */
function unusedProxy(environment: NodeJS.ProcessEnv = process.env): string {
  const name = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].find((name) => environment[name]);
  if (!name || environment.NODE_USE_ENV_PROXY === '1') return '';
  return (
    `. ${name} names a proxy, which Node goes past: with NODE_USE_ENV_PROXY=1 it goes through it, ` +
    'from Node 22.21 or 24 on'
  );
}

async function downloadAllFrom(
  host: string,
  files: readonly RemoteFile[],
  folder: string,
  options: DownloadOptions,
): Promise<void> {
  let before = 0;
  for (const file of files) {
    const path = join(folder, file.name);
    if (!(await exists(path))) {
      const address = new URL(file.name, host.endsWith('/') ? host : `${host}/`);
      const onBytes = (bytes: number) => options.onBytes?.(before + bytes);
      try {
        await downloadFrom(address, file, `${path}.partial`, { ...options, onBytes });
        await rename(`${path}.partial`, path);
      } catch (error) {
        // Another process that downloads the same file may have been first.
        if (!(await exists(path))) throw error;
      }
    }
    before += file.bytes;
    options.onBytes?.(before);
  }
}

/** Asks one host until the partial file is whole and right, as long as that makes progress. */
async function downloadFrom(
  address: URL,
  file: RemoteFile,
  partial: string,
  options: DownloadOptions,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const from = await sizeOf(partial);
    try {
      if (from < file.bytes) await fetchInto(partial, from, address, file, options);
      if ((await sha256OfFile(partial)) === file.sha256) return;
      await rm(partial, { force: true });
      throw new Error('what it sends has the wrong SHA-256');
    } catch (error) {
      // A partial file that was there before may be what was wrong: its removal is a reason to try again too.
      const changed = (await sizeOf(partial)) !== from;
      if (error instanceof HandfulError) throw error;
      if (!changed || tries === TRIES_PER_HOST || options.signal?.aborted) throw error;
    }
  }
}

/** Fetches the file from byte `from` on, or all of it where the server won't do that, into `partial`. */
async function fetchInto(
  partial: string,
  from: number,
  address: URL,
  file: RemoteFile,
  { signal, stallTimeout, onBytes }: DownloadOptions,
): Promise<void> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const stalled = new Error(`nothing came for ${stallTimeout / 1000} s`);
  const timer = setTimeout(() => controller.abort(stalled), stallTimeout);
  try {
    const headers = { 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) };
    const response = await fetch(address, { headers, signal: controller.signal });
    const start = startOf(response, from);
    if (start === undefined) {
      await rm(partial, { force: true });
      throw new Error('it has no such range');
    }
    const length = response.headers.get('content-length');
    if (length !== null && start + Number(length) !== file.bytes) {
      throw new Error(`it offers ${start + Number(length)} bytes instead of ${file.bytes}`);
    }
    const output = await openPartial(partial);
    let position = start;
    try {
      for await (const chunk of response.body ?? []) {
        timer.refresh();
        if (position + chunk.length > file.bytes) throw new Error(`it sends more than ${file.bytes} bytes`);
        await writeAll(output, chunk, position).catch((error) => {
          throw fileError(partial, 'written', error);
        });
        position += chunk.length;
        onBytes?.(position);
      }
      await output.datasync();
    } finally {
      await output.close();
    }
    if (position < file.bytes)
      throw new Error(`the connection ended after ${position} of ${file.bytes} bytes`);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    controller.abort();
  }
}

/** The byte at which the answer begins; undefined where the server refuses the range that was asked for. */
function startOf(response: Response, from: number): number | undefined {
  if (response.status === 206) {
    const range = response.headers.get('content-range') ?? '';
    if (range.startsWith(`bytes ${from}-`)) return from;
    throw new Error(`it answers with the range '${range}' when asked for bytes from ${from}`);
  }
  if (response.status === 416) return undefined;
  if (response.status === 200) return 0;
  throw new Error(`HTTP status ${response.status}`);
}

/** Writes all of a chunk: the system may take a part of it, as it does where the disk is nearly full. */
async function writeAll(output: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await output.write(chunk, written, chunk.length - written, position + written);
    written += bytesWritten;
  }
}

async function openPartial(path: string) {
  try {
    return await open(path, constants.O_WRONLY | constants.O_CREAT);
  } catch (error) {
    throw fileError(path, 'written', error);
  }
}

/** The size of a file; 0 where there is none. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Whether there is something at `path` that may be read. */
export async function exists(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** What fetch's errors mean is in their cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const { message: causeMessage, code } = (cause ?? {}) as NodeJS.ErrnoException;
  return causeMessage || code || message;
}
