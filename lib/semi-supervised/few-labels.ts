import { asPrepared, type MatrixInput, shapeOf } from '../backend/prepared-matrix.ts';
import { normalizeRows, smoothRows } from '../backend/row-operations.ts';
import { type Control, checkControl, controlOptions } from '../backend/run.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import { invalidArgument } from '../core/errors.ts';
import { fitted } from '../core/fitted.ts';
import { checkImageShape, type ImageShape } from '../core/image-geometry.ts';
import { requireAtMostRows } from '../core/inputs.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { integer, oneOf, optional, parseOptions } from '../core/options.ts';
import { type Phases, Stopwatch } from '../core/phases.ts';
import { mostProbable } from '../core/predictions.ts';
import { asRandomState, RandomState } from '../core/random-state.ts';
import { randomStateOption } from '../core/random-state-option.ts';
import { Classifier } from '../estimators/classifier.ts';
import type { LogisticRegression } from '../estimators/logistic-regression.ts';
import { predictInChunks } from '../estimators/predict-in-chunks.ts';
import { inTurn } from '../estimators/random-turn.ts';
import { SELECTION_STRATEGIES, type SelectionStrategyName, selectRows } from '../selection/select-rows.ts';
import type { Selection } from '../selection/strategy.ts';
import type { Annotator } from './annotator.ts';
import { amongAll, drawCandidates, placesOf } from './candidates.ts';
import type { CrossValidation } from './cross-validation.ts';
import type { FewLabelsModel } from './few-labels-model.ts';
import { summaryOf } from './few-labels-summary.ts';
import {
  askAbout,
  checkLabelled,
  checkRowsAndLabels,
  requireFitting,
  withTwoClasses,
} from './given-labels.ts';
import { type ClassPrior, checkClassPrior, type LabelSpreading } from './label-spreading.ts';
import { learnFromLabels } from './learn-from-labels.ts';
import type { LabelledRows } from './propagation.ts';
import { placeIn, Representation } from './representation.ts';

/** Strategies that need no model: there is none before the first label. */
export type FirstStrategyName = Exclude<SelectionStrategyName, 'margin' | 'entropy'>;

const FIRST_STRATEGIES = SELECTION_STRATEGIES.filter(
  (name): name is FirstStrategyName => name !== 'margin' && name !== 'entropy',
);

export interface FewLabelsOptions {
  /** Labels to ask for: 2 … rows. Default 100. */
  budget?: number;
  /** How rows are images, see `Representation`. Default: rows are plain vectors. */
  image?: ImageShape;
  /** How the rows to label are chosen, a `FirstStrategyName`: one of `selectRows` that needs no model. Default `'representatives'`. */
  strategy?: FirstStrategyName;
  /**
   * Rows, drawn at random, that those to label are chosen among: 2 or more. So many take the same time however many
   * rows there are, but on Fashion-MNIST 100 rows chosen among 12,000 of 60,000 gave half a point less accuracy than
   * 100 among all. Default: all.
   */
  candidates?: number;
  /**
   * How frequent the classes are, see `LabelSpreading`. Default `'uniform'`: equally frequent. If that is far from
   * true, say what is known, or `'estimated'` or `'none'`.
   */
  classPrior?: ClassPrior;
  /** A seed, with which every fit gives the same; or a stream, which every fit takes further. Default: neither. */
  randomState?: number | RandomState;
}

/** What may differ from one pick to the next. */
export interface FewLabelsPickOptions<Label extends ClassLabel = ClassLabel> extends Control {
  /** Labels to ask for this time, 1 … rows without a label. Default: the option of the estimator. */
  budget?: number;
  /** Rows that have a label already: what is like them need not be chosen. Default none. */
  labelled?: LabelledRows<Label>;
  /**
   * How the rows are chosen, see `selectRows`: `'margin'` and `'entropy'` go by the doubts of a fit on `labelled`, which
   * takes place first. Default: the option of the estimator.
   */
  strategy?: SelectionStrategyName;
}

/** Rows chosen to be labelled. */
interface Choice {
  /** What they were chosen of, to know it again. */
  of: MatrixInput | Representation;
  /** Of the rows that they were chosen among. */
  representation: Representation;
  /** The numbers of those rows, where they were not all. */
  candidates: Int32Array | undefined;
  strategy: SelectionStrategyName;
  selection: Selection;
  phases: Phases;
}

/**
 * The whole way from many rows and few labels to a classifier: learns a {@link Representation} of the rows without
 * labels, chooses the rows that are worth one, spreads the answers over all rows, and refines them. Where
 * cross-validation on the labelled rows says that spreading misleads, a logistic regression learns from these alone.
 */
