import type { Control } from '../backend/run.ts';
import type { ClassLabel } from '../estimators/class-labels.ts';
import type { FloatMatrix, MatrixInput } from '../estimators/input.ts';
import type { Phases } from '../phases.ts';
import type { SelectionStrategyName } from '../selection/select-rows.ts';
import type { CrossValidation } from './cross-validation.ts';
import type { ClassPrior } from './label-spreading.ts';
import type { LabelledRows } from './propagation.ts';
import type { RefinedSpreading } from './refined-spreading.ts';
import type { Representation } from './representation.ts';

/** Tells the classes of rows of a representation. */
export interface RowClassifier<Label extends ClassLabel> {
  classes: readonly Label[];
  /** Those of the fitted rows. */
  labelDistributions: FloatMatrix;
  predictProba(X: MatrixInput, control?: Control): Promise<FloatMatrix>;
}

/** What a fit of `FewLabels` found, and how it went. */
export interface FewLabelsModel<Label extends ClassLabel> {
  classifier: RowClassifier<Label>;
  /** How labels were spread; undefined where that would have misled. */
  spreading: RefinedSpreading<Label> | undefined;
  crossValidation: CrossValidation;
  representation: Representation;
  labelled: LabelledRows<Label>;
  /** How the rows were chosen; undefined where the caller chose them. */
  strategy: SelectionStrategyName | undefined;
  /** What was asked for. */
  classPrior: ClassPrior;
  phases: Phases;
}
