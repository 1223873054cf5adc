import { type MatrixInput, shapeOf } from '../backend/prepared-matrix.ts';
import { type Control, checkControl, controlOptions, run } from '../backend/run.ts';
import { type ClassLabel, encodeLabels } from '../core/class-labels.ts';
import { HandfulError, invalidArgument } from '../core/errors.ts';
import { fitted } from '../core/fitted.ts';
import { requireArray } from '../core/inputs.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { type Check, integer, number, parseOptions, positive } from '../core/options.ts';
import { mostProbableOrNull } from '../core/predictions.ts';
import { Classifier } from '../estimators/classifier.ts';
import { normalizeClassMass } from './class-mass-normalization.ts';
import { NeighborGraph } from './neighbor-graph.ts';
import { meanOfNeighbors } from './neighbor-means.ts';
import { type Beliefs, beliefsOf, type PartialLabels } from './partial-labels.ts';

/**
 * How frequent the classes are known to be: `'none'` (not known), `'uniform'` (equally frequent), `'estimated'` (as
 * frequent as among the labels), or for each class, in the order of `classes`, a number above 0 that its share of
 * all rows is proportional to.
 */
export type ClassPrior = 'none' | 'uniform' | 'estimated' | ArrayLike<number>;

export interface LabelSpreadingOptions<Label extends ClassLabel = ClassLabel> {
  /** Share of a row's label that comes from its neighbours: above 0, below 1. Default 0.95. */
  alpha?: number;
  /** Neighbours of each row in the graph that `fit` builds, and of a new row: 1 … rows - 1. Default 10. */
  nNeighbors?: number;
  /**
   * How frequent the classes are known to be, a `ClassPrior`: `'none'`; `'uniform'`, equally; `'estimated'`, as among
   * the labels; or for each class a number above 0 that its share is proportional to, in the order of `classes`.
   * Default `'none'`.
   */
  classPrior?: ClassPrior;
  /**
   * The classes there are, where some may have no label. Default: those that have one; distributions bring their own.
   */
  classes?: ArrayLike<Label>;
  /**
   * A solve ends when the residual of each class is at most this share of what the class starts with, from 0 to 1.
   * Default 1e-12.
   */
  tol?: number;
  /**
   * The largest error that a row's probabilities may have after one solve, above 0. Rows far from every label are lost
   * in the error of a solve. They are solved for again, with the others as given. `Infinity`: only rows that a solve
   * does not reach. Default 1e-5.
   */
  rowTol?: number;
  /** Iterations of each solve at most, 1 or more. Default 1000: a bound it stays far below. */
  maxIter?: number;
}

/** What may differ from one fit to the next. */
export interface LabelSpreadingFitOptions extends Control {
  /**
   * How many rows each labelled row stands for when the class prior is `'estimated'`, such as the size of its
   * cluster: 0 or more, one for each of `y.rows` (for each row where `y` holds distributions). All 1 where left
   * out.
   */
  priorWeight?: ArrayLike<number>;
}

interface Model<Label extends ClassLabel> {
  graph: NeighborGraph;
  classes: readonly Label[];
  /** Rows x classes. */
  distributions: Float32Array;
  unreachedRows: Int32Array;
  classPrior: Float64Array | undefined;
  classPriorNotice: string | undefined;
  nIter: number;
  converged: boolean;
}

/**
 * Spreads a few labels over all rows along the graph of nearest neighbours (Zhou, Bousquet, Lal, Weston &
 * Schölkopf 2004): solves (I - alpha S) F = Y, where S is the graph's `affinityMatrix` and Y has a 1 for each
 * label, and brings each row of F to the sum 1. What scikit-learn's `LabelSpreading(kernel='knn')` iterates
 * towards, on a graph whose weights know the local scale.
 */