export class FewLabels<Label extends ClassLabel = ClassLabel> extends Classifier<Label> {
  readonly options: Readonly<Required<FewLabelsOptions>>;
  #choice: Choice | undefined;
  #model: FewLabelsModel<Label> | undefined;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: FewLabelsOptions) {
    super();
    this.options = Object.freeze(
      parseOptions<FewLabelsOptions>(
        options,
        {
          budget: { check: integer(2), default: 100 },
          image: { check: optional(checkImageShape), default: undefined },
          strategy: { check: oneOf(...FIRST_STRATEGIES), default: 'representatives' },
          candidates: { check: optional(integer(2)), default: undefined },
          classPrior: { check: checkClassPrior, default: 'uniform' },
          randomState: randomStateOption,
        },
        'FewLabels',
      ) as Required<FewLabelsOptions>,
    );
    requireEnough(this.options.candidates, this.options.budget);
  }

  get #found(): FewLabelsModel<Label> {
    return fitted(this.#model, 'FewLabels');
  }

  /** The classes, sorted: numbers by value, strings by their UTF-16 code units. */
  get classes(): readonly Label[] {
    return this.#found.classifier.classes;
  }

  /** The rows that were labelled, and their labels. */
  get labelled(): LabelledRows<Label> {
    return this.#found.labelled;
  }

  /** Rows x classes: the probability of each class for each fitted row. */
  get labelDistributions(): FloatMatrix {
    return this.#found.labelDistributions;
  }

  /**
   * The most probable class of each fitted row, ties to the first in the order of `classes`. Labelled rows may get
   * another label than they were given.
   */
  get transduction(): Label[] {
    return mostProbable(this.labelDistributions, this.classes);
  }

  /** What was learned of the rows without labels, by a fit or else a pick: serves other fits of the same rows. */
  get representation(): Representation {
    return (this.#model ?? this.#choice ?? this.#found).representation;
  }

  /**
   * What tells the classes of rows of the representation: spread labels, or a logistic regression where spreading would
   * mislead.
   */
  get classifier(): LabelSpreading<Label> | LogisticRegression<Label> {
    return this.#found.classifier;
  }

  /**
   * What the labelled rows say of spreading: where it would mislead, the classifier is a logistic regression that
   * learned from them alone.
   */
  get crossValidation(): CrossValidation {
    return this.#found.crossValidation;
  }

  /** Seconds spent on `features`, `reduction`, `graph`, `selection`, `cross-validation`, `spreading` and `regression`. */
  get phases(): Phases {
    return this.#found.phases;
  }

  /** What the fit did, in plain words, with the seconds that each phase took. */
  summary(): string {
    return summaryOf(this.#found);
  }

  /** The rows that were chosen last, and the row that stands for each one's cluster, where there are clusters. */
  get selection(): Selection {
    return fitted(this.#choice, 'FewLabels').selection;
  }

  /**
   * Chooses the rows of `X` to label, the most useful first. A `fit` with the same `X`, which must not have changed
   * meanwhile, then goes on from what this has learned.
   * @returns `budget` row numbers; `selection` tells more
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async pick(X: MatrixInput | Representation, options?: FewLabelsPickOptions<Label>): Promise<Int32Array> {
    const {
      budget = this.options.budget,
      labelled,
      strategy = this.options.strategy,
      ...control
    } = parseOptions<FewLabelsPickOptions<Label>>(
      options,
      {
        budget: { check: optional(integer(1)), default: undefined },
        labelled: {
          check: (value, name) => checkRowsAndLabels<Label>(value, name, rowCount(X)),
          default: undefined,
        },
        strategy: { check: oneOf(...SELECTION_STRATEGIES), default: undefined },
        ...controlOptions,
      },
      'FewLabels.pick',
    );
    this.#choice = await this.#choose(X, budget, labelled, strategy, control);
    return this.#choice.selection.rows.slice();
  }

  /**
   * Learns from the rows of `X`, or from what is known of them already, and a few labels.
   * @param answers a function that is given `budget` row numbers and returns their labels, or a promise of them, null
   *   for a row that it does not know, which is left out; or the rows and labels that there are. If all are of one
   *   class, so is every row, as `summary` says
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError; whatever the
   *   function throws
   */
  async fit(
    X: MatrixInput | Representation,
    answers: Annotator<Label> | LabelledRows<Label>,
    control: Control = {},
  ): Promise<this> {
    checkControl(control, 'FewLabels.fit');
    const rows = rowCount(X);
    const given = typeof answers === 'function' ? undefined : checkLabelled<Label>(answers, 'answers', rows);
    let choice = this.#choice?.of === X ? this.#choice : undefined;
    if (!given) {
      const { budget, strategy } = this.options;
      choice = this.#choice = choice ?? (await this.#choose(X, budget, undefined, strategy, control));
    }
    const labelled = given ?? (await askAbout(answers as Annotator<Label>, choice!.selection.rows));
    const isChoice = choice !== undefined && (!given || sameRows(labelled.rows, choice.selection.rows));
    requireFitting(this.options.classPrior, labelled);

    const representation = await this.#represent(X, choice, control);
    const { classPrior } = this.options;
    const weights = isChoice ? clusterSizes(choice!.selection, labelled.rows) : undefined;
    const learned = await learnFromLabels(representation, labelled, classPrior, weights, control);
    this.#model = {
      ...learned,
      representation,
      labelled,
      strategy: isChoice ? choice!.strategy : undefined,
      classPrior,
      phases: { ...representation.phases, ...(isChoice && choice!.phases), ...learned.phases },
    };
    return this;
  }

  async #choose(
    X: MatrixInput | Representation,
    budget: number,
    labelled: LabelledRows<Label> | undefined,
    strategy: SelectionStrategyName,
    control: Control,
  ): Promise<Choice> {
    const rows = rowCount(X);
    requireAtMostRows(budget, 'budget', rows);
    requireEnough(this.options.candidates, budget);
    const drawn = Math.min(rows, this.options.candidates ?? rows);
    const asksModel = strategy === 'margin' || strategy === 'entropy';
    const known = asksModel ? withTwoClasses(labelled ?? { rows: new Int32Array(), labels: [] }) : labelled;
    const { classPrior } = this.options;
    if (asksModel) requireFitting(classPrior, known!);
    const [forRepresentation, forSelection] = await this.#newRandom(control);
    const candidates =
      drawn < rows ? drawCandidates(rows, drawn, known?.rows ?? new Int32Array(), forSelection) : undefined;
    const representation = await this.#representCandidates(X, candidates, forRepresentation, control);
    const knownCandidates = known && { ...known, rows: placesOf(known.rows, candidates) };
    const probabilities = asksModel
      ? (await learnFromLabels(representation, knownCandidates!, classPrior, undefined, control))
          .labelDistributions
      : undefined;
    const watch = new Stopwatch();
    const selection = await watch.time('selection', async () => {
      const { rows: all, graph } = representation;
      using smoothed = await smoothRows(all, graph.affinityMatrix, control);
      using space = await normalizeRows(smoothed, 'l2', control);
      const chosen = await selectRows(space, {
        strategy,
        budget,
        randomState: forSelection,
        labelled: knownCandidates?.rows,
        probabilities,
        ...control,
      });
      return candidates ? amongAll(chosen, candidates, rows) : chosen;
    });
    return { of: X, representation, candidates, strategy, selection, phases: watch.phases };
  }

  async #representCandidates(
    X: MatrixInput | Representation,
    candidates: Int32Array | undefined,
    randomState: RandomState,
    control: Control,
  ): Promise<Representation> {
    if (X instanceof Representation) return candidates ? X.takeRows(candidates, control) : X;
    // Of all rows, because an error is to name the row that is at fault.
    using prepared = asPrepared(X);
    const representation = new Representation({ image: this.options.image, randomState });
    using chosen = candidates ? prepared.takeRows(candidates) : prepared.lend();
    return await representation.fit(chosen, control);
  }

  /** All rows, from where the choice has left off. */
  async #represent(
    X: MatrixInput | Representation,
    choice: Choice | undefined,
    control: Control,
  ): Promise<Representation> {
    if (X instanceof Representation) return X;
    if (choice) {
      return choice.candidates ? choice.representation.extendTo(X, control) : choice.representation;
    }
    const [randomState] = await this.#newRandom(control);
    return new Representation({ image: this.options.image, randomState }).fit(X, control);
  }

  /** Streams of their own for the representation and the choice: so the choice is the same of a representation made before. */
  async #newRandom(control: Control): Promise<readonly [RandomState, RandomState]> {
    const [a, b] = await inTurn(asRandomState(this.options.randomState), control, (random) =>
      random.randint(0, 2 ** 31 - 1, 2),
    );
    return [new RandomState(a), new RandomState(b)];
  }

  /**
   * The probability of every class for each row of `X`, which need not be among the fitted ones: see `LabelSpreading`.
   * @returns rows x classes, in the order of `classes`
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async predictProba(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'FewLabels.predictProba');
    const { representation, classifier } = this.#found;
    return predictInChunks(X, this.classes.length, async (chunk) => {
      using placed = await placeIn(representation, chunk, control);
      return await classifier.predictProba(placed, control);
    });
  }
}

function rowCount(X: MatrixInput | Representation): number {
  return (X instanceof Representation ? X.rows : { shape: shapeOf(X, 'X') }).shape[0];
}

/** @throws HandfulError `ERR_INVALID_ARGUMENT` */
function requireEnough(candidates: number | undefined, budget: number): void {
  if (candidates !== undefined && candidates < budget) {
    throw invalidArgument('candidates', `a whole number of at least budget = ${budget}`, candidates);
  }
}

function sameRows(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((row, i) => row === b[i]);
}

/** For each of `chosen` how many rows its cluster has; undefined where there are no clusters. */
function clusterSizes({ rows, clusters }: Selection, chosen: Int32Array): Float64Array | undefined {
  if (!clusters) return undefined;
  const sizes = new Map(Array.from(rows, (row) => [row, 0]));
  for (const place of clusters) if (place >= 0) sizes.set(rows[place]!, sizes.get(rows[place]!)! + 1);
  return Float64Array.from(chosen, (row) => sizes.get(row)!);
}
