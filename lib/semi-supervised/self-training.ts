import { asPrepared, type MatrixInput, shapeOf } from '../backend/prepared-matrix.ts';
import { type Control, checkControl } from '../backend/run.ts';
import { argmax } from '../core/argmax.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import { invalidArgument } from '../core/errors.ts';
import { fitted } from '../core/fitted.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { type Check, integer, oneOf, parseOptions } from '../core/options.ts';
import { Classifier } from '../estimators/classifier.ts';
import { LogisticRegression, type LogisticRegressionOptions } from '../estimators/logistic-regression.ts';
import { encodeSomeLabels, type SomeLabels } from './partial-labels.ts';

/** Which rows take the classifier's label: the surer ones, or the surest few. */
export type SelfTrainingCriterion = 'threshold' | 'kBest';

/** Why self-training ended: every row has a label, no row was sure enough, or the rounds were used up. */
export type TerminationCondition = 'allLabeled' | 'noChange' | 'maxIter';

export interface SelfTrainingOptions {
  /** Which rows take the classifier's label in each round, a `SelfTrainingCriterion`. Default `'threshold'`. */
  criterion?: SelfTrainingCriterion;
  /** With `'threshold'`: rows whose most probable class is more probable than this: 0 or more, below 1. Default 0.75. */
  threshold?: number;
  /** With `'kBest'`: the rows taken in each round, those of the highest probability: 1 or more. Default 10. */
  kBest?: number;
  /** Rounds at most: a whole number, or `Infinity`. Default 10. */
  maxIter?: number;
  /** Options of `LogisticRegression`. Default `{}`. */
  classifier?: LogisticRegressionOptions;
}

interface Model<Label extends ClassLabel> {
  classifier: LogisticRegression<Label>;
  transduction: (Label | null)[];
  labeledIter: Int32Array;
  nIter: number;
  terminationCondition: TerminationCondition;
}

/**
 * Self-training (Yarowsky 1995) as scikit-learn's `SelfTrainingClassifier`, around a logistic regression: fits it on
 * the labelled rows, gives its own labels to the rows it is surest of, fits it again with those, and so on. Its
 * errors feed themselves: where a few labels are not enough for a good classifier, it may do harm.
 */
