import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HandfulError } from '../../errors.ts';
import { fileError } from '../../files.ts';
import type { ImageGeometry } from '../../image-geometry.ts';
import type { DataSource, FormatOptions, RowChunk } from '../data-source.ts';
import { missingPackage } from './missing-package.ts';

type Sharp = typeof import('sharp').default;

const IMAGE_NAME = /\.(png|jpe?g|webp)$/i;

/** Images decoded at one time. */
const AT_ONCE = 16;

/**
 * Opens a folder of PNG, JPEG and WebP images, those in folders within it too, in the order of their names, through
 * the package sharp. They become grey, or colour where `color` says so, and `size`; without it, all must have the
 * size of the first.
 */
export async function openImageFolder(
  path: string,
  { size, color = false }: FormatOptions,
): Promise<DataSource> {
  const files = await imageFiles(path);
  const sharp = await importSharp();
  const channels = color ? 3 : 1;
  const [height, width] = size ?? (await sizeOf(sharp, join(path, files[0]!)));
  const image = { height, width, channels };
  return {
    format: 'images',
    type: 'uint8',
    shape: color ? [files.length, height, width, channels] : [files.length, height, width],
    columns: height * width * channels,
    image,
    chunks: (rows) => chunks(sharp, path, files, image, size !== undefined, rows),
  };
}

async function imageFiles(path: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(path, { recursive: true });
  } catch (error) {
    throw fileError(path, 'read', error);
  }
  const files = names.filter((name) => IMAGE_NAME.test(name)).sort((a, b) => (a < b ? -1 : 1));
  if (files.length === 0) {
    throw new HandfulError('ERR_FILE_FORMAT', `The folder '${path}' has no .png, .jpg, .jpeg or .webp file`);
  }
  return files;
}

async function sizeOf(sharp: Sharp, file: string): Promise<readonly [height: number, width: number]> {
  const { info } = await decoded(file, () =>
    sharp(file).rotate().raw().toBuffer({ resolveWithObject: true }),
  );
  return [info.height, info.width];
}

async function* chunks(
  sharp: Sharp,
  path: string,
  files: readonly string[],
  image: ImageGeometry,
  resize: boolean,
  rows: number,
): AsyncGenerator<RowChunk> {
  const columns = image.height * image.width * image.channels;
  for (let first = 0; first < files.length; first += rows) {
    const names = files.slice(first, first + rows);
    const data = new Uint8Array(names.length * columns);
    for (let start = 0; start < names.length; start += AT_ONCE) {
      const some = names.slice(start, start + AT_ONCE);
      const pixels = await Promise.all(some.map((name) => pixelsOf(sharp, join(path, name), image, resize)));
      for (const [i, each] of pixels.entries()) data.set(each, (start + i) * columns);
    }
    yield { data, names };
  }
}

async function pixelsOf(
  sharp: Sharp,
  file: string,
  { height, width, channels }: ImageGeometry,
  resize: boolean,
): Promise<Uint8Array> {
  const { data, info } = await decoded(file, () => {
    // As a camera's note says it is to be held, on black where it is transparent.
    const upright = sharp(file).rotate().flatten({ background: '#000000' });
    const sized = resize ? upright.resize({ height, width, fit: 'fill' }) : upright;
    return sized
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
  });
  if (info.height !== height || info.width !== width) {
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `'${file}' has ${info.height} x ${info.width} pixels, but the first image ${height} x ${width}: state the size ` +
        'to bring all to',
    );
  }
  return data;
}

async function decoded<T>(file: string, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `'${file}' is no image that can be read: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

async function importSharp(): Promise<Sharp> {
  try {
    return (await import('sharp')).default;
  } catch (error) {
    throw missingPackage('sharp', 'Reading images', error);
  }
}
