import { type FileHandle, open } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { HandfulError } from '../errors.ts';
import { fileError } from '../files.ts';
import { formatCsvLine } from '../report/csv.ts';

/** What was said of a row. */
export interface LabelEntry {
  row: number;
  /** What the row is called. */
  file: string;
  /** Its class; `''` where it has none, or has none any more. */
  label: string;
  /** How that came about; see {@link LABEL_NOTES}. */
  note: LabelNote;
  /** When, in milliseconds since 1970: entries of one action have the same time, others have another. */
  time: number;
}

/** A label given to the row itself, given to a whole cluster, none given for a reason, or one taken back. */
export const LABEL_NOTES = ['', 'cluster', 'mixed', 'skipped', 'not sure', 'undone'] as const;

export type LabelNote = (typeof LABEL_NOTES)[number];

const COLUMNS = ['row', 'file', 'label', 'note', 'time'];

/**
 * A file of labels that only ever grows: a CSV file with a line for whatever was said, of which the last of each row
 * counts. A line is on disk before anybody is told that it is. Several processes may write to one file.
 */
export class LabelsFile {
  readonly path: string;
  readonly #handle: FileHandle;
  /** Bytes that were read. */
  #read = 0;
  #header: readonly string[] | undefined;
  /** Writes and reads, one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /**
   * Opens a file, or begins it. What is left of a line that a process did not live to finish is cut off: nobody was
   * told that it was stored.
   * @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT` where it is another kind of file
   */
  static async open(path: string): Promise<LabelsFile> {
    try {
      const handle = await open(path, 'a+');
      const file = new LabelsFile(path, handle);
      const { size } = await handle.stat();
      const whole = await file.#endOfLastLine(size);
      if (whole < size) await handle.truncate(whole);
      if (whole === 0) await handle.appendFile(formatCsvLine(COLUMNS));
      await handle.sync();
      return file;
    } catch (error) {
      throw fileError(path, 'written', error);
    }
  }

  async #endOfLastLine(size: number): Promise<number> {
    const { buffer } = await this.#handle.read(Buffer.alloc(size), 0, size, 0);
    return buffer.lastIndexOf('\n') + 1;
  }

  /**
   * Adds entries, and resolves when they are on disk.
   * @throws HandfulError `ERR_FILE`
   */
  append(entries: readonly LabelEntry[]): Promise<void> {
    return this.#inTurn('written', async () => {
      const lines = entries.map(({ row, file, label, note, time }) =>
        formatCsvLine([row, file, label, note, new Date(time).toISOString()]),
      );
      // One write: lines of two processes don't mix.
      await this.#handle.appendFile(lines.join(''));
      await this.#handle.datasync();
    });
  }

  /**
   * The entries that were added since the last call, by this process or another; at first all.
   * @throws HandfulError `ERR_FILE`, `ERR_FILE_FORMAT`
   */
  readNew(): Promise<LabelEntry[]> {
    return this.#inTurn('read', async () => {
      const { size } = await this.#handle.stat();
      const length = size - this.#read;
      if (length <= 0) return [];
      const { buffer } = await this.#handle.read(Buffer.alloc(length), 0, length, this.#read);
      const whole = buffer.subarray(0, buffer.lastIndexOf('\n') + 1);
      this.#read += whole.length;
      return this.#parse(whole.toString('utf8'));
    });
  }

  #parse(text: string): LabelEntry[] {
    const lines = parse(text, { relaxColumnCount: true, skipEmptyLines: true, bom: true }) as string[][];
    const records = this.#header ? lines : lines.slice(1);
    this.#header ??= lines[0];
    if (this.#header?.join() !== COLUMNS.join()) {
      throw new HandfulError(
        'ERR_FILE_FORMAT',
        `Expected '${this.path}' to be a file that handful label began, with the columns ${COLUMNS.join(', ')}, but ` +
          `it has ${this.#header?.join(', ')}: give --labels another file`,
      );
    }
    return records.map(([row = '', file = '', label = '', note = '', time = '']) => {
      const entry = { row: Number(row), file, label, note: note as LabelNote, time: Date.parse(time) };
      const known = /^\d+$/.test(row) && LABEL_NOTES.includes(entry.note) && !Number.isNaN(entry.time);
      if (known) return entry;
      throw new HandfulError(
        'ERR_FILE_FORMAT',
        `Expected a line of '${this.path}' to be one that handful label wrote but there is ` +
          [row, file, label, note, time].join(','),
      );
    });
  }

  #inTurn<T>(what: 'read' | 'written', work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work).catch((error) => {
      throw fileError(this.path, what, error);
    });
    this.#queue = done.catch(() => {});
    return done;
  }

  /** Waits for what is under way, and lets go of the file. */
  async close(): Promise<void> {
    await this.#queue;
    await this.#handle.close();
  }
}
