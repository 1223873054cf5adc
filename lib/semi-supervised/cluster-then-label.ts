import { asPrepared, type MatrixInput, type PreparedMatrix, shapeOf } from '../backend/prepared-matrix.ts';
import { type Control, checkControl } from '../backend/run.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import { HandfulError, invalidArgument } from '../core/errors.ts';
import { fitted } from '../core/fitted.ts';
import { requireAtMostRows } from '../core/inputs.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { integer, parseOptions } from '../core/options.ts';
import type { RandomState } from '../core/random-state.ts';
import { randomStateOption } from '../core/random-state-option.ts';
import { Classifier } from '../estimators/classifier.ts';
import { LogisticRegression, type LogisticRegressionOptions } from '../estimators/logistic-regression.ts';
import { MiniBatchKMeans, type MiniBatchKMeansOptions } from '../estimators/mini-batch-k-means.ts';
import { representatives } from '../selection/representatives.ts';
import { type Annotator, ask, knownOf } from './annotator.ts';
import { type LabelledRows, propagateToNearest } from './propagation.ts';

/**
 * Which rows learn from an answer: only the row asked about (`'none'`), its whole cluster (`'clusters'`), the
 * `count` rows nearest to it, or the nearest `share` of its cluster.
 */
export type Propagation = 'none' | 'clusters' | { count: number } | { share: number };

export interface ClusterThenLabelOptions {
  /** Labels to ask for, and clusters to ask about: 2 … rows. Default 100. */
  budget?: number;
  /**
   * Which rows learn from an answer, a `Propagation`. Default `'none'`: on Fashion-MNIST, spreading labels by distance
   * gained nothing at any share.
   */
  propagation?: Propagation;
  /** A seed or a stream for the clustering. Default: neither. */
  randomState?: number | RandomState;
  /** Options of `MiniBatchKMeans` but `nClusters` and `randomState`. Default `{}`. */
  clustering?: Omit<MiniBatchKMeansOptions, 'nClusters' | 'randomState'>;
  /** Options of `LogisticRegression`. Default `{}`. */
  classifier?: LogisticRegressionOptions;
}

interface Model<Label extends ClassLabel> {
  clusterer: MiniBatchKMeans;
  classifier: LogisticRegression<Label>;
  asked: LabelledRows<Label>;
  trainedOn: LabelledRows<Label>;
}

/**
 * The whole way from unlabelled rows to a classifier: clusters the rows, asks for the label of the row
 * nearest to each centre, spreads the answers over more rows if told to, and fits a logistic regression.
 */
