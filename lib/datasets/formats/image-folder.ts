import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countOf, HandfulError, throwIfAborted } from '../../core/errors.ts';
import type { ImageGeometry } from '../../core/image-geometry.ts';
import { allocate, memoryBudget } from '../../core/memory.ts';
import type { DataSource, FormatOptions } from './data-source.ts';
import { imageFiles } from './image-files.ts';
import { missingPackage } from './missing-package.ts';
import { shortList } from './table-rows.ts';

type Sharp = typeof import('sharp').default;

/** Images decoded at one time, and the bytes of pixels that they may take if they are more than one. */
const AT_ONCE = 16;
const BYTES_AT_ONCE = 2 ** 27;

/**
 * Opens a folder of PNG, JPEG, WebP, GIF and AVIF images, those in folders within it too, in the order of their names,
 * through the package sharp. They become grey, or colour if `color` says so, and `size`; without it, all must have the
 * size of the first. If all lie in folders within it, two or more, the outermost of these are their labels.
 * @throws HandfulError `ERR_FILE`, `ERR_FILE_FORMAT`, `ERR_MISSING_PACKAGE`, `ERR_OUT_OF_MEMORY`
 */
export async function openImageFolder(path: string, options: FormatOptions): Promise<DataSource> {
  const { size, color = false, skipUnreadable = false, followLinks = false } = options;
  const { names, notices } = await imageFiles(path, followLinks);
  if (names.length === 0) {
    const none = `The folder '${path}' has no .png, .jpg, .jpeg, .webp, .gif or .avif file`;
    throw new HandfulError('ERR_FILE_FORMAT', [none, ...notices].join('. '));
  }
  const classes = classFolders(names);
  if (classes) {
    notices.push(
      `The images of '${path}' lie in ${classes.length} folders, which are their labels if no others are given: ` +
        shortList(classes),
    );
  }
  const folder = new ImageFolder(await importSharp(), path, names, options);
  const channels = color ? 3 : 1;
  const [height, width] = size ?? (await folder.firstSize());
  const image = { height, width, channels };
  const rows = skipUnreadable ? undefined : names.length;
  return {
    type: 'uint8',
    shape: color ? [rows, height, width, channels] : [rows, height, width],
    columns: height * width * channels,
    image,
    notices,
    async *chunks(atMost) {
      for await (const { data, names } of folder.chunks(image, atMost, notices)) {
        yield { data, names, ...(classes && { labels: names.map(outermostFolder) }) };
      }
    },
  };
}

/** The folders that all images lie in, if there are two or more: each holds a class, as in other libraries. */
function classFolders(names: readonly string[]): string[] | undefined {
  if (!names.every((name) => name.includes('/'))) return undefined;
  const folders = new Set(names.map(outermostFolder));
  return folders.size > 1 ? [...folders] : undefined;
}

function outermostFolder(name: string): string {
  return name.slice(0, name.indexOf('/'));
}

class ImageFolder {
  readonly #sharp: Sharp;
  readonly #path: string;
  readonly #names: readonly string[];
  readonly #options: FormatOptions;
  /** The names of images that can't be read. */
  readonly #unreadable = new Set<string>();

  constructor(sharp: Sharp, path: string, names: readonly string[], options: FormatOptions) {
    this.#sharp = sharp;
    this.#path = path;
    this.#names = names;
    this.#options = options;
  }

