import type { LinearModel } from '../../binding.d.ts';
import { type MatrixInput, type PreparedMatrix, prepare } from '../backend/prepared-matrix.ts';
import { floatsOf, linear } from '../backend/row-operations.ts';
import { type Control, checkControl } from '../backend/run.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import { HandfulError } from '../core/errors.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { Classifier } from '../estimators/classifier.ts';
import { NearestNeighbors } from '../estimators/nearest-neighbors.ts';
import { predictInChunks } from '../estimators/predict-in-chunks.ts';
import { meanOfNeighbors } from '../semi-supervised/neighbor-means.ts';
import { placeRows } from '../semi-supervised/representation.ts';
import type { LinearParts, ModelInput, ModelParts } from './model-parts.ts';

/** How far from 1 the probabilities of a row may sum. */
const PROBABILITY_TOLERANCE = 1e-3;

/** A fitted estimator that was kept in a file: it predicts what the one that was kept would, to the last bit. */
export class TrainedModel<Label extends ClassLabel = ClassLabel> extends Classifier<Label> {
  readonly #parts: ModelParts<Label>;
  #search: Promise<NearestNeighbors> | undefined;

  /** @internal */
  constructor(parts: ModelParts<Label>) {
    super();
    this.#parts = parts;
  }

  /** @internal What it is made of. */
  get parts(): ModelParts<Label> {
    return this.#parts;
  }

  /** What was fitted: `'FewLabels'` or `'LogisticRegression'`. */
  get estimator(): string {
    return this.#parts.estimator;
  }

  /** The classes, in the order of the columns of `predictProba`. */
  get classes(): readonly Label[] {
    return this.#parts.classes;
  }

  /** Columns of the rows that it predicts. */
  get columns(): number {
    return this.#parts.columns;
  }

  /** What the rows are that it was trained on. */
  get input(): Readonly<ModelInput> {
    return this.#parts.input;
  }

  /**
   * The probability of every class for each row of `X`.
   * @returns rows x classes, in the order of `classes`
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async predictProba(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'TrainedModel.predictProba');
    return predictInChunks(X, this.classes.length, async (chunk) => {
      using encoded = await this.#encode(chunk, control);
      return await this.#tellApart(encoded, control);
    });
  }

  /** Rows as the classifier knows them. */
  #encode(X: PreparedMatrix, control: Control): Promise<PreparedMatrix> | PreparedMatrix {
    const { patches, projection } = this.#parts;
    if (!projection) return X.lend();
    return placeRows(X, patches && { ...patches.geometry, ...patches }, linearModel(projection), control);
  }

  async #tellApart(X: MatrixInput, control: Control): Promise<FloatMatrix> {
    const { neighbors, regression, classes } = this.#parts;
    if (!neighbors)
      return requireSums(await floatsOf(linear(X, linearModel(regression!), 'probability', control)));
    const { rows, distributions, nNeighbors } = neighbors;
    const count = distributions.length / classes.length;
    this.#search ??= new NearestNeighbors().fit(prepare({ data: rows, shape: [count, rows.length / count] }));
    const k = Math.min(nNeighbors, count);
    const found = await (await this.#search).kneighbors(X, k, control);
    return meanOfNeighbors(found, distributions, classes.length);
  }
}

/** Refuses probabilities that are none, because weights of a model, which may be of anyone, leave the range of floats. */
function requireSums(probabilities: FloatMatrix): FloatMatrix {
  const { data, shape } = probabilities;
  for (let from = 0; from < data.length; from += shape[1]) {
    const sum = data.subarray(from, from + shape[1]).reduce((all, each) => all + each, 0);
    if (Math.abs(sum - 1) <= PROBABILITY_TOLERANCE) continue;
    throw new HandfulError(
      'ERR_NOT_FINITE',
      'Expected probabilities that sum to 1 but the scores of a row are beyond single precision: its numbers, or the ' +
        "model's, are too large",
    );
  }
  return probabilities;
}

/** Nothing is subtracted in vain: a centre of zeros is left out. */
function linearModel({ coef, intercept, center }: LinearParts): LinearModel {
  return { coef, intercept, ...(center.some((value) => value !== 0) && { center }) };
}
