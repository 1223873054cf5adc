import type { Control } from '../backend/run.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { takeRows } from '../core/matrix.ts';
import type { Stopwatch } from '../core/phases.ts';
import { LogisticRegression } from '../estimators/logistic-regression.ts';
import { FEW_LABELS_DEFAULTS } from './few-labels-defaults.ts';
import { type ClassPrior, LabelSpreading } from './label-spreading.ts';
import type { LabelledRows } from './propagation.ts';
import type { Representation } from './representation.ts';

/** What became of a few labels. */
export interface RefinedSpreading<Label extends ClassLabel> {
  /** The labels as they were spread at first. */
  first: LabelSpreading<Label>;
  /** What a regression made of that. */
  regression: LogisticRegression<Label>;
  /** What both say, spread again: the answer. */
  refined: LabelSpreading<Label>;
}

/**
 * Spreads labels over the rows of a representation in three steps: along the neighbour graph; then a logistic
 * regression learns from what every row got, and puts right where neighbours were misled; last, what the two say (the
 * geometric mean of their probabilities), together with the labels themselves, is spread once more.
 * @param priorWeight how many rows each label stands for when the class prior is estimated
 */
export async function spreadAndRefine<Label extends ClassLabel>(
  { rows, graph }: Representation,
  labelled: LabelledRows<Label>,
  classPrior: ClassPrior,
  priorWeight: ArrayLike<number> | undefined,
  watch: Stopwatch,
  control: Control,
): Promise<RefinedSpreading<Label>> {
  const { nNeighbors } = graph.options;
  const first = new LabelSpreading<Label>({
    alpha: FEW_LABELS_DEFAULTS.spreadingAlpha,
    tol: FEW_LABELS_DEFAULTS.spreadingTol,
    rowTol: FEW_LABELS_DEFAULTS.spreadingRowTol,
    nNeighbors,
    classPrior,
  });
  await watch.time('spreading', () => first.fit(graph, labelled, { priorWeight, ...control }));
  const { classes, labelDistributions, unreachedRows } = first;

  const unreached = new Set(unreachedRows);
  const reached = Int32Array.from({ length: rows.shape[0] }, (_, row) => row).filter(
    (row) => !unreached.has(row),
  );
  const labelWeight = Math.max(1, FEW_LABELS_DEFAULTS.regressionLabelWeight * reached.length);
  const weightOf = new Map(Array.from(labelled.rows, (row) => [row, labelWeight]));
  const sampleWeight = Float64Array.from(reached, (row) => weightOf.get(row) ?? 1);
  const regression = new LogisticRegression<Label>({
    C: rows.shape[1] / (FEW_LABELS_DEFAULTS.penalty * sampleWeight.reduce((sum, weight) => sum + weight, 0)),
    tol: FEW_LABELS_DEFAULTS.regressionTol,
  });
  const probabilities = await watch.time('regression', async () => {
    const targets = withLabels(labelDistributions, labelled, classes, 1);
    const all = unreached.size === 0;
    using learned = all ? rows.lend() : rows.takeRows(reached);
    await regression.fit(learned, all ? targets : takeRows(targets, reached), {
      classes,
      sampleWeight,
      ...control,
    });
    return await regression.predictProba(rows, control);
  });

  const both = geometricMean(labelDistributions, probabilities);
  const distributions = withLabels(both, labelled, classes, FEW_LABELS_DEFAULTS.refiningLabelWeight);
  const refined = new LabelSpreading<Label>({
    alpha: FEW_LABELS_DEFAULTS.refiningAlpha,
    tol: FEW_LABELS_DEFAULTS.spreadingTol,
    rowTol: FEW_LABELS_DEFAULTS.spreadingRowTol,
    nNeighbors,
    classPrior: first.classPrior ?? 'none',
  });
  await watch.time('spreading', () => refined.fit(graph, { classes, distributions }, control));
  return { first, regression, refined };
}

/** The roots of the products, brought to the sum 1; the second where the first knows nothing, or they share nothing. */
function geometricMean(first: FloatMatrix, second: FloatMatrix): FloatMatrix {
  const [rows, width] = first.shape;
  const data = first.data.map((probability, i) => Math.sqrt(probability * second.data[i]!));
  for (let row = 0; row < rows; row++) {
    const mean = data.subarray(row * width, (row + 1) * width);
    const sum = mean.reduce((total, each) => total + each, 0);
    if (sum > 0) for (let c = 0; c < width; c++) mean[c]! /= sum;
    else mean.set(second.data.subarray(row * width, (row + 1) * width));
  }
  return { data, shape: first.shape };
}

/** The same distributions, but of labelled rows: what their labels say, times `weight`. */
function withLabels<Label extends ClassLabel>(
  { data, shape }: FloatMatrix,
  { rows, labels }: LabelledRows<Label>,
  classes: readonly Label[],
  weight: number,
): FloatMatrix {
  const width = shape[1];
  const times = new Map<number, number>();
  for (const row of rows) times.set(row, (times.get(row) ?? 0) + 1);
  const changed = data.slice();
  for (const row of rows) changed.fill(0, row * width, (row + 1) * width);
  for (const [i, row] of rows.entries()) {
    changed[row * width + classes.indexOf(labels[i]!)]! += weight / times.get(row)!;
  }
  return { data: changed, shape };
}
