import * as zlib from 'node:zlib';
import { missingPackage } from './missing-package.ts';

/** Unpacks a whole block; some formats state the length that it has unpacked. */
export type Unpack = (bytes: Uint8Array, length: number) => Uint8Array;

/**
 * What unpacks Zstandard: Node from 22.15 on, else the package hyparquet-compressors.
 * @throws HandfulError `ERR_MISSING_PACKAGE`
 */
export async function zstdUnpacker(): Promise<Unpack> {
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array };
  if (zstdDecompressSync) return (bytes) => zstdDecompressSync(bytes);
  const { decompressZstd } = await importCompressors('Zstandard');
  return (bytes) => decompressZstd(bytes);
}

/**
 * What unpacks LZ4 as Parquet has it.
 * @throws HandfulError `ERR_MISSING_PACKAGE`
 */
export async function lz4BlockUnpackers(): Promise<{ LZ4: Unpack; LZ4_RAW: Unpack }> {
  const { decompressLz4, decompressLz4Raw } = await importCompressors('LZ4');
  return { LZ4: decompressLz4, LZ4_RAW: decompressLz4Raw };
}

/**
 * What unpacks LZ4 as Arrow has it.
 * @throws HandfulError `ERR_MISSING_PACKAGE`
 */
export async function lz4FrameUnpacker(): Promise<Unpack> {
  try {
    const { decompressFrameSync } = await import('lz4-napi');
    return (bytes) => decompressFrameSync(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  } catch (error) {
    throw missingPackage('lz4-napi', 'Unpacking LZ4', error);
  }
}

async function importCompressors(codec: string): Promise<typeof import('hyparquet-compressors')> {
  try {
    return await import('hyparquet-compressors');
  } catch (error) {
    throw missingPackage('hyparquet-compressors', `Unpacking ${codec}`, error);
  }
}
