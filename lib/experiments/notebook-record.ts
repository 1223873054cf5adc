import type { Phases } from '../phases.ts';
import type { NotebookOptions } from './notebook.ts';
import type { ExperimentRecord, Manifest } from './record.ts';
import type { ExperimentResult } from './run-notebook.ts';

/** Everything that is told about one run of the notebook, and all that is needed to repeat it. */
export interface NotebookRecord extends ExperimentRecord {
  experiments: ExperimentResult[];
  manifest: Manifest & {
    options: Required<NotebookOptions>;
    /** Seconds spent outside the experiments. */
    phases: Phases;
  };
}
