import { createHash, webcrypto } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileError } from '../core/files.ts';

/** The SHA-256 of bytes in lower-case hexadecimal, computed off the event loop. */
export async function sha256(bytes: NodeJS.ArrayBufferView): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
}

/**
 * The SHA-256 of a file in lower-case hexadecimal, read a piece at a time: it may be larger than memory.
 * @throws HandfulError `ERR_FILE` where it can't be read
 */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash).catch((error) => {
    throw fileError(path, 'read', error);
  });
  return hash.digest('hex');
}
