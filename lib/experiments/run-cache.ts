import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../datasets/sha256.ts';
import { fileError, writeWholeFile } from '../files.ts';
import type { CompareRun, RunDescription } from './compare-run.ts';

/** What a file of the cache holds. */
interface CachedRun {
  description: RunDescription;
  run: CompareRun;
}

/** Runs that are done, each in a small file of its own, named by the hash of its full description. */
export class RunCache {
  readonly folder: string;

  /** @param folder need not exist */
  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * The run of that very description, if it is here. A file that is damaged, or of another description, is none.
   * @throws HandfulError `ERR_FILE` where the file is there and can't be read
   */
  async read(description: RunDescription): Promise<CompareRun | undefined> {
    const path = await this.#path(description);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw fileError(path, 'read', error);
    }
    const cached = parse(text);
    const isSame = JSON.stringify(cached?.description) === JSON.stringify(description);
    return isSame && typeof cached?.run?.accuracy === 'number' ? cached.run : undefined;
  }

  /** @throws HandfulError `ERR_FILE` */
  async write(description: RunDescription, run: CompareRun): Promise<void> {
    const cached: CachedRun = { description, run };
    await writeWholeFile(await this.#path(description), `${JSON.stringify(cached, null, 2)}\n`);
  }

  async #path(description: RunDescription): Promise<string> {
    return join(this.folder, `${await sha256(Buffer.from(JSON.stringify(description)))}.json`);
  }
}

function parse(text: string): Partial<CachedRun> | undefined {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
