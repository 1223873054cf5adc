import { HandfulError, invalidArgument } from '../errors.ts';
import { checkMatrix, type Matrix } from '../matrix.ts';
import { areDistinctLabels, type ClassLabel, checkLabels, encodeLabels } from './class-labels.ts';
import { floatValues } from './input.ts';

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
    const targets = checkProbabilities(y, name, rows);
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
function checkProbabilities(y: Matrix, name: string, rows: number): Float32Array {
  checkMatrix(y, name);
  const [given, classes] = y.shape;
  if (given !== rows) {
    throw invalidArgument(name, `a matrix of ${rows} rows, one for each row of X,`, `${given} rows`);
  }
  if (classes < 2)
    throw invalidArgument(name, 'a matrix of a column for each of two classes or more', 'one column');
  const probabilities = floatValues(y);
  for (let row = 0; row < rows; row++) {
    const [from, end] = [row * classes, (row + 1) * classes];
    let sum = 0;
    for (let i = from; i < end; i++) {
      const probability = probabilities[i]!;
      if (!(probability >= 0)) {
        throw invalidArgument(`row ${row}, column ${i - from} of ${name}`, 'a probability', probability);
      }
      sum += probability;
    }
    if (!(Math.abs(sum - 1) <= TOLERANCE)) {
      throw invalidArgument(`row ${row} of ${name}`, 'probabilities that sum to 1', `a sum of ${sum}`);
    }
    for (let i = from; i < end; i++) probabilities[i]! /= sum;
  }
  return probabilities;
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
