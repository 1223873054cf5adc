import type { Control } from '../backend/run.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import { FEW_LABELS_DEFAULTS } from './few-labels-defaults.ts';
import { type ClassPrior, LabelSpreading } from './label-spreading.ts';
import { regressOnLabels } from './labels-alone.ts';
import type { LabelledRows } from './propagation.ts';
import type { Representation } from './representation.ts';

/** What the labelled rows say of two ways to learn from them, each row judged by what the others' labels tell of it. */
export interface CrossValidation {
  /** Share of the labelled rows that get their label when those of the others are spread. */
  spreading: number;
  /** The same of a logistic regression that learns from the others alone. */
  regression: number;
  /** Standard error of the difference between the two. */
  standardError: number;
  /** Whether the regression is better by more than that. */
  spreadingMisleads: boolean;
}

/**
 * Finds out by cross-validation whether spreading labels serves: it does where rows of one class lie together, and
 * misleads where they don't. 5 folds; less where there are fewer labels.
 */
export async function crossValidate<Label extends ClassLabel>(
  representation: Representation,
  labelled: LabelledRows<Label>,
  classPrior: ClassPrior,
  control: Control,
): Promise<CrossValidation> {
  const count = labelled.rows.length;
  const classes = [...new Set(labelled.labels)];
  let spread = 0;
  let regressed = 0;
  let different = 0;
  for (const [known, asked] of foldsOf(labelled, Math.min(FEW_LABELS_DEFAULTS.folds, count))) {
    const bySpreading = await spreadTo(asked.rows, representation, known, classes, classPrior, control);
    const byRegression = await regressTo(asked.rows, representation, known, control);
    for (const [i, label] of asked.labels.entries()) {
      const rightBySpreading = bySpreading[i] === label;
      const rightByRegression = byRegression[i] === label;
      spread += Number(rightBySpreading);
      regressed += Number(rightByRegression);
      different += Number(rightBySpreading !== rightByRegression);
    }
  }
  const gain = (regressed - spread) / count;
  const standardError = Math.sqrt((different / count - gain ** 2) / (count - 1));
  return {
    spreading: spread / count,
    regression: regressed / count,
    standardError,
    spreadingMisleads: gain > standardError,
  };
}

/** For each fold the labelled rows outside, and those in it. */
export function* foldsOf<Label extends ClassLabel>(
  { rows, labels }: LabelledRows<Label>,
  folds: number,
): Generator<[known: LabelledRows<Label>, asked: LabelledRows<Label>]> {
  const dealt = dealInTurn(labels, folds);
  for (let fold = 0; fold < folds; fold++) {
    const inFold = (_: unknown, i: number) => dealt[i] === fold;
    const outside = (_: unknown, i: number) => dealt[i] !== fold;
    yield [
      { rows: rows.filter(outside), labels: labels.filter(outside) },
      { rows: rows.filter(inFold), labels: labels.filter(inFold) },
    ];
  }
}

/**
 * The fold of each label: one class after the other is dealt in turn, as it comes, so that each fold has of all classes
 * and, since rows come best first, of good ones and of others.
 */
function dealInTurn(labels: readonly ClassLabel[], folds: number): Int32Array {
  const places = new Map<ClassLabel, number[]>();
  for (const [i, label] of labels.entries()) {
    const own = places.get(label);
    if (own) own.push(i);
    else places.set(label, [i]);
  }
  const dealt = new Int32Array(labels.length);
  for (const [turn, i] of [...places.values()].flat().entries()) dealt[i] = turn % folds;
  return dealt;
}

/** What the labels of known rows, spread over all, say of some others. */
export async function spreadTo<Label extends ClassLabel>(
  asked: Int32Array,
  { graph }: Representation,
  known: LabelledRows<Label>,
  classes: readonly Label[],
  classPrior: ClassPrior,
  control: Control,
): Promise<(Label | null)[]> {
  const spreading = new LabelSpreading<Label>({
    alpha: FEW_LABELS_DEFAULTS.spreadingAlpha,
    tol: FEW_LABELS_DEFAULTS.crossValidationTol,
    rowTol: FEW_LABELS_DEFAULTS.spreadingRowTol,
    nNeighbors: graph.options.nNeighbors,
    classPrior,
    classes,
  });
  const { transduction } = await spreading.fit(graph, known, control);
  return Array.from(asked, (row) => transduction[row]!);
}

/** What a logistic regression that learns from known rows alone says of some others. */
export async function regressTo<Label extends ClassLabel>(
  asked: Int32Array,
  representation: Representation,
  known: LabelledRows<Label>,
  control: Control,
): Promise<Label[]> {
  const only = onlyClassOf(known);
  if (only !== undefined) return Array.from(asked, () => only);
  const regression = await regressOnLabels(representation, known, control);
  using unknown = representation.rows.takeRows(asked);
  return await regression.predict(unknown, control);
}

function onlyClassOf<Label extends ClassLabel>({ labels }: LabelledRows<Label>): Label | undefined {
  const [first] = labels;
  return labels.every((label) => label === first) ? first : undefined;
}