export class ClusterThenLabel<Label extends ClassLabel = ClassLabel> extends Classifier<Label> {
  readonly options: Readonly<Required<ClusterThenLabelOptions>>;
  #model: Model<Label> | undefined;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: ClusterThenLabelOptions) {
    super();
    this.options = Object.freeze(
      parseOptions<ClusterThenLabelOptions>(
        options,
        {
          budget: { check: integer(2), default: 100 },
          propagation: { check: checkPropagation, default: 'none' },
          randomState: randomStateOption,
          clustering: { check: (value) => value as MiniBatchKMeansOptions, default: {} },
          classifier: { check: (value) => value as LogisticRegressionOptions, default: {} },
        },
        'ClusterThenLabel',
      ) as Required<ClusterThenLabelOptions>,
    );
    this.#newClusterer();
    this.#newClassifier();
  }

  #newClusterer(): MiniBatchKMeans {
    const { budget, randomState, clustering } = this.options;
    return new MiniBatchKMeans({ ...clustering, nClusters: budget, randomState });
  }

  #newClassifier(): LogisticRegression<Label> {
    return new LogisticRegression<Label>(this.options.classifier);
  }

  get #found(): Model<Label> {
    return fitted(this.#model, 'ClusterThenLabel');
  }

  /** The clustering of the rows. */
  get clusterer(): MiniBatchKMeans {
    return this.#found.clusterer;
  }

  /** The fitted classifier. */
  get classifier(): LogisticRegression<Label> {
    return this.#found.classifier;
  }

  /** The distinct labels, sorted: numbers by value, strings by their UTF-16 code units. */
  get classes(): readonly Label[] {
    return this.#found.classifier.classes;
  }

  /** The rows asked about, one for each cluster, and the answers; without those that the annotator does not know. */
  get asked(): LabelledRows<Label> {
    return this.#found.asked;
  }

  /** The rows the classifier learned from, and the labels it was told. */
  get trainedOn(): LabelledRows<Label> {
    return this.#found.trainedOn;
  }

  /**
   * Learns from the rows of `X` and at most `budget` answers.
   * @param annotator is given row numbers of `X` and returns their labels, or a promise of them; null for a row that it
   *   does not know, which is left out with its cluster
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError; whatever
   *   `annotator` throws
   */
  async fit(X: MatrixInput, annotator: Annotator<Label>, control: Control = {}): Promise<this> {
    checkControl(control, 'ClusterThenLabel.fit');
    const [rows] = shapeOf(X, 'X');
    const { budget, propagation } = this.options;
    requireAtMostRows(budget, 'budget', rows);
    if (typeof propagation === 'object' && 'count' in propagation) {
      requireAtMostRows(propagation.count, 'propagation.count', rows);
    }
    if (typeof annotator !== 'function') throw invalidArgument('annotator', 'a function', annotator);

    using prepared = asPrepared(X);
    const clusterer = await this.#newClusterer().fit(prepared, control);
    const chosen = await representatives(prepared, clusterer.clusterCenters, { unique: true, ...control });
    const answers = await ask(annotator, chosen);
    const asked = knownOf(chosen, answers);
    const trainedOn =
      propagation === 'none'
        ? asked
        : await this.#propagate(prepared, clusterer.labels, chosen, answers, control);
    using labelled = prepared.takeRows(trainedOn.rows);
    const classifier = await this.#newClassifier().fit(labelled, trainedOn.labels, control);
    this.#model = { clusterer, classifier, asked, trainedOn };
    return this;
  }

  /** The rows that learn from an answer: clusters are spread like labels, and those without an answer left out. */
  async #propagate(
    X: PreparedMatrix,
    clusters: Int32Array,
    chosen: Int32Array,
    answers: readonly (Label | null)[],
    control: Control,
  ): Promise<LabelledRows<Label>> {
    const propagation = this.options.propagation as Exclude<Propagation, 'none'>;
    const answersOf = (numbers: ArrayLike<number>) => Array.from(numbers, (cluster) => answers[cluster]!);
    if (propagation === 'clusters') return knownOf(Int32Array.from(clusters.keys()), answersOf(clusters));
    const scope = 'share' in propagation ? { share: propagation.share, clusters } : propagation;
    const numbers = Array.from(chosen.keys());
    const near = await propagateToNearest(X, chosen, numbers, { ...scope, ...control });
    return knownOf(near.rows, answersOf(near.labels));
  }

  /** The most probable class of each row; see `LogisticRegression.predict`. */
  override async predict(X: MatrixInput, control: Control = {}): Promise<Label[]> {
    checkControl(control, 'ClusterThenLabel.predict');
    return this.#found.classifier.predict(X, control);
  }

  /** The probability of every class for each row; see `LogisticRegression.predictProba`. */
  async predictProba(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'ClusterThenLabel.predictProba');
    return this.#found.classifier.predictProba(X, control);
  }
}

function checkPropagation(value: unknown, name: string): Propagation {
  if (value === 'none' || value === 'clusters') return value;
  const { count, share } = (value ?? {}) as { count?: unknown; share?: unknown };
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 1) {
    if (count !== undefined) return { count: integer(1)(count, `${name}.count`) };
    if (typeof share === 'number' && share > 0 && share <= 1) return { share };
  }
  throw new HandfulError(
    'ERR_INVALID_ARGUMENT',
    `Expected 'none', 'clusters', { count } or { share } above 0 and at most 1 for ${name}`,
  );
}
