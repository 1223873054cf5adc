import { open } from 'node:fs/promises';
import { HandfulError } from '../core/errors.ts';
import { fileError } from '../core/files.ts';

const START = 'version https://git-lfs.github.com/spec/';

/** Whether bytes are those of the text that Git LFS leaves in place of a file that was not fetched. */
function isLfsPointer(bytes: Uint8Array): boolean {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, START.length)).toString() === START
  );
}

/** The error of such a text in place of a file. */
function lfsPointerError(path: string): HandfulError {
  return new HandfulError(
    'ERR_FILE_FORMAT',
    `'${path}' is a pointer of Git LFS, not the file itself: git lfs pull fetches it`,
  );
}

/** @throws HandfulError `ERR_FILE_FORMAT` if Git LFS left a pointer in place of the file; `ERR_FILE` */
export async function requireFetched(path: string): Promise<void> {
  const file = await open(path).catch((error) => {
    throw fileError(path, 'read', error);
  });
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(START.length), 0, START.length, 0);
    if (isLfsPointer(buffer.subarray(0, bytesRead))) throw lfsPointerError(path);
  } catch (error) {
    throw fileError(path, 'read', error);
  } finally {
    await file.close();
  }
}
