import { areDistinctLabels, type ClassLabel, checkLabels, encodeLabels } from '../core/class-labels.ts';
import { countOf, HandfulError, invalidArgument, unfitArgument } from '../core/errors.ts';
import { checkMatrix, floatValues, type Matrix } from '../core/matrix.ts';

/** How far from 1 the probabilities of a row may sum. */
const TOLERANCE = 1e-3;

/** What each row ought to be, as a learner wants it: either labels or probabilities. */
export interface ClassTargets<Label extends ClassLabel> {
  /** What the classes are called: in order of the labels, or in the order of the columns of probabilities. */
  classes: Label[];
  /** For each row the place of its label in `classes`. */
  labels?: Int32Array;
  /** Rows x classes; each row sums to 1. */
  targets?: Float32Array;
}

/**
 * Checks what is to be learned: an array of labels, or a matrix of probabilities with a column for each class.
 * @param names what the columns are called; 0, 1, 2, … where left out
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, naming the first row that does not fit
 */
export function encodeTargets<Label extends ClassLabel>(
  y: ArrayLike<Label> | Matrix,
  name: string,
  rows: number,
  names: readonly Label[] | undefined,
): ClassTargets<Label> {
  if (y !== null && typeof y === 'object' && 'shape' in y) {
    const targets = normalizedProbabilities(y, name, rows);
    return { classes: namesOfColumns(names, y.shape[1]), targets };
  }
  if (names !== undefined) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected no classes where ${name} has labels, which are names already: they name columns of probabilities`,
    );
  }
  const { classes, indices } = encodeLabels(y, name, rows);
  if (classes.length < 2) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected labels of two classes or more in ${name} but all are ${JSON.stringify(classes[0])}`,
    );
  }
  return { classes, labels: indices };
}

/** The probabilities, each row divided by its sum. */
function normalizedProbabilities(y: Matrix, name: string, rows: number): Float32Array {
  checkMatrix(y, name);
  const [given, classes] = y.shape;
  if (given !== rows) {
    throw unfitArgument(
      name,
      `a matrix of ${countOf(rows, 'row')}, one for each row of X,`,
      countOf(given, 'row'),
    );
  }
  if (classes < 2) {
    throw unfitArgument(name, 'a matrix of a column for each of two classes or more', 'one column');
  }
  checkProbabilities(y, name);
  const probabilities = floatValues(y);
  for (let from = 0; from < probabilities.length; from += classes) {
    const row = probabilities.subarray(from, from + classes);
    const sum = row.reduce((all, each) => all + each, 0);
    for (let c = 0; c < classes; c++) row[c]! /= sum;
  }
  return probabilities;
}

/**
 * Checks that each row holds probabilities that sum to 1.
 * @param emptyRows whether a row may hold zeros, as one that nothing is known of
 * @throws HandfulError `ERR_INVALID_ARGUMENT`, naming the first row that does not fit
 */
export function checkProbabilities(
  { data, shape: [rows, classes], scale = 1 }: Matrix,
  name: string,
  { emptyRows = false } = {},
): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < classes; column++) {
      const probability = data[row * classes + column]! * scale;
      if (!(probability >= 0 && probability <= 1 + TOLERANCE)) {
        throw invalidArgument(`row ${row}, column ${column} of ${name}`, 'a probability', probability);
      }
      sum += probability;
    }
    if (Math.abs(sum - 1) <= TOLERANCE || (emptyRows && sum === 0)) continue;
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected probabilities that sum to 1 for row ${row} of ${name} but their sum is ${sum}`,
    );
  }
}

function namesOfColumns<Label extends ClassLabel>(
  names: readonly Label[] | undefined,
  count: number,
): Label[] {
  // Numbers, as documented: that they are of the type Label is the caller's word.
  if (names === undefined) return Array.from({ length: count }, (_, k) => k as Label);
  checkLabels(names, 'classes');
  if (names.length !== count) {
    throw invalidArgument('classes', `${count} names, one for each column of probabilities,`, names);
  }
  if (!areDistinctLabels(names)) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      'Expected names that differ in classes but one occurs twice',
    );
  }
  return [...names];
}
