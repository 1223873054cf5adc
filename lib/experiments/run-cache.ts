import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, writeWholeFile } from '../core/files.ts';
import { sha256 } from '../datasets/sha256.ts';
import { describeRun, type PlannedRun, type Run, type RunDescription, type RunEnvironment } from './run.ts';

/** What a file of the cache holds. */
interface CachedRun {
  description: RunDescription;
  run: Run;
}

/** Runs that are done, each in a small file of its own, named by the hash of its full description. */
export class RunCache {
  readonly folder: string;
  readonly #environment: RunEnvironment;

  /**
   * @param folder need not exist
   * @param environment what the runs depend on beside their plan
   */
  constructor(folder: string, environment: RunEnvironment) {
    this.folder = folder;
    this.#environment = environment;
  }

  /**
   * That very run, if it is here. A file that is damaged, or of another run, is none.
   * @throws HandfulError `ERR_FILE` if the file is there and can't be read
   */
  async read(planned: PlannedRun): Promise<Run | undefined> {
    const description = describeRun(planned, this.#environment);
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
  async write(planned: PlannedRun, run: Run): Promise<void> {
    const description = describeRun(planned, this.#environment);
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
