import type { ImageGeometry } from '../../core/image-geometry.ts';

/** Some rows, one after the other. */
export interface RowChunk {
  /** Rows x columns values: bytes throughout a source, or floats throughout. */
  data: Float32Array | Uint8Array;
  /** What each row is called; undefined where it has no name but its number. */
  names?: string[];
  /** What each row is labelled, as text; undefined where the source has no labels. */
  labels?: string[];
}

/** An opened source of rows, about which everything is known but the rows. */
export interface DataSource {
  /** What the file calls the type of its values: `'uint8'`, `'float64'`, `'text'`. */
  type: string;
  /** The lengths that the file tells; the first is left out where only reading tells how many rows there are. */
  shape: readonly [rows: number | undefined, ...lengths: number[]];
  columns: number;
  /** How rows are images, where the file says so. */
  image?: ImageGeometry;
  /** What the columns are called, where they have names. */
  columnNames?: readonly string[];
  /** What a person should know of how the file is read; the source adds to it before it gives the rows concerned. */
  notices?: string[];
  /** Set where all rows are in memory already: then the largest chunk costs least. */
  isInMemory?: boolean;
  /** Reads all rows, at most `rows` of them at a time. To be called once. */
  chunks(rows: number): AsyncGenerator<RowChunk>;
  /** Lets go of what reads it; to be called in the end, read or not, if it is there. */
  close?(): Promise<void>;
}

/** Options of a single format, all checked. */
export interface FormatOptions {
  /** Stops the reading. */
  signal?: AbortSignal;
  /** Seconds that reading a Parquet or Arrow file may take. */
  readLimit?: number;
  array?: string;
  header?: boolean;
  columns?: readonly string[];
  nameColumn?: string;
  labelColumn?: string;
  /**
   * Where given, `nameColumn` and `labelColumn` need not be there, for they may be those of a file of labels: takes
   * those that are.
   */
  found?: Set<string>;
  size?: readonly [height: number, width: number];
  color?: boolean;
  skipUnreadable?: boolean;
  followLinks?: boolean;
}
