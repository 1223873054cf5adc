import { constants, fstatSync, ftruncateSync, readSync } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { HandfulError } from '../core/errors.ts';
import { checkPath, fileError, notPlain, syncFolder, writeWholeFile } from '../core/files.ts';
import {
  checkNames,
  formatEntry,
  headerLength,
  kindOfTail,
  LABELS_HEADER,
  type LabelEntry,
  MAX_HEADER_BYTES,
  parseEntries,
  wholeLinesLength,
} from './labels-format.ts';
import { missingFrom } from './missing-entries.ts';
import { Turns } from './turns.ts';

/** Some three million labels: what is larger is no file of labels. */
const MAX_BYTES = 2 ** 28;

/** Milliseconds in which a line that another process is writing becomes whole. */
const LINE_TIME = 10;

/** Milliseconds in which an editor that empties a file, or removes it, has written it again. */
const EDITOR_TIME = 200;

/** How often a file is read, and written, again that other programs change all the time. */
const MAX_LOOKS = 50;
const MAX_WRITES = 3;

/** What lies at the path of the file. */
interface Content {
  bytes: Buffer;
  /** Another after every change. */
  version: string;
}

const NOTHING: Content = { bytes: Buffer.alloc(0), version: 'none' };

/**
 * A file of labels that only ever grows: a CSV file with a line for whatever was said, of which the last of each row
 * counts. A line is on disk, at the path, before anybody is told that it is. Several processes may write to one file,
 * and other programs may replace it: before and after each write the path is looked at anew, and what was stored and
 * is no longer there is written again.
 */
