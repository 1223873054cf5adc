import type { ProcessRecord, Surroundings } from '../../backend/process-record.ts';
import type { Phases } from '../../core/phases.ts';
import type { Estimate } from '../../core/statistics.ts';
import type { SourceFile } from '../../datasets/dataset.ts';
import type { DataChoice } from '../../datasets/load-data.ts';
import type { CrossValidation } from '../../semi-supervised/cross-validation.ts';
import type { DataRecord } from '../kit/data-record.ts';

/** A class of a training: how many rows were labelled so, and how many of all are taken for it. */
export interface TrainedClass {
  label: string;
  labels: number;
  rows: number;
}

/** Everything that is told of how a model was trained. */
export interface TrainingRecord extends ProcessRecord {
  data: DataRecord;
  labels: { count: number; classes: readonly string[]; rows: Int32Array };
  /** In the order of `labels.classes`. */
  classes: TrainedClass[];
  crossValidation: CrossValidation;
  /** Share of new rows that will be named right, by that; null if all labels are of one class, which shows nothing. */
  expectedAccuracy: Estimate | null;
  /** What was done, a sentence or two a line. */
  summary: string;
  model: { path: string; bytes: number };
  /** Seconds of each part of the training. */
  phases: Phases;
  manifest: Surroundings & {
    /** Paths of what was read and written, how the data was to be read, and how to train. */
    options: {
      data: string;
      labels?: readonly string[];
      out: string;
      classPrior: string;
      seed: number;
    } & DataChoice;
    /** What was read: hashed for it, and so only where it is written to a file. */
    files?: SourceFile[];
  };
}
