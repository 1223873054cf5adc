import { argmax } from '../core/argmax.ts';
import { areDistinctLabels, type ClassLabel, checkLabels } from '../core/class-labels.ts';
import { invalidArgument } from '../core/errors.ts';
import { checkMatrix, type Matrix } from '../core/matrix.ts';
import { integer, type OptionTable, oneOf, parseOptions } from '../core/options.ts';
import { type Estimate, wilsonInterval } from '../core/statistics.ts';
import { checkProbabilities } from '../estimators/class-targets.ts';
import { bootstrapInterval, groupRows } from './intervals.ts';
import { randomStateSeed } from './random-state-seed.ts';

export interface CalibrationOptions {
  /** Bins, 1 or more. Default 10. */
  nBins?: number;
  /** Bins of one width (`'uniform'`), or of as many rows each (`'quantile'`). Default `'uniform'`. */
  strategy?: 'uniform' | 'quantile';
  /** Seed of the bootstrap. Default 0. */
  randomState?: number;
}

/** Parts of the range of confidences within which rows count alike in the bootstrap. */
const CONFIDENCE_STEPS = 500;

/** Rows whose predictions are about equally confident. */
export interface CalibrationBin {
  /** Rows in it, 1 or more. */
  count: number;
  /** Mean probability of the predicted classes. */
  confidence: number;
  /** Share of the rows that were predicted right, with Wilson's 95 % interval. */
  accuracy: Estimate;
}

/** How far probabilities mean what they say. */
export interface Calibration {
  /** The bins that have rows, the least confident first: the reliability curve. */
  bins: CalibrationBin[];
  /**
   * Mean over the rows of the distance between confidence and accuracy of their bin: the expected calibration error,
   * with the bootstrap's 95 % interval. It is above 0 by chance even if probabilities are right, and the interval lies
   * higher for the same reason.
   */
  expectedCalibrationError: Estimate;
}

/**
 * How often predictions are right against how probable they are said to be (Niculescu-Mizil & Caruana 2005; Guo et al.
 * 2017): of each row the class that is most probable counts, so for two classes confidences start at 0.5.
 * scikit-learn's `calibration_curve` does it for one class of two.
 * @param yTrue what each row is
 * @param probabilities rows x classes, as `predictProba` gives them: of each row 0 … 1, and 1 in all, to 0.001. A row of
 *   zeros, as `LabelSpreading` gives it for a row that no label reaches, has no prediction: it counts as one of
 *   confidence 0 that is wrong
 * @param classes what the columns are called
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function calibrationCurve<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  probabilities: Matrix,
  classes: readonly Label[],
  options?: CalibrationOptions,
): Calibration {
  const table: OptionTable<Required<CalibrationOptions>> = {
    nBins: { check: integer(1), default: 10 },
    strategy: { check: oneOf('uniform', 'quantile'), default: 'uniform' },
    randomState: { check: randomStateSeed, default: 0 },
  };
  const { nBins, strategy, randomState } = parseOptions(options, table, 'calibrationCurve');
  const { confidences, right } = topPredictions(yTrue, probabilities, classes);
  const edges =
    strategy === 'uniform' ? undefined : quantileEdges(confidences, Math.min(nBins, confidences.length));
  const numbers = confidences.map((confidence) =>
    edges
      ? placeAmong(edges, confidence)
      : Math.min(nBins - 1, Math.max(0, Math.ceil(confidence * nBins) - 1)),
  );
  // Only bins that have rows: of a billion asked for, nearly all are empty.
  const used = [...new Set(numbers)].sort((a, b) => a - b);
  const places = new Map(used.map((number, place) => [number, place]));
  const binOf = Int32Array.from(numbers, (number) => places.get(number)!);
  return {
    bins: binsOf(used.length, binOf, confidences, right),
    expectedCalibrationError: calibrationError(used.length, binOf, confidences, right, randomState),
  };
}

/** For each row the probability of the most probable class, ties to the first, and whether that is what the row is. */
function topPredictions<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  probabilities: Matrix,
  classes: readonly Label[],
): { confidences: Float64Array; right: Uint8Array } {
  checkMatrix(probabilities, 'probabilities');
  const [rows, width] = probabilities.shape;
  checkLabels(yTrue, 'yTrue', rows);
  checkLabels(classes, 'classes', undefined, { like: [yTrue, 'yTrue'] });
  if (classes.length !== width || !areDistinctLabels(classes)) {
    throw invalidArgument(
      'classes',
      `${width} different names, one for each column of probabilities,`,
      classes,
    );
  }
  const { data, scale = 1 } = probabilities;
  checkProbabilities(probabilities, 'probabilities', { emptyRows: true });
  const confidences = new Float64Array(rows);
  const right = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const best = argmax(data, row * width, width);
    confidences[row] = Math.min(1, data[row * width + best]! * scale);
    right[row] = Number(confidences[row]! > 0 && classes[best] === yTrue[row]);
  }
  return { confidences, right };
}

/** The upper bounds of bins of as many rows each; equal confidences stay together. */
function quantileEdges(confidences: Float64Array, nBins: number): Float64Array {
  const sorted = confidences.slice().sort();
  return Float64Array.from(
    { length: nBins },
    (_, bin) => sorted[Math.max(0, Math.ceil(((bin + 1) * sorted.length) / nBins) - 1)]!,
  );
}

/** The first of ascending `edges` that is not below `value`. */
function placeAmong(edges: Float64Array, value: number): number {
  let [low, high] = [0, edges.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function binsOf(
  nBins: number,
  binOf: Int32Array,
  confidences: Float64Array,
  right: Uint8Array,
): CalibrationBin[] {
  const [counts, sums, hits] = [0, 0, 0].map(() => new Float64Array(nBins)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (const [row, bin] of binOf.entries()) {
    counts[bin]!++;
    sums[bin]! += confidences[row]!;
    hits[bin]! += right[row]!;
  }
  return Array.from(counts, (count, bin) => ({
    count,
    confidence: sums[bin]! / count,
    accuracy: wilsonInterval(hits[bin]!, count),
  }));
}

/**
 * The mean distance between confidence and accuracy of the rows' bins. For the bootstrap, rows of one bin that are all
 * right or all wrong, and whose confidences are within 1 / {@link CONFIDENCE_STEPS}, count alike: with the mean of
 * their confidences.
 */
function calibrationError(
  nBins: number,
  binOf: Int32Array,
  confidences: Float64Array,
  right: Uint8Array,
  randomState: number,
): Estimate {
  const keyOf = (row: number) =>
    (2 * binOf[row]! + right[row]!) * (CONFIDENCE_STEPS + 1) +
    Math.floor(confidences[row]! * CONFIDENCE_STEPS);
  const { counts, first } = groupRows(binOf.length, keyOf);
  const bins = first.map((row) => binOf[row]!);
  const groupOf = new Map(Array.from(first, (row, group) => [keyOf(row), group]));
  /** For each group the mean of confidence minus accuracy. */
  const gaps = new Float64Array(counts.length);
  for (let row = 0; row < binOf.length; row++) {
    const group = groupOf.get(keyOf(row))!;
    gaps[group]! += (confidences[row]! - right[row]!) / counts[group]!;
  }
  const sums = new Float64Array(nBins);
  const error = (weights: Uint32Array): number => {
    sums.fill(0);
    let rows = 0;
    for (let group = 0; group < weights.length; group++) {
      sums[bins[group]!]! += weights[group]! * gaps[group]!;
      rows += weights[group]!;
    }
    return sums.reduce((total, sum) => total + Math.abs(sum), 0) / rows;
  };
  return bootstrapInterval(counts, error, randomState);
}
