import { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** The SHA-256 of a file in lower-case hexadecimal, computed off the event loop. */
export async function sha256OfFile(path: string): Promise<string> {
  const digest = await webcrypto.subtle.digest('SHA-256', await readFile(path));
  return Buffer.from(digest).toString('hex');
}
