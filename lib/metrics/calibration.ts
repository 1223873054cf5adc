import { argmax } from '../argmax.ts';
import { HandfulError, invalidArgument } from '../errors.ts';
import { areDistinctLabels, type ClassLabel, checkLabels } from '../estimators/class-labels.ts';
import type { FloatMatrix } from '../estimators/input.ts';
import { checkMatrix } from '../matrix.ts';
import { integer, type OptionTable, oneOf, parseOptions } from '../options.ts';
import { bootstrapInterval, type Estimate, wilsonInterval } from './intervals.ts';
import { randomStateSeed } from './random-state-seed.ts';

export interface CalibrationOptions {
  /** Bins, 1 or more. Default 10. */
  nBins?: number;
  /** Bins of one width (`'uniform'`, default), or of as many rows each (`'quantile'`). */
  strategy?: 'uniform' | 'quantile';
  /** Seed of the bootstrap. Default 0. */
  randomState?: number;
}

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
   * with the bootstrap's 95 % interval. It is above 0 by chance even where probabilities are right, and so is the
   * interval.
   */
  expectedCalibrationError: Estimate;
}

/**
 * How often predictions are right against how probable they are said to be (Niculescu-Mizil & Caruana 2005; Guo et al.
 * 2017): of each row the class that is most probable counts, so for two classes confidences start at 0.5.
 * scikit-learn's `calibration_curve` does it for one class of two.
 * @param yTrue what each row is
 * @param probabilities rows x classes, as `predictProba` gives them
 * @param classes what the columns are called
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function calibrationCurve<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  probabilities: FloatMatrix,
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
  const numbers = Array.from(confidences, (confidence) =>
    edges
      ? edges.findIndex((edge) => confidence <= edge)
      : Math.min(nBins - 1, Math.max(0, Math.ceil(confidence * nBins) - 1)),
  );
  // Only bins that have rows: of a billion asked for, nearly all are empty.
  const used = [...new Set(numbers)].sort((a, b) => a - b);
  const places = new Map(used.map((number, place) => [number, place]));
  const binOf = Int32Array.from(numbers, (number) => places.get(number)!);
  const sums = new BinSums(used.length, binOf, confidences, right);
  const all = new Uint32Array(confidences.length).fill(1);
  sums.add(all);
  const bins = sums.bins();
  const expectedCalibrationError = bootstrapInterval(
    confidences.length,
    (weights) => {
      sums.add(weights);
      return sums.error();
    },
    randomState,
  );
  return { bins, expectedCalibrationError };
}

/** For each row the probability of the most probable class, ties to the first, and whether that is what the row is. */
function topPredictions<Label extends ClassLabel>(
  yTrue: ArrayLike<Label>,
  probabilities: FloatMatrix,
  classes: readonly Label[],
): { confidences: Float64Array; right: Uint8Array } {
  checkMatrix(probabilities, 'probabilities');
  const [rows, width] = probabilities.shape;
  checkLabels(yTrue, 'yTrue', rows);
  checkLabels(classes, 'classes');
  if (classes.length !== width || !areDistinctLabels(classes)) {
    throw invalidArgument(
      'classes',
      `${width} different names, one for each column of probabilities,`,
      classes,
    );
  }
  const confidences = new Float64Array(rows);
  const right = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const best = argmax(probabilities.data, row * width, width);
    const confidence = probabilities.data[row * width + best]!;
    if (!(confidence >= 0 && confidence <= 1 + 1e-6)) {
      throw new HandfulError(
        'ERR_INVALID_ARGUMENT',
        `Expected probabilities from 0 to 1 but row ${row} has ${confidence}`,
      );
    }
    confidences[row] = Math.min(1, confidence);
    right[row] = Number(classes[best] === yTrue[row]);
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

/** Sums over the rows of each bin. */
class BinSums {
  readonly #binOf: Int32Array;
  readonly #confidences: Float64Array;
  readonly #right: Uint8Array;
  readonly #counts: Float64Array;
  readonly #confidence: Float64Array;
  readonly #hits: Float64Array;

  constructor(nBins: number, binOf: Int32Array, confidences: Float64Array, right: Uint8Array) {
    this.#binOf = binOf;
    this.#confidences = confidences;
    this.#right = right;
    this.#counts = new Float64Array(nBins);
    this.#confidence = new Float64Array(nBins);
    this.#hits = new Float64Array(nBins);
  }

  /** Sums anew, each row counting as often as `weights` says. */
  add(weights: Uint32Array): void {
    for (const sums of [this.#counts, this.#confidence, this.#hits]) sums.fill(0);
    for (const [row, weight] of weights.entries()) {
      const bin = this.#binOf[row]!;
      this.#counts[bin]! += weight;
      this.#confidence[bin]! += weight * this.#confidences[row]!;
      this.#hits[bin]! += weight * this.#right[row]!;
    }
  }

  bins(): CalibrationBin[] {
    return Array.from(this.#counts, (count, bin) => ({
      count,
      confidence: this.#confidence[bin]! / count,
      accuracy: wilsonInterval(this.#hits[bin]!, count),
    }));
  }

  error(): number {
    const rows = this.#counts.reduce((sum, count) => sum + count, 0);
    return this.#confidence.reduce((sum, each, bin) => sum + Math.abs(each - this.#hits[bin]!), 0) / rows;
  }
}