export class LabelsFile {
  readonly path: string;
  /** What the rows are called, once it is known. */
  #names: readonly string[] | undefined;
  /** The whole lines that were read, header among them, and what they say. */
  #bytes = NOTHING.bytes;
  #entries: LabelEntry[] = [];
  /** Of the entries, those that {@link readNew} has returned. */
  #returned = 0;
  /** Of the content when it was last found to be as it should. */
  #version = '';
  #rewritten = 0;
  #notice: string | undefined;
  #hasAppended = false;
  readonly #turns = new Turns();

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Opens a file, or begins it. Of a file that handful began, a line that a process did not live to finish is cut off:
   * nobody was told that it was stored. Any other file stays as it is.
   * @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT` for another kind of file, or if a line is damaged
   */
  static async open(path: string): Promise<LabelsFile> {
    checkPath(path);
    const file = new LabelsFile(path);
    await file.#inTurn('written', () => file.#catchUp());
    return file;
  }

  /** How often another program was found to have rewritten the file; {@link readNew} then begins anew. */
  get rewritten(): number {
    return this.#rewritten;
  }

  /** What another program did to the file, and what became of it; undefined if nothing. */
  get notice(): string | undefined {
    return this.#notice;
  }

  /**
   * Adds entries, and resolves when they are on disk and at the path.
   * @throws HandfulError `ERR_FILE`, `ERR_FILE_FORMAT`; none of the entries is then stored for certain
   */
  append(entries: readonly LabelEntry[]): Promise<void> {
    return this.#inTurn('written', async () => {
      await this.#catchUp();
      let missing = entries;
      for (let writes = 0; missing.length > 0; writes++) {
        if (writes === MAX_WRITES) throw this.#unsteady();
        const [before, rewritten] = [this.#entries.length, this.#rewritten];
        await this.#write(missing);
        await this.#catchUp();
        const read = this.#entries.slice(rewritten === this.#rewritten ? before : 0);
        const stored = new Set(read.map(formatEntry));
        missing = missing.filter((entry) => !stored.has(formatEntry(entry)));
      }
      this.#hasAppended = true;
    });
  }

  /**
   * The entries that were added since the last call, by this process or another; at first all, and all again after
   * another program rewrote the file.
   * @param names what the rows are called, to refuse labels of other data, from now on
   * @throws HandfulError `ERR_FILE`, `ERR_FILE_FORMAT`
   */
  readNew(names?: readonly string[]): Promise<LabelEntry[]> {
    return this.#inTurn('read', async () => {
      this.#names = names ?? this.#names;
      await this.#catchUp();
      const entries = this.#entries.slice(this.#returned);
      this.#check(entries);
      this.#returned = this.#entries.length;
      return entries;
    });
  }

  /**
   * Waits for what is under way. What this process stored, and another program has removed since, is written again:
   * into the file, or else into a new one beside it.
   * @throws HandfulError `ERR_FILE`, which names the new file
   */
  async close(): Promise<void> {
    await this.#inTurn('written', async () => {
      if (!this.#hasAppended) return;
      try {
        await this.#catchUp();
      } catch (error) {
        const copy = join(dirname(this.path), `${parse(this.path).name}-${Date.now()}.csv`);
        await writeWholeFile(copy, LABELS_HEADER + this.#entries.map(formatEntry).join(''));
        throw new HandfulError(
          'ERR_FILE',
          `${(error as Error).message}. All labels were written to '${copy}'`,
          {
            cause: error,
          },
        );
      }
    });
  }

  #inTurn<T>(what: 'read' | 'written', work: () => Promise<T>): Promise<T> {
    return this.#turns.take(work).catch((error) => {
      throw fileError(this.path, what, error);
    });
  }

  /**
   * Takes in what is at the path, and sees to it that everything known is in it, in whole lines. Nothing is changed
   * before it has stood still for a while: another process may be in the middle of its work.
   */
  async #catchUp(): Promise<void> {
    let restored = 0;
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      const found = await this.#look();
      if (found.version === this.#version) return;
      const { bytes } = found;
      const isNew = this.#bytes.length === 0;
      const goesOn = !isNew && bytes.subarray(0, this.#bytes.length).equals(this.#bytes);
      const start = goesOn ? this.#bytes.length : bytes.length && headerLength(bytes, this.path);
      const end = start + wholeLinesLength(bytes.subarray(start));
      const isWhole = end > 0 && end === bytes.length;
      if (!(isWhole && (isNew || goesOn)) && !(await this.#standsStill(found, isNew || goesOn))) continue;

      const entries = parseEntries(
        bytes.toString('utf8', start, end),
        this.path,
        linesIn(bytes.subarray(0, start)),
      );
      this.#check(entries);
      if (bytes.length === 0) await this.#writeHeader();
      else if (!isWhole) await this.#mendTail(bytes, end);
      else {
        const missing = isNew || goesOn ? [] : missingFrom(entries, this.#entries);
        restored += missing.length;
        if (missing.length > 0) await this.#write(missing);
        else this.#takeIn(found, entries, { goesOn, restored });
      }
    }
    throw this.#unsteady();
  }

  #unsteady(): HandfulError {
    return new HandfulError(
      'ERR_FILE',
      `The file '${this.path}' can't be written: another program changes it all the time`,
    );
  }

  #takeIn(
    { bytes, version }: Content,
    entries: LabelEntry[],
    { goesOn, restored }: { goesOn: boolean; restored: number },
  ): void {
    const isRewritten = !goesOn && this.#bytes.length > 0;
    if (restored > 0) {
      this.#notice =
        `Another program replaced or changed ${this.path}. No label is lost: ${restored} of its lines were missing, ` +
        'and were written to it again.';
    } else if (isRewritten) {
      this.#notice = `Another program changed ${this.path}. This page shows what it holds now.`;
    }
    if (goesOn) this.#entries.push(...entries);
    else {
      this.#entries = entries;
      this.#returned = 0;
    }
    if (isRewritten) this.#rewritten++;
    this.#bytes = bytes;
    this.#version = version;
  }

  #check(entries: readonly LabelEntry[]): void {
    if (this.#names) checkNames(entries, this.#names, this.path);
  }

  /** What is at the path now. @throws HandfulError for what is no file of labels by its kind, size or first line */
  async #look(): Promise<Content> {
    let handle: FileHandle;
    try {
      // Opening a pipe would wait for its other end.
      const found = await stat(this.path);
      if (!found.isFile() && !found.isDirectory()) throw notPlain(this.path);
      handle = await open(this.path, constants.O_RDWR);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING;
      throw error;
    }
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await handle.stat({ bigint: true });
      const version = [dev, ino, size, mtimeNs, ctimeNs].join();
      if (version === this.#version) return { bytes: this.#bytes, version };
      const start = await readAt(handle, Math.min(Number(size), MAX_HEADER_BYTES));
      if (start.length > 0) headerLength(start, this.path);
      if (size > MAX_BYTES)
        throw new HandfulError('ERR_FILE', `The file '${this.path}' is too large for labels`);
      return { bytes: await readAt(handle, Number(size)), version };
    } finally {
      await handle.close();
    }
  }

  /** Whether the same is there after the time that a line takes, or else an editor. */
  async #standsStill({ bytes }: Content, isLine: boolean): Promise<boolean> {
    await setTimeout(isLine ? LINE_TIME : EDITOR_TIME);
    return (await this.#look()).bytes.equals(bytes);
  }

  /** Begins the file. Two processes that do so at once write the same to the same place. */
  async #writeHeader(): Promise<void> {
    await this.#withFile(constants.O_RDWR | constants.O_CREAT, async (handle) => {
      const { bytesWritten } = await handle.write(LABELS_HEADER, 0, LABELS_HEADER.length, 0);
      if (bytesWritten < LABELS_HEADER.length) throw this.#takeBack(handle, LABELS_HEADER, bytesWritten);
      await handle.sync();
    });
    await syncFolder(dirname(await realpath(this.path)));
  }

  async #write(entries: readonly LabelEntry[]): Promise<void> {
    const lines = Buffer.from(entries.map(formatEntry).join(''));
    await this.#withFile(constants.O_RDWR | constants.O_APPEND, async (handle) => {
      // One write: lines of two processes don't mix.
      const { bytesWritten } = await handle.write(lines);
      if (bytesWritten < lines.length) throw this.#takeBack(handle, lines, bytesWritten);
      await handle.datasync();
    });
  }

  /** Ends the last line, or cuts off what is left of it. */
  async #mendTail(bytes: Buffer, end: number): Promise<void> {
    const kind = kindOfTail(bytes.subarray(end), this.path, linesIn(bytes.subarray(0, end)));
    await this.#withFile(constants.O_RDWR | constants.O_APPEND, async (handle) => {
      if (kind === 'whole') await handle.write('\n');
      else if (fstatSync(handle.fd).size === bytes.length) ftruncateSync(handle.fd, end);
      await handle.sync();
    });
  }

  /** Takes back what was written, if nothing follows it, and gives the error to throw. */
  #takeBack({ fd }: FileHandle, bytes: Buffer, count: number): HandfulError {
    // At once, so that no other process writes in between.
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(count);
    readSync(fd, last, 0, count, size - count);
    if (last.equals(bytes.subarray(0, count))) ftruncateSync(fd, size - count);
    return new HandfulError(
      'ERR_FILE',
      `The file '${this.path}' can't be written: there is no room left for it`,
    );
  }

  async #withFile(flags: number, work: (handle: FileHandle) => Promise<void>): Promise<void> {
    const handle = await open(this.path, flags, 0o666);
    try {
      await work(handle);
    } finally {
      await handle.close();
    }
  }
}

/** The bytes that a file begins with: fewer if it has become shorter meanwhile. */
async function readAt(handle: FileHandle, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let read = 0;
  for (let more = 1; more > 0 && read < length; read += more) {
    more = (await handle.read(bytes, read, length - read, read)).bytesRead;
  }
  return bytes.subarray(0, read);
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf('\n'); at >= 0; at = bytes.indexOf('\n', at + 1)) lines++;
  return lines;
}
