import type { ProcessRecord, Surroundings } from '../../backend/process-record.ts';
import type { ClassLabel } from '../../core/class-labels.ts';
import type { SourceFile } from '../../datasets/dataset.ts';
import type { DataChoice } from '../../datasets/load-data.ts';
import type { Calibration } from '../../metrics/calibration.ts';
import type { ClassificationReport } from '../../metrics/classification-report.ts';
import type { DataRecord } from '../kit/data-record.ts';

/** Everything that is told of how well a model does on rows whose labels are known. */
export interface EvaluationRecord extends ClassificationReport<string>, ProcessRecord {
  model: { path: string; estimator: string; classes: readonly ClassLabel[] };
  data: DataRecord;
  calibration: Calibration;
  /** The rows of the data that have a label. */
  rows: Int32Array;
  /** What each of these is. */
  truth: readonly string[];
  /** What each was taken for. */
  predicted: readonly string[];
  manifest: Surroundings & {
    /** Paths of what was read, and how the data was to be read. */
    options: { model: string; data: string; labels?: readonly string[] } & DataChoice;
    /** What was read: hashed for it, and so only where it is written to a file. */
    files?: SourceFile[];
  };
}
