import type { ImageGeometry } from '../core/image-geometry.ts';
import type { Matrix } from '../core/matrix.ts';

/** Images and their labels: row i of `images` belongs to `labels[i]`. */
export interface LabelledImages {
  /** One image a row, its pixels row by row from the top left: bytes, scaled to 0 … 1. */
  images: Matrix;
  /** For each image the number of its class. */
  labels: Uint8Array;
}

/** A file that a dataset was read from. */
export interface SourceFile {
  path: string;
  bytes: number;
  /** In lower-case hexadecimal. */
  sha256: string;
}

/** Where a dataset came from: all that is needed to have the same data again. */
export type DatasetSource =
  | { kind: 'files'; files: SourceFile[] }
  | { kind: 'generator'; generator: string; seed: number };

/** Labelled images, parted in rows to learn from and rows to be scored on. */
export interface Dataset {
  /** `'fashion-mnist'` or `'synthetic'`. */
  name: string;
  /** Whether the images were made by a program: figures on them say nothing about real images. */
  synthetic: boolean;
  /** A sentence that must stand beside every result on this data, where there is one. */
  notice?: string;
  /** The name of class i is `classNames[i]`. */
  classNames: readonly string[];
  /** How rows are images. */
  image: ImageGeometry;
  train: LabelledImages;
  test: LabelledImages;
  /** Where the data came from, hashes of files included; these are computed by the first call. */
  source(): Promise<DatasetSource>;
}
