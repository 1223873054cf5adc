import { argmax } from '../core/argmax.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import { countOf } from '../core/errors.ts';
import { formatCount, formatShare } from '../core/numbers.ts';
import { type Phases, totalSeconds } from '../core/phases.ts';
import type { FewLabelsModel } from './few-labels-model.ts';
import type { ClassPrior } from './label-spreading.ts';
import type { RefinedSpreading } from './refined-spreading.ts';
import type { Representation } from './representation.ts';

/** What a fit did, in plain words: a sentence or two a line. */
export function summaryOf<Label extends ClassLabel>(model: FewLabelsModel<Label>): string {
  const { spreading } = model;
  return [
    representationLine(model.representation),
    labelsLine(model),
    model.classifier.classes.length === 1 ? oneClassLine(model) : crossValidationLine(model),
    ...(spreading ? [spreadingLine(spreading, model.classPrior), refiningLine(spreading)] : []),
    secondsLine(model.phases),
  ].join('\n');
}

function representationLine({ rows, graph, patches, components }: Representation): string {
  const held = components.explainedVarianceRatio.reduce((sum, share) => sum + share, 0);
  const described = patches
    ? `images described by ${patches.options.nClusters} patches of their own, as ${formatCount(patches.nFeatures)} features`
    : `vectors of ${countOf(components.mean.length, 'column')}`;
  return (
    `${countOf(rows.shape[0], 'row')}, ${described}, were reduced to ${countOf(components.nComponents, 'component')}, ` +
    `which ${components.nComponents === 1 ? 'holds' : 'hold'} ` +
    `${formatShare(held)} of the variance, and each joined to its ${graph.options.nNeighbors} nearest.`
  );
}

function labelsLine<Label extends ClassLabel>({
  labelled,
  strategy,
  classifier,
}: FewLabelsModel<Label>): string {
  const one = labelled.rows.length === 1;
  const chosen = strategy
    ? `${one ? 'was' : 'were'} chosen to be labelled (${strategy})`
    : 'came with a label';
  return `${formatCount(labelled.rows.length)} of them ${chosen}; the labels name ${classifier.classes.length === 1 ? 'one class' : `${classifier.classes.length} classes`}.`;
}

function oneClassLine<Label extends ClassLabel>({ classifier: { classes } }: FewLabelsModel<Label>): string {
  return (
    `All labels are ${JSON.stringify(classes[0])}, so every row is taken for that: no label shows what is different, ` +
    'and nothing could be checked by cross-validation.'
  );
}

function crossValidationLine<Label extends ClassLabel>({
  crossValidation: { spreading, regression, spreadingMisleads },
}: FewLabelsModel<Label>): string {
  return (
    `Where a fifth of the labels is asked for by the rest, ${formatShare(spreading)} of them follow from spreading, ` +
    `${formatShare(regression)} from a logistic regression that knows labelled rows alone` +
    (spreadingMisleads ? ': rows of one class do not lie together, so it is what answers.' : '.')
  );
}

function spreadingLine<Label extends ClassLabel>(
  { first }: RefinedSpreading<Label>,
  classPrior: ClassPrior,
): string {
  const missed = first.unreachedRows.length;
  const reached =
    missed === 0 ? 'all rows' : `all rows but ${formatCount(missed)}, which are left to the regression`;
  return `The labels were spread along the graph and reached ${reached}. ${priorSentence(first.classPriorNotice, classPrior)}`;
}

function priorSentence(notice: string | undefined, classPrior: ClassPrior): string {
  if (notice) return `${notice}.`;
  if (classPrior === 'none') return 'Nothing was assumed of how frequent the classes are.';
  if (classPrior === 'uniform') return 'The classes were taken to be equally frequent.';
  if (classPrior === 'estimated') return 'The classes were taken to be as frequent as the labels say.';
  return 'The classes were taken to be as frequent as was told.';
}

function refiningLine<Label extends ClassLabel>({ first, refined }: RefinedSpreading<Label>): string {
  const [before, after] = [first.labelDistributions, refined.labelDistributions];
  const [rows, width] = before.shape;
  let changed = 0;
  for (let row = 0; row < rows; row++) {
    changed += Number(argmax(before.data, row * width, width) !== argmax(after.data, row * width, width));
  }
  return (
    'A logistic regression learned from that, and what both say was spread once more, which changed the class of ' +
    `${formatShare(changed / rows)} of the rows.`
  );
}

function secondsLine(phases: Phases): string {
  const parts = Object.entries(phases).map(([phase, seconds]) => `${phase} ${seconds.toFixed(2)}`);
  return `Seconds: ${parts.join(', ')}; ${totalSeconds(phases).toFixed(2)} in all.`;
}
