import type { Control } from '../backend/run.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import { type Phases, Stopwatch } from '../core/phases.ts';
import { crossValidate } from './cross-validation.ts';
import type { FewLabelsModel } from './few-labels-model.ts';
import { type ClassPrior, LabelSpreading } from './label-spreading.ts';
import { regressOnLabels } from './labels-alone.ts';
import type { LabelledRows } from './propagation.ts';
import { spreadAndRefine } from './refined-spreading.ts';
import type { Representation } from './representation.ts';

/** What a few labels say of the rows of a representation. */
type Learned<Label extends ClassLabel> = Pick<
  FewLabelsModel<Label>,
  'classifier' | 'labelDistributions' | 'spreading' | 'crossValidation'
> & { phases: Phases };

/**
 * The last of the three steps of `FewLabels`, after the representation and the picks: spreads the labels and refines
 * them, or learns from labelled rows alone if cross-validation says that spreading misleads. If all labels are of one
 * class, so is every row.
 * @param weights how many rows each label stands for; one each if left out
 */
export async function learnFromLabels<Label extends ClassLabel>(
  representation: Representation,
  labelled: LabelledRows<Label>,
  classPrior: ClassPrior,
  weights: Float64Array | undefined,
  control: Control,
): Promise<Learned<Label>> {
  const watch = new Stopwatch();
  const oneClass = labelled.labels.every((label) => label === labelled.labels[0]);
  const crossValidation = oneClass
    ? { spreading: 1, regression: 1, standardError: 0, spreadingMisleads: false }
    : await watch.time('cross-validation', () =>
        crossValidate(representation, labelled, classPrior, control),
      );
  const spreading =
    oneClass || crossValidation.spreadingMisleads
      ? undefined
      : await spreadAndRefine(representation, labelled, classPrior, weights, watch, control);
  const classifier =
    spreading?.refined ??
    (oneClass
      ? await watch.time('spreading', () => ofOneClass(representation, labelled, control))
      : await watch.time('regression', () => regressOnLabels(representation, labelled, control)));
  const labelDistributions =
    classifier instanceof LabelSpreading
      ? classifier.labelDistributions
      : await watch.time('regression', () => classifier.predictProba(representation.rows, control));
  return { classifier, labelDistributions, spreading, crossValidation, phases: watch.phases };
}

/** What takes every row for the one class that there is. */
function ofOneClass<Label extends ClassLabel>(
  { graph }: Representation,
  { labels }: LabelledRows<Label>,
  control: Control,
): Promise<LabelSpreading<Label>> {
  const [rows] = graph.shape;
  const distributions = { data: new Float32Array(rows).fill(1), shape: [rows, 1] as const };
  const spreading = new LabelSpreading<Label>({ nNeighbors: graph.options.nNeighbors });
  return spreading.fit(graph, { classes: [labels[0]!], distributions }, control);
}