export class SelfTraining<Label extends ClassLabel = ClassLabel> extends Classifier<Label> {
  readonly options: Readonly<Required<SelfTrainingOptions>>;
  #model: Model<Label> | undefined;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: SelfTrainingOptions) {
    super();
    this.options = Object.freeze(
      parseOptions<Required<SelfTrainingOptions>>(
        options,
        {
          criterion: { check: oneOf('threshold', 'kBest'), default: 'threshold' },
          threshold: { check: checkThreshold, default: 0.75 },
          kBest: { check: integer(1), default: 10 },
          maxIter: { check: checkRounds, default: 10 },
          classifier: { check: (value) => value as LogisticRegressionOptions, default: {} },
        },
        'SelfTraining',
      ),
    );
    this.#newClassifier();
  }

  #newClassifier(): LogisticRegression<Label> {
    return new LogisticRegression<Label>(this.options.classifier);
  }

  get #found(): Model<Label> {
    return fitted(this.#model, 'SelfTraining');
  }

  /** The classifier, fitted on all rows that have a label in the end. */
  get classifier(): LogisticRegression<Label> {
    return this.#found.classifier;
  }

  /** The distinct labels, sorted: numbers by value, strings by their UTF-16 code units. */
  get classes(): readonly Label[] {
    return this.#found.classifier.classes;
  }

  /** For each fitted row the label that it was given or has taken; null where it has none. */
  get transduction(): readonly (Label | null)[] {
    return this.#found.transduction;
  }

  /** For each fitted row the round in which it took its label: 0 where it was given one, -1 where it has none. */
  get labeledIter(): Int32Array {
    return this.#found.labeledIter;
  }

  /** Rounds begun. */
  get nIter(): number {
    return this.#found.nIter;
  }

  /** Why it ended. */
  get terminationCondition(): TerminationCondition {
    return this.#found.terminationCondition;
  }

  /**
   * Learns from the labelled rows, then from its own labels of the others.
   * @param y the labelled rows, none twice, and their labels, two different ones at least
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fit(X: MatrixInput, y: SomeLabels<Label>, control: Control = {}): Promise<this> {
    checkControl(control, 'SelfTraining.fit');
    const [rows] = shapeOf(X, 'X');
    const { chosen, encoded } = encodeSomeLabels(y, rows);
    const transduction = new Array<Label | null>(rows).fill(null);
    const labeledIter = new Int32Array(rows).fill(-1);
    for (const [i, row] of chosen.entries()) {
      transduction[row] = encoded.classes[encoded.indices[i]!]!;
      labeledIter[row] = 0;
    }
    using prepared = asPrepared(X);
    const learn = async () => {
      const labelled = rowsWhere(labeledIter, (round) => round >= 0);
      const labels = Array.from(labelled, (row) => transduction[row] as Label);
      using known = prepared.takeRows(labelled);
      return await this.#newClassifier().fit(known, labels, control);
    };

    const { maxIter } = this.options;
    let classifier = await learn();
    let nIter = 0;
    let terminationCondition: TerminationCondition | undefined;
    while (terminationCondition === undefined) {
      const unlabelled = rowsWhere(labeledIter, (round) => round < 0);
      if (unlabelled.length === 0) terminationCondition = 'allLabeled';
      else if (nIter >= maxIter) terminationCondition = 'maxIter';
      else {
        nIter++;
        using unknown = prepared.takeRows(unlabelled);
        const { data, shape } = await classifier.predictProba(unknown, control);
        const sure = this.#surest(data, shape[1]);
        if (sure.length === 0) terminationCondition = 'noChange';
        for (const { place, best } of sure) {
          transduction[unlabelled[place]!] = classifier.classes[best]!;
          labeledIter[unlabelled[place]!] = nIter;
        }
        if (sure.length > 0) classifier = await learn();
      }
    }
    this.#model = { classifier, transduction, labeledIter, nIter, terminationCondition };
    return this;
  }

  /** Of some rows' probabilities those that meet the criterion, and each one's most probable class. */
  #surest(probabilities: Float32Array, classes: number): { place: number; best: number }[] {
    const { criterion, threshold, kBest } = this.options;
    const rows = Array.from({ length: probabilities.length / classes }, (_, place) => {
      const best = argmax(probabilities, place * classes, classes);
      return { place, best, probability: probabilities[place * classes + best]! };
    });
    if (criterion === 'threshold') return rows.filter(({ probability }) => probability > threshold);
    return rows.sort((a, b) => b.probability - a.probability || a.place - b.place).slice(0, kBest);
  }

  /** The most probable class of each row; see `LogisticRegression.predict`. */
  override async predict(X: MatrixInput, control: Control = {}): Promise<Label[]> {
    checkControl(control, 'SelfTraining.predict');
    return this.#found.classifier.predict(X, control);
  }

  /** The probability of every class for each row; see `LogisticRegression.predictProba`. */
  async predictProba(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'SelfTraining.predictProba');
    return this.#found.classifier.predictProba(X, control);
  }
}

const checkThreshold: Check<number> = (value, name) => {
  if (typeof value !== 'number' || !(value >= 0 && value < 1)) {
    throw invalidArgument(name, 'a number of 0 or more and below 1', value);
  }
  return value;
};

const checkRounds: Check<number> = (value, name) => (value === Infinity ? Infinity : integer(0)(value, name));

function rowsWhere(rounds: Int32Array, meets: (round: number) => boolean): Int32Array {
  return Int32Array.from(rounds.keys()).filter((row) => meets(rounds[row]!));
}