export class LabelSpreading<Label extends ClassLabel = ClassLabel> extends Classifier<Label, Label | null> {
  readonly options: Readonly<Required<LabelSpreadingOptions<Label>>>;
  #model: Model<Label> | undefined;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: LabelSpreadingOptions<Label>) {
    super();
    this.options = Object.freeze(
      parseOptions<LabelSpreadingOptions<Label>>(
        options,
        {
          alpha: { check: checkAlpha, default: 0.95 },
          nNeighbors: { check: integer(1), default: 10 },
          classPrior: { check: checkClassPrior, default: 'none' },
          classes: { check: checkClasses<Label>, default: undefined },
          tol: { check: number(0, 1), default: 1e-12 },
          rowTol: { check: positive, default: 1e-5 },
          maxIter: { check: integer(1), default: 1000 },
        },
        'LabelSpreading',
      ) as Required<LabelSpreadingOptions<Label>>,
    );
  }

  get #found(): Model<Label> {
    return fitted(this.#model, 'LabelSpreading');
  }

  /** The classes, sorted: numbers by value, strings by their UTF-16 code units. */
  get classes(): readonly Label[] {
    return this.#found.classes;
  }

  /** The graph that the labels were spread over. */
  get graph(): NeighborGraph {
    return this.#found.graph;
  }

  /** Rows x classes: the probability of each class for each fitted row; zeros for a row that no label reaches. */
  get labelDistributions(): FloatMatrix {
    const { distributions, classes } = this.#found;
    return { data: distributions, shape: [distributions.length / classes.length, classes.length] };
  }

  /**
   * The most probable class of each fitted row, ties to the first in the order of `classes`; null for a row that no
   * label reaches. Labelled rows may get another label than they were given.
   */
  get transduction(): (Label | null)[] {
    return mostProbableOrNull(this.labelDistributions, this.classes);
  }

  /** The rows that no label reaches: exactly those to which no path of the graph leads from a labelled row. */
  get unreachedRows(): Int32Array {
    return this.#found.unreachedRows;
  }

  /** For each class the share that the distributions were brought to; undefined where they were left as they are. */
  get classPrior(): Float64Array | undefined {
    return this.#found.classPrior;
  }

  /** Why the `classPrior` that was asked for was not applied, in words; undefined where it was, or none was asked for. */
  get classPriorNotice(): string | undefined {
    return this.#found.classPriorNotice;
  }

  /** Iterations of all solves. */
  get nIter(): number {
    return this.#found.nIter;
  }

  /** Whether each solve reached `tol`, and each row `rowTol`. */
  get converged(): boolean {
    return this.#found.converged;
  }

  /**
   * Spreads what is known of some rows over all.
   * @param X the rows, whose graph is built, or the graph where it is there already
   * @param y the labelled rows and their labels, or for every row what is believed of it
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_NOT_FITTED` (a graph without rows),
   *   `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fit(
    X: MatrixInput | NeighborGraph,
    y: PartialLabels<Label>,
    options?: LabelSpreadingFitOptions,
  ): Promise<this> {
    const { priorWeight, ...control } = parseOptions<LabelSpreadingFitOptions>(
      options,
      {
        priorWeight: { check: (value) => value as ArrayLike<number>, default: undefined },
        ...controlOptions,
      },
      'LabelSpreading.fit',
    );
    const { nNeighbors, alpha, tol, rowTol, maxIter, classes: known, classPrior } = this.options;
    const [rows] = X instanceof NeighborGraph ? X.shape : shapeOf(X, 'X');
    const beliefs = beliefsOf(y, rows, known as readonly Label[] | undefined, priorWeight);
    const { classes } = beliefs;
    const { prior, notice } = priorOf(classPrior, beliefs);
    const graph = X instanceof NeighborGraph ? X : await new NeighborGraph({ nNeighbors }).fit(X, control);

    const { distributions, nIter, converged } = await run(control, (operations, job) =>
      operations.spreadLabels(job, graph.affinityMatrix, {
        nClasses: classes.length,
        start: beliefs.values,
        alpha,
        tol,
        rowTol,
        maxIter,
      }),
    );
    const unreachedRows = emptyRows(distributions, classes.length);
    if (prior) normalizeClassMass(distributions, prior);
    this.#model = {
      graph,
      classes: Object.freeze(classes),
      distributions: Float32Array.from(distributions),
      unreachedRows,
      classPrior: prior,
      classPriorNotice: notice,
      nIter,
      converged,
    };
    return this;
  }

  /**
   * The probability of every class for each row of `X`, which need not be among the fitted ones: the mean of the
   * distributions of its `nNeighbors` nearest fitted rows, each weighing exp(-d² / D²), with d its distance and D
   * the farthest one's. Rows that no label reaches don't count.
   * @returns rows x classes, in the order of `classes`; zeros for a row all whose neighbours no label reaches
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
   */
  async predictProba(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'LabelSpreading.predictProba');
    const { graph, classes, distributions } = this.#found;
    const width = classes.length;
    const k = Math.min(this.options.nNeighbors, graph.shape[0]);
    return meanOfNeighbors(await graph.kneighbors(X, k, control), distributions, width);
  }

  /**
   * The most probable class of each row of `X`, ties to the first in the order of `classes`; null for a row all
   * whose neighbours no label reaches.
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`; AbortError
   */
  override async predict(X: MatrixInput, control: Control = {}): Promise<(Label | null)[]> {
    checkControl(control, 'LabelSpreading.predict');
    return mostProbableOrNull(await this.predictProba(X, control), this.classes);
  }
}

