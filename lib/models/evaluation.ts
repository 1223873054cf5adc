import type { MatrixInput } from '../backend/prepared-matrix.ts';
import type { Control } from '../backend/run.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import { mostProbable } from '../core/predictions.ts';
import { type Calibration, calibrationCurve } from '../metrics/calibration.ts';
import { type ClassificationReport, classificationReport } from '../metrics/classification-report.ts';
import type { TrainedModel } from './trained-model.ts';

/** How well a model does on rows whose labels are known. */
export interface Evaluation {
  report: ClassificationReport<string>;
  calibration: Calibration;
  /** For each row what was predicted. */
  predicted: string[];
}

/**
 * Has a model predict rows and compares that with what they are. Labels are compared as text; one that the model does
 * not know can only be wrong.
 * @param yTrue what each row of `X` is
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
 */
export async function evaluateModel(
  model: TrainedModel<ClassLabel>,
  X: MatrixInput,
  yTrue: readonly string[],
  control?: Control,
): Promise<Evaluation> {
  const probabilities = await model.predictProba(X, control);
  const classes = model.classes.map(String);
  const predicted = mostProbable(probabilities, classes);
  return {
    report: classificationReport<string>(yTrue, predicted, { labels: [...new Set([...classes, ...yTrue])] }),
    calibration: calibrationCurve<string>(yTrue, probabilities, classes),
    predicted,
  };
}
