import type { BackendInfo } from '../backend/select.ts';
import type { DatasetSource } from '../datasets/dataset.ts';
import type { Phases } from '../phases.ts';
import type { NotebookOptions } from './notebook.ts';
import type { ExperimentResult } from './run-notebook.ts';

/** The data that experiments ran on, without the images. */
export interface DatasetRecord {
  name: string;
  synthetic: boolean;
  /** A sentence that must stand beside every result on this data, where there is one. */
  notice?: string;
  trainRows: number;
  testRows: number;
  /** `[rows, columns]` of pixels. */
  imageShape: readonly [rows: number, columns: number];
}

/** Everything that is told about one run of the notebook, and all that is needed to repeat it. */
export interface NotebookRecord {
  experiments: ExperimentResult[];
  dataset: DatasetRecord;
  backend: BackendInfo;
  /** Everything together, loading included. */
  totalSeconds: number;
  /** The most memory that the process held at once. */
  peakMemoryBytes: number;
  manifest: {
    versions: { handful: string; node: string };
    platform: string;
    processor: string;
    options: Required<NotebookOptions>;
    /**
     * Where the data came from, hashes included: read anew for it, and so only where it is written to a file.
     */
    data?: DatasetSource;
    /** Seconds spent outside the experiments. */
    phases: Phases;
  };
}
