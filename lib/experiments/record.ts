import { type ProcessRecord, processRecord, type Surroundings } from '../backend/process-record.ts';
import type { ImageGeometry } from '../core/image-geometry.ts';
import type { DatasetSource } from '../datasets/dataset.ts';
import type { ExperimentData, OwnDataChoice } from './data.ts';

/** The data that experiments ran on, without the rows. */
export interface DatasetRecord {
  name: string;
  synthetic: boolean;
  /** A sentence that must stand beside every result on this data, if there is one. */
  notice?: string;
  trainRows: number;
  testRows: number;
  columns: number;
  /** How rows are images; undefined if they are plain vectors. */
  image?: ImageGeometry;
}

/** What is needed to repeat experiments beside their options. */
export interface Manifest extends Surroundings {
  /** Where the data came from, hashes included: read anew for it, and so only where it is written to a file. */
  data?: DatasetSource;
  /** How to have the data again, if it is one's own. */
  own?: OwnDataChoice;
}

/** What is recorded of every experiment alike. */
export interface ExperimentRecord extends ProcessRecord {
  dataset: DatasetRecord;
  manifest: Manifest;
}

/** The record of what this process has just done on some data. */
export function recordOf(data: ExperimentData, totalSeconds: number): ExperimentRecord {
  const { name, synthetic, notice, train, test, image, own } = data;
  const { manifest, ...run } = processRecord(totalSeconds);
  const [trainRows, columns] = train.X.shape;
  return {
    dataset: { name, synthetic, notice, trainRows, testRows: test.y.length, columns, image },
    ...run,
    manifest: { ...manifest, ...(own && { own }) },
  };
}
