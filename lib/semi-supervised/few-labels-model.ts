import type { ClassLabel } from '../core/class-labels.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import type { Phases } from '../core/phases.ts';
import type { LogisticRegression } from '../estimators/logistic-regression.ts';
import type { SelectionStrategyName } from '../selection/select-rows.ts';
import type { CrossValidation } from './cross-validation.ts';
import type { ClassPrior, LabelSpreading } from './label-spreading.ts';
import type { LabelledRows } from './propagation.ts';
import type { RefinedSpreading } from './refined-spreading.ts';
import type { Representation } from './representation.ts';

/** What a fit of `FewLabels` found, and how it went. */
export interface FewLabelsModel<Label extends ClassLabel> {
  /** Tells the classes of rows of the representation. */
  classifier: LabelSpreading<Label> | LogisticRegression<Label>;
  /** What it says of the fitted rows. */
  labelDistributions: FloatMatrix;
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
