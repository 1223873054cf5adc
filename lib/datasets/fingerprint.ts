import type { Dataset } from './dataset.ts';
import { sha256 } from './sha256.ts';

/**
 * The SHA-256, in lower-case hexadecimal, of all that a dataset holds: images, labels and their shapes. Unlike the
 * hashes of its files it does not depend on how these are compressed, and data from anywhere has one. Computed off
 * the event loop.
 */
export async function fingerprint({ train, test }: Pick<Dataset, 'train' | 'test'>): Promise<string> {
  const parts = [train, test].flatMap(({ images, labels }) => [images.data, labels]);
  const digests = await Promise.all(parts.map(sha256));
  const shapes = [train, test].map(({ images }) => [
    images.data.constructor.name,
    images.shape,
    images.scale,
  ]);
  return sha256(Buffer.from(JSON.stringify([shapes, digests])));
}
