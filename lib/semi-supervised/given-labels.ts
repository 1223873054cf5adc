import { type ClassLabel, checkLabels } from '../core/class-labels.ts';
import { countOf, describe, HandfulError, invalidArgument, unfitArgument } from '../core/errors.ts';
import { rowNumbers } from '../core/options.ts';
import { type Annotator, ask, knownOf } from './annotator.ts';
import type { ClassPrior } from './label-spreading.ts';
import type { LabelledRows } from './propagation.ts';

/** What an annotator knows of some rows, of one at least. */
export async function askAbout<Label extends ClassLabel>(
  annotator: Annotator<Label>,
  rows: Int32Array,
): Promise<LabelledRows<Label>> {
  return requireSome(knownOf(rows, await ask(annotator, rows)));
}

/** A copy of rows and labels that were given, of one at least. */
export function checkLabelled<Label extends ClassLabel>(
  given: unknown,
  name: string,
  rows: number,
): LabelledRows<Label> {
  return requireSome(checkRowsAndLabels(given, name, rows));
}

function requireSome<Label extends ClassLabel>(labelled: LabelledRows<Label>): LabelledRows<Label> {
  if (labelled.rows.length > 0) return labelled;
  throw new HandfulError('ERR_INVALID_ARGUMENT', 'Expected at least one label but there are none');
}

/** Refuses a class prior of another number of classes than the labels name. */
export function requireFitting(classPrior: ClassPrior, { labels }: LabelledRows<ClassLabel>): void {
  const classes = new Set(labels).size;
  if (typeof classPrior === 'object' && classPrior.length !== classes) {
    throw unfitArgument(
      'classPrior',
      `${countOf(classes, 'number')}, one for each class that has a label,`,
      String(classPrior.length),
    );
  }
}

/** A copy of rows and labels that were given. */
export function checkRowsAndLabels<Label extends ClassLabel>(
  given: unknown,
  name: string,
  rows: number,
): LabelledRows<Label> {
  if (given === null || typeof given !== 'object' || !('rows' in given) || !('labels' in given)) {
    throw invalidArgument(name, 'a function that labels rows, or { rows, labels }', given);
  }
  const chosen = rowNumbers(given.rows, `${name}.rows`, rows).slice();
  const labels = given.labels as ArrayLike<Label>;
  checkLabels(labels, `${name}.labels`, chosen.length);
  const labelOf = new Map<number, Label>();
  for (const [i, row] of chosen.entries()) {
    const known = labelOf.get(row);
    if (known !== undefined && known !== labels[i]) {
      throw new HandfulError(
        'ERR_INVALID_ARGUMENT',
        `Expected one label for each row but ${name} has ${describe(known)} and ${describe(labels[i])} for row ${row}`,
      );
    }
    labelOf.set(row, labels[i]!);
  }
  return { rows: Int32Array.from(labelOf.keys()), labels: [...labelOf.values()] };
}

export function withTwoClasses<Label extends ClassLabel>(labelled: LabelledRows<Label>): LabelledRows<Label> {
  const [only] = labelled.labels;
  if (labelled.labels.every((label) => label === only)) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected labels of two classes or more, whose margin or entropy can be asked for, but ${labelled.labels.length ? `all are ${JSON.stringify(only)}` : 'there are none'}`,
    );
  }
  return labelled;
}
