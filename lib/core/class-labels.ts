import { HandfulError, invalidArgument } from './errors.ts';
import { requireArray, requireOneForEachRow } from './inputs.ts';

/**
 * What a row may be called: an integer or a string. One problem uses one kind. The empty string is a class like others,
 * as in scikit-learn; in files of labels an empty cell is no label.
 */
export type ClassLabel = number | string;

/** Labels as a learner wants them. */
export interface EncodedLabels<Label extends ClassLabel> {
  /** The distinct labels, sorted: numbers by value, strings by their UTF-16 code units. */
  classes: Label[];
  /** For each row the place of its label in `classes`. */
  indices: Int32Array;
}

/** What else is known of labels that are checked. */
interface LabelRules {
  /** Labels of the same problem, and what an error calls them: both are of one kind. */
  like?: readonly [labels: ArrayLike<unknown>, name: string];
  /** What stands for no label; nothing does by default. */
  isMissing?: (label: unknown) => boolean;
}

/**
 * Checks that `labels` are all integers or all strings, and one for each row if `rows` is given.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, naming the first element that does not fit
 */
export function checkLabels<Label extends ClassLabel>(
  labels: ArrayLike<Label | null | undefined>,
  name: string,
  rows?: number,
  { like, isMissing = () => false }: LabelRules = {},
): void {
  if (rows === undefined) requireArray(labels, name);
  else requireOneForEachRow(labels, name, rows);
  let first = like?.[0].length ? { label: like[0][0], place: `${like[1]}[0]` } : undefined;
  for (let i = 0; i < labels.length; i++) {
    const label: unknown = labels[i];
    if (isMissing(label)) continue;
    if (typeof label !== 'string' && !Number.isSafeInteger(label)) {
      throw invalidArgument(`${name}[${i}]`, 'a whole number or a string', label);
    }
    first ??= { label, place: `${name}[${i}]` };
    if (typeof label !== typeof first.label) {
      throw new HandfulError(
        'ERR_INVALID_ARGUMENT',
        `Expected labels of one kind, but ${first.place} is a ${typeof first.label} and ${name}[${i}] is a ${typeof label}`,
      );
    }
  }
}

/**
 * The distinct labels in order, and for each row the number of its own.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` as {@link checkLabels}
 */
export function encodeLabels<Label extends ClassLabel>(
  labels: ArrayLike<Label>,
  name: string,
  rows: number,
): EncodedLabels<Label> {
  checkLabels(labels, name, rows);
  const classes = distinctLabels(labels);
  const places = new Map(classes.map((label, place) => [label, place]));
  return { classes, indices: Int32Array.from(labels, (label) => places.get(label)!) };
}

/** The distinct labels in order. */
export function distinctLabels<Label extends ClassLabel>(labels: ArrayLike<Label>): Label[] {
  return [...new Set(Array.from(labels))].sort(compareLabels);
}

/** Whether no label occurs twice. */
export function areDistinctLabels(labels: readonly ClassLabel[]): boolean {
  return new Set(labels).size === labels.length;
}

/** Whether `labels` are strictly ascending in the order of {@link EncodedLabels.classes}. */
export function areSortedLabels(labels: readonly ClassLabel[]): boolean {
  return labels.every((label, i) => i === 0 || compareLabels(labels[i - 1]!, label) < 0);
}

function compareLabels(a: ClassLabel, b: ClassLabel): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
