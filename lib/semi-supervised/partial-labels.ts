import { areSortedLabels, type ClassLabel, checkLabels, encodeLabels } from '../core/class-labels.ts';
import { HandfulError, invalidArgument } from '../core/errors.ts';
import { requireOneForEachRow } from '../core/inputs.ts';
import { checkMatrix, type Matrix } from '../core/matrix.ts';
import { rowNumbers } from '../core/options.ts';

/** Some rows and their labels; all others are unlabelled. */
export interface SomeLabels<Label extends ClassLabel> {
  /** Distinct row numbers, one at least. */
  rows: ArrayLike<number>;
  /** One for each of `rows`. */
  labels: ArrayLike<Label>;
}

/** What is believed of every row beforehand, such as a classifier's probabilities. */
export interface SoftLabels<Label extends ClassLabel> {
  /** The classes, sorted: numbers by value, strings by their UTF-16 code units. */
  classes: ArrayLike<Label>;
  /** Rows x classes, each 0 or more: a row of zeros is unlabelled, a row of larger numbers counts for more. */
  distributions: Matrix;
}

/** What is known beforehand of some rows. */
export type PartialLabels<Label extends ClassLabel> = SomeLabels<Label> | SoftLabels<Label>;

/** The same as numbers. */
export interface Beliefs<Label extends ClassLabel> {
  /** Sorted. */
  classes: readonly Label[];
  /** Rows x classes. */
  values: Float64Array;
  /** For each class the sum of its beliefs, each times the weight of its row. */
  masses: Float64Array;
}

/**
 * Checks what is known of `rows` rows and turns it into numbers.
 * @param classes the classes there are; those that occur where left out
 * @param weights one for each labelled row, or with {@link SoftLabels} for each row; all 1 where left out
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function beliefsOf<Label extends ClassLabel>(
  y: PartialLabels<Label>,
  rows: number,
  classes: readonly Label[] | undefined,
  weights: ArrayLike<number> | undefined,
): Beliefs<Label> {
  if (y !== null && typeof y === 'object' && 'distributions' in y) return fromSoftLabels(y, rows, weights);
  const { chosen, encoded } = encodeSomeLabels(y, rows, classes);
  const width = encoded.classes.length;
  const values = new Float64Array(rows * width);
  const masses = new Float64Array(width);
  const weight = weightsOf(weights, chosen.length);
  for (let i = 0; i < chosen.length; i++) {
    const label = encoded.indices[i]!;
    values[chosen[i]! * width + label] = 1;
    masses[label]! += weight[i]!;
  }
  return { classes: encoded.classes, values, masses };
}

/**
 * Checks labels of some of `rows` rows; answers their rows, and the labels as places in the sorted classes.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function encodeSomeLabels<Label extends ClassLabel>(
  y: SomeLabels<Label>,
  rows: number,
  classes?: readonly Label[],
) {
  if (y === null || typeof y !== 'object' || !('rows' in y) || !('labels' in y)) {
    throw invalidArgument('y', 'labelled rows { rows, labels }', y);
  }
  const chosen = rowNumbers(y.rows, 'y.rows', rows);
  if (chosen.length === 0) throw invalidArgument('y.rows', 'at least one labelled row', y.rows);
  const encoded = encodeLabels(y.labels, 'y.labels', chosen.length);
  requireDistinct(chosen, y.labels);
  if (classes === undefined) return { chosen, encoded };
  const places = new Map(classes.map((label, place) => [label, place]));
  const missing = encoded.classes.find((label) => !places.has(label));
  if (missing !== undefined) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected the labels in y.labels to be among the classes but found ${JSON.stringify(missing)}`,
    );
  }
  const indices = encoded.indices.map((index) => places.get(encoded.classes[index]!)!);
  return { chosen, encoded: { classes: [...classes], indices } };
}

/** @throws HandfulError `ERR_INVALID_ARGUMENT` for a row that has more than one label */
function requireDistinct(rows: Int32Array, labels: ArrayLike<ClassLabel>): void {
  const places = new Map<number, number>();
  for (const [i, row] of rows.entries()) {
    const before = places.get(row);
    if (before !== undefined) {
      throw new HandfulError(
        'ERR_INVALID_ARGUMENT',
        `Expected each row once in y.rows but ${row} occurs twice, with the labels ` +
          `${JSON.stringify(labels[before])} and ${JSON.stringify(labels[i])}: leave one of them out`,
      );
    }
    places.set(row, i);
  }
}

function fromSoftLabels<Label extends ClassLabel>(
  { classes: given, distributions }: SoftLabels<Label>,
  rows: number,
  weights: ArrayLike<number> | undefined,
): Beliefs<Label> {
  checkLabels(given, 'y.classes');
  const classes = Array.from(given);
  if (classes.length === 0 || !areSortedLabels(classes)) {
    throw invalidArgument('y.classes', 'classes that are sorted and distinct, one at least', given);
  }
  checkMatrix(distributions, 'y.distributions');
  const [height, width] = distributions.shape;
  if (height !== rows || width !== classes.length) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected ${rows} x ${classes.length} numbers in y.distributions, for each row one a class, but ` +
        `received ${height} x ${width}`,
    );
  }
  const scale = distributions.scale ?? 1;
  const weight = weightsOf(weights, rows);
  const values = Float64Array.from(distributions.data, (stored) => stored * scale);
  const masses = new Float64Array(width);
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! >= 0 && values[i]! < Infinity)) {
      const place = `y.distributions, row ${Math.floor(i / width)}, column ${i % width}`;
      throw invalidArgument(place, 'a finite number of 0 or more', values[i]);
    }
    masses[i % width]! += weight[Math.floor(i / width)]! * values[i]!;
  }
  if (!values.some((value) => value > 0)) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      'Expected a number above 0 in y.distributions but all are 0: a Float32Array holds none below 1e-45',
    );
  }
  return { classes, values, masses };
}

function weightsOf(given: ArrayLike<number> | undefined, count: number): Float64Array {
  if (given === undefined) return new Float64Array(count).fill(1);
  requireOneForEachRow(given, 'priorWeight', count);
  const weights = Float64Array.from(given);
  const bad = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0) throw invalidArgument(`priorWeight[${bad}]`, 'a finite number of 0 or more', given[bad]);
  return weights;
}
