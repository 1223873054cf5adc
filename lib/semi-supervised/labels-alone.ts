import type { Control } from '../backend/run.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import { LogisticRegression } from '../estimators/logistic-regression.ts';
import type { LabelledRows } from './propagation.ts';
import type { Representation } from './representation.ts';

/** A logistic regression that learns from labelled rows alone, as if there were no others: what needs no clusters. */
export async function regressOnLabels<Label extends ClassLabel>(
  { rows }: Pick<Representation, 'rows'>,
  labelled: LabelledRows<Label>,
  control: Control,
): Promise<LogisticRegression<Label>> {
  // Rows have length 1, so a column's variance is about 1 / columns: this is the C = 1 of columns of variance 1.
  const regression = new LogisticRegression<Label>({ C: rows.shape[1] });
  using known = rows.takeRows(labelled.rows);
  return await regression.fit(known, labelled.labels, control);
}
