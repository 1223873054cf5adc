import type { Matrix } from '../core/matrix.ts';
import { sha256 } from './sha256.ts';

/** Rows, and the number of the class of each. */
interface Part {
  X: Matrix;
  y: Uint8Array | Int32Array;
}

/**
 * The SHA-256, in lower-case hexadecimal, of all that experiments run on: rows, labels and their shapes. Unlike the
 * hashes of files it does not depend on how these are compressed, and data from anywhere has one. Computed off the
 * event loop.
 */
export async function fingerprint({
  train,
  test,
}: Readonly<Record<'train' | 'test', Part>>): Promise<string> {
  const digests = await Promise.all([train, test].flatMap(({ X, y }) => [X.data, y]).map(sha256));
  const shapes = [train, test].map(({ X }) => [X.data.constructor.name, X.shape, X.scale]);
  return sha256(Buffer.from(JSON.stringify([shapes, digests])));
}
