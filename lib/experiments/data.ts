import type { ImageGeometry } from '../core/image-geometry.ts';
import type { Matrix } from '../core/matrix.ts';
import type { Dataset, DatasetSource } from '../datasets/dataset.ts';
import type { DataChoice } from '../datasets/load-data.ts';

/** Rows of known classes: row i of `X` is of class number `y[i]`. */
interface ClassifiedRows {
  X: Matrix;
  y: Uint8Array | Int32Array;
}

/** The rows that experiments work on. */
export interface ExperimentRows {
  /** To choose among and to learn from. */
  train: ClassifiedRows;
  /** To be scored on. */
  test: ClassifiedRows;
  /** How rows are images; undefined if they are plain vectors. */
  image?: ImageGeometry;
}

/** Data of one's own: what was read, how, and how it was split. */
export interface OwnDataChoice extends DataChoice {
  path: string;
  labelsFile?: readonly string[];
  testShare: number;
  splitSeed: number;
}

/** Data that experiments run on, and what is known of it. */
export interface ExperimentData extends ExperimentRows {
  name: string;
  /** Whether the rows were made by a program: figures on them say nothing about real data. */
  synthetic: boolean;
  /** A sentence that must stand beside every result on this data, if there is one. */
  notice?: string;
  /** The name of class i is `classNames[i]`. */
  classNames: readonly string[];
  /** How to have the data again, if it is one's own. */
  own?: OwnDataChoice;
  /** Where the data came from, hashes of files included; these are computed by the first call. */
  source(): Promise<DatasetSource>;
}

/** A built-in dataset as data of experiments. */
export function experimentData(dataset: Dataset): ExperimentData {
  const { train, test } = dataset;
  return {
    ...dataset,
    train: { X: train.images, y: train.labels },
    test: { X: test.images, y: test.labels },
  };
}