const checkAlpha: Check<number> = (value, name) => {
  if (typeof value !== 'number' || !(value > 0 && value < 1)) {
    throw invalidArgument(name, 'a number above 0 and below 1', value);
  }
  return value;
};

/** Checks an option `classPrior`. */
export const checkClassPrior: Check<ClassPrior> = (value, name) => {
  if (value === 'none' || value === 'uniform' || value === 'estimated') return value;
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) {
    throw invalidArgument(name, "'none', 'uniform', 'estimated' or an array of numbers", value);
  }
  const given = value as ArrayLike<number>;
  const shares = Float64Array.from(given);
  const bad = shares.findIndex((share) => !(share > 0 && share < Infinity));
  if (bad >= 0) throw invalidArgument(`${name}[${bad}]`, 'a finite number above 0', given[bad]);
  return shares;
};

function checkClasses<Label extends ClassLabel>(value: unknown, name: string): readonly Label[] {
  requireArray(value, name);
  if (value.length === 0) throw invalidArgument(name, 'at least one class', value);
  const { classes } = encodeLabels(value as ArrayLike<Label>, name, value.length);
  return Object.freeze(classes);
}

/** The share of each class, 1 in all; without it where none is asked for, or a class that has no label forbids it. */
function priorOf<Label extends ClassLabel>(
  classPrior: ClassPrior,
  { classes, values, masses }: Beliefs<Label>,
): { prior?: Float64Array; notice?: string } {
  if (typeof classPrior === 'object' && classPrior.length !== classes.length) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected ${classes.length} numbers in classPrior, one for each class, but received ` +
        `${classPrior.length}; the option classes tells of classes that no label has`,
    );
  }
  if (classPrior === 'none') return {};
  const unlabelled = classes.findIndex((_, c) => !hasBelief(values, c, classes.length));
  const weightless = classPrior === 'estimated' ? masses.indexOf(0) : -1;
  if (unlabelled >= 0 || weightless >= 0) {
    const missing = JSON.stringify(classes[unlabelled >= 0 ? unlabelled : weightless]);
    const has = unlabelled >= 0 ? 'no label' : 'only labels of priorWeight 0';
    return { notice: `No class prior was applied, because class ${missing} has ${has}` };
  }
  const shares =
    classPrior === 'uniform' ? masses.map(() => 1) : classPrior === 'estimated' ? masses : classPrior;
  const sum = Array.from(shares).reduce((all, share) => all + share, 0);
  return { prior: Float64Array.from(shares, (share) => share / sum) };
}

function hasBelief(values: Float64Array, place: number, width: number): boolean {
  for (let i = place; i < values.length; i += width) if (values[i]! > 0) return true;
  return false;
}

function emptyRows(distributions: Float64Array, width: number): Int32Array {
  const rows = Int32Array.from({ length: distributions.length / width }, (_, row) => row);
  return rows.filter((row) =>
    distributions.subarray(row * width, (row + 1) * width).every((each) => each === 0),
  );
}
