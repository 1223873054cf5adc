import { type ClassLabel, checkLabels } from '../core/class-labels.ts';

/**
 * Gives the labels of the rows it is given, in their order: null or undefined for a row whose label is not known, which
 * is then left out. It is asked once, and never twice about a row.
 */
export type Annotator<Label extends ClassLabel> = (
  rows: Int32Array,
) => ArrayLike<Label | null | undefined> | Promise<ArrayLike<Label | null | undefined>>;

/**
 * What an annotator says of some rows, null for what it does not know.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` for anything but labels; whatever the annotator throws
 */
export async function ask<Label extends ClassLabel>(
  annotator: Annotator<Label>,
  rows: Int32Array,
): Promise<(Label | null)[]> {
  const answers = await annotator(rows.slice());
  const isMissing = (label: unknown) => label === null || label === undefined;
  checkLabels(answers, "the annotator's answer", rows.length, { isMissing });
  return Array.from(answers, (label) => label ?? null);
}

/** The rows whose label is known, and their labels. */
export function knownOf<Label extends ClassLabel>(
  rows: Int32Array,
  labels: readonly (Label | null)[],
): { rows: Int32Array; labels: Label[] } {
  return {
    rows: rows.filter((_, i) => labels[i] !== null),
    labels: labels.filter((label) => label !== null),
  };
}