  /** The size of the first image that can be read. */
  async firstSize(): Promise<readonly [height: number, width: number]> {
    for (const name of this.#names) {
      const info = await this.#read(name, async (bytes) => {
        // The header is read first: it may claim pixels that there is no memory for.
        const { width, height, channels } = await this.#sharp(bytes).metadata();
        memoryBudget().require(`the pixels of '${join(this.#path, name)}'`, width * height * channels);
        return (await this.#sharp(bytes).rotate().raw().toBuffer({ resolveWithObject: true })).info;
      });
      if (info) return [info.height, info.width];
    }
    throw this.#noneReadable();
  }

  /**
   * Reads the images, at most `rows` of them at a time. The last ones come when all have been tried.
   * @param notices takes how many can't be read
   */
  async *chunks(
    image: ImageGeometry,
    rows: number,
    notices: string[],
  ): AsyncGenerator<{ data: Uint8Array; names: string[] }> {
    const columns = image.height * image.width * image.channels;
    const atOnce = Math.max(1, Math.min(AT_ONCE, Math.floor(BYTES_AT_ONCE / columns)));
    const { signal } = this.#options;
    const newChunk = (first: number) => {
      const count = Math.min(rows, this.#names.length - first);
      const what = `${countOf(count, 'image')} of '${this.#path}'`;
      return { data: allocate(Uint8Array, count * columns, what), names: [] as string[] };
    };
    let chunk = newChunk(0);
    for (let first = 0; first < this.#names.length; first += atOnce) {
      throwIfAborted(signal);
      const names = this.#names.slice(first, first + atOnce);
      const pixels = await Promise.all(names.map((name) => this.#pixels(name, image)));
      for (const [i, each] of pixels.entries()) {
        if (!each) continue;
        if (chunk.names.length === rows) {
          yield chunk;
          chunk = newChunk(first + i);
        }
        chunk.data.set(each, chunk.names.length * columns);
        chunk.names.push(names[i]!);
      }
    }
    const { names, data } = chunk;
    if (names.length === 0) throw this.#noneReadable();
    if (this.#unreadable.size > 0) notices.push(this.#unreadableNotice);
    yield { names, data: data.subarray(0, names.length * columns) };
  }

  async #pixels(name: string, image: ImageGeometry): Promise<Uint8Array | undefined> {
    const { height, width, channels } = image;
    const found = await this.#read(name, (bytes) => {
      // As a camera's note says it is to be held, on black where it is transparent.
      const upright = this.#sharp(bytes).rotate().flatten({ background: '#000000' });
      const sized = this.#options.size ? upright.resize({ height, width, fit: 'fill' }) : upright;
      return sized
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
    });
    if (!found) return undefined;
    const { data, info } = found;
    if (info.height === height && info.width === width) return data;
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `'${join(this.#path, name)}' has ${info.height} x ${info.width} pixels, but the first image ${height} x ` +
        `${width}: state the size to bring all to, such as --size 64x64 (size: [64, 64])`,
    );
  }

  /**
   * Reads an image. sharp is given its bytes and not its path: by its path it would know it again, and give the pixels of
   * a file that another has replaced.
   * @returns undefined for one that can't be read, if these are to be skipped
   */
  async #read<T>(name: string, decode: (bytes: Uint8Array) => Promise<T>): Promise<T | undefined> {
    const file = join(this.#path, name);
    try {
      return await decode(await readFile(file));
    } catch (error) {
      if (error instanceof HandfulError) throw error;
      if (this.#options.skipUnreadable) {
        this.#unreadable.add(name);
        return undefined;
      }
      const { message, syscall } = error as NodeJS.ErrnoException;
      throw new HandfulError(
        syscall ? 'ERR_FILE' : 'ERR_FILE_FORMAT',
        `'${file}' is no image that can be read: ${message}; --skip-unreadable (skipUnreadable) leaves out such images`,
        { cause: error },
      );
    }
  }

  get #unreadableNotice(): string {
    const counts = `${this.#unreadable.size} of ${this.#names.length}`;
    return `Images of '${this.#path}' that can't be read are left out, ${counts}: ${this.#unreadableNames}`;
  }

  /** In order: several images are decoded at once, and any of them may end first. */
  get #unreadableNames(): string {
    return shortList([...this.#unreadable].sort());
  }

  #noneReadable(): HandfulError {
    return new HandfulError(
      'ERR_FILE_FORMAT',
      `None of the images in '${this.#path}' can be read: ${this.#unreadableNames}`,
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
