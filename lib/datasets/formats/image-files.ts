import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, isWithin } from '../../core/files.ts';
import { shortList } from './table-rows.ts';

const IMAGE_NAME = /\.(png|jpe?g|jpe|jfif|webp|gif|avif)$/i;

/** Images that are not read: no ready-made sharp knows them, or their values do not fit bytes. */
const OTHER_IMAGE_NAME =
  /\.(apng|bmp|dib|tiff?|heic|heif|jxl|jp2|j2k|jpx|p[bgpn]m|pfm|tga|psd|xcf|svgz?|ico|exr|hdr|dng|cr[23]|nef|arw|raf|orf|rw2|dcm|fits?)$/i;

/** Whether a file is taken for an image by its name. */
export function isImageName(name: string): boolean {
  return IMAGE_NAME.test(name);
}

/** The images of a folder. */
export interface ImageFiles {
  /** Their paths within the folder, with `/` between, in order. */
  names: string[];
  /** What a person should know of files and links that were left out. */
  notices: string[];
}

/** A folder that is to be looked through. */
interface Folder {
  /** Its path within the folder of images, with `/` behind; empty for that itself. */
  prefix: string;
  /** Its path with links followed. */
  real: string;
}

/** A link, and where it leads to. */
interface Link {
  name: string;
  target: string;
  found: Stats;
}

/**
 * Finds the images in a folder and in those within it, each file once, whatever links lead to it: under its own name if
 * it has one there. Names that begin with a dot and `__MACOSX`, which programs leave behind, are left out.
 * @param followLinks whether links that lead out of the folder are followed
 * @throws HandfulError `ERR_FILE` for a folder that can't be read
 */
export async function imageFiles(path: string, followLinks: boolean): Promise<ImageFiles> {
  const walk = new Walk(path, await realpath(path), followLinks);
  await walk.all();
  return walk.files;
}

class Walk {
  readonly #path: string;
  /** The same with links followed. */
  readonly #root: string;
  readonly #followLinks: boolean;
  /** The folders and files found, by their paths with links followed. */
  readonly #seen = new Set<string>();
  readonly #names: string[] = [];
  readonly #others = new Map<string, number>();
  readonly #notFollowed: string[] = [];

  constructor(path: string, root: string, followLinks: boolean) {
    this.#path = path;
    this.#root = root;
    this.#followLinks = followLinks;
  }

  /** What lies in the folder itself comes before what links lead to, so that it keeps its own name. */
  async all(): Promise<void> {
    const links = await this.#plainFiles({ prefix: '', real: this.#root });
    for (const { name, target, found } of links) {
      if (found.isFile()) this.#addFile(name, target);
      // The list grows while it is gone through.
      else if (found.isDirectory())
        links.push(...(await this.#plainFiles({ prefix: `${name}/`, real: target })));
    }
  }

  /** Takes the files below a folder. Returns the links there that are to be followed, in order. */
  async #plainFiles(first: Folder): Promise<Link[]> {
    const links: Link[] = [];
    const folders = [first];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      const { prefix, real } = folder;
      if (this.#seen.has(real)) continue;
      this.#seen.add(real);
      for (const entry of await this.#entries(prefix)) {
        const name = prefix + entry.name;
        const place = join(real, entry.name);
        if (entry.isDirectory()) folders.push({ prefix: `${name}/`, real: place });
        else if (entry.isFile()) this.#addFile(name, place);
        else if (entry.isSymbolicLink()) links.push(...(await this.#link(name)));
      }
    }
    return links.sort((a, b) => inOrder(a.name, b.name));
  }

  async #entries(prefix: string): Promise<Dirent[]> {
    const folder = join(this.#path, prefix);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error) => {
      throw fileError(folder, 'read', error);
    });
    return entries.filter(({ name }) => !name.startsWith('.') && name !== '__MACOSX');
  }

  #addFile(name: string, place: string): void {
    if (this.#seen.has(place)) return;
    const other = OTHER_IMAGE_NAME.exec(name)?.[0].toLowerCase();
    if (isImageName(name)) this.#names.push(name);
    else if (other !== undefined) this.#others.set(other, (this.#others.get(other) ?? 0) + 1);
    else return;
    this.#seen.add(place);
  }

  /** A link, if it is to be followed. */
  async #link(name: string): Promise<Link[]> {
    try {
      const target = await realpath(join(this.#path, name));
      const found = await stat(target);
      if (this.#followLinks || isWithin(this.#root, target)) return [{ name, target, found }];
      if (found.isDirectory() || isImageName(name)) this.#notFollowed.push(name);
    } catch {
      // It leads nowhere. If it is called as an image it is one that can't be read.
      if (isImageName(name)) this.#names.push(name);
    }
    return [];
  }

  get files(): ImageFiles {
    const notices: string[] = [];
    if (this.#others.size > 0) {
      const each = [...this.#others].sort(([a], [b]) => inOrder(a, b));
      const count = each.reduce((sum, [, files]) => sum + files, 0);
      notices.push(
        `${count} of the images in '${this.#path}' are of formats that are not read: ` +
          `${each.map(([ending, files]) => `${files} ${ending}`).join(', ')}; save them as PNG`,
      );
    }
    if (this.#notFollowed.length > 0) {
      const links = this.#notFollowed.sort(inOrder);
      notices.push(
        `${links.length} of the links in '${this.#path}' lead out of it and are not followed, which followLinks ` +
          `(--follow-links) changes: ${shortList(links)}`,
      );
    }
    return { names: this.#names.sort(inOrder), notices };
  }
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : 1;
}
