import type { LinearModel, PatchFeaturesOptions } from '../../binding.d.ts';
import { asPrepared, type MatrixInput, type PreparedMatrix, shapeOf } from '../backend/prepared-matrix.ts';
import { floatsOf, linear, normalizeRows, patchFeatures } from '../backend/row-operations.ts';
import { type Control, checkControl } from '../backend/run.ts';
import { invalidArgument } from '../core/errors.ts';
import { fitted } from '../core/fitted.ts';
import { checkImageShape, type ImageShape } from '../core/image-geometry.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { optional, parseOptions } from '../core/options.ts';
import { type Phases, Stopwatch } from '../core/phases.ts';
import { asRandomState, type RandomState } from '../core/random-state.ts';
import { randomStateOption } from '../core/random-state-option.ts';
import { inTurn } from '../estimators/random-turn.ts';
import { PatchFeatures, patchDescription } from '../features/patch-features.ts';
import { PCA } from '../features/pca.ts';
import { FEW_LABELS_DEFAULTS } from './few-labels-defaults.ts';
import { NeighborGraph } from './neighbor-graph.ts';

export interface RepresentationOptions {
  /**
   * Set if rows are images, an `ImageShape`: pixels row by row, the values of a pixel (`channels`, default 1) side by
   * side; without both sides they are square. Default: rows are plain vectors, such as embeddings.
   */
  image?: ImageShape;
  /** A seed, with which every fit gives the same; or a stream, which every fit takes further. Default: neither. */
  randomState?: number | RandomState;
}

/** How rows come into the space. */
interface Space {
  patches: PatchFeatures | undefined;
  components: PCA;
}

interface Model extends Space {
  rows: PreparedMatrix;
  graph: NeighborGraph;
  phases: Phases;
}

/**
 * What can be learned of rows without a single label: a space in which rows of one kind lie close together, and the
 * graph of nearest neighbours in it. Images are described by `PatchFeatures`, vectors as they are; their principal
 * components, partly whitened, brought to length 1, are the space.
 */
export class Representation {
  readonly options: Readonly<RepresentationOptions>;
  #model: Model | undefined;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: RepresentationOptions) {
    this.options = Object.freeze(
      parseOptions<RepresentationOptions>(
        options,
        { image: { check: optional(checkImageShape), default: undefined }, randomState: randomStateOption },
        'Representation',
      ),
    );
  }

  get #found(): Model {
    return fitted(this.#model, 'Representation');
  }

  /** The fitted rows in that space: rows of length 1. */
  get rows(): PreparedMatrix {
    return this.#found.rows;
  }

  /** The nearest neighbours of the fitted rows in that space. */
  get graph(): NeighborGraph {
    return this.#found.graph;
  }

  /** The principal components. */
  get components(): PCA {
    return this.#found.components;
  }

  /** What images were described by; undefined for vectors. */
  get patches(): PatchFeatures | undefined {
    return this.#found.patches;
  }

  /** Seconds that the fit spent on `features` (of images), `reduction` and `graph`. */
  get phases(): Phases {
    return this.#found.phases;
  }

  /**
   * Learns from the rows of `X`, two at least.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fit(X: MatrixInput, control: Control = {}): Promise<this> {
    checkControl(control, 'Representation.fit');
    const [rows] = shapeOf(X, 'X');
    if (rows < 2) throw invalidArgument('X', 'a matrix of two rows or more', 'a single row');
    using prepared = asPrepared(X);
    return await inTurn(asRandomState(this.options.randomState), control, (random) =>
      this.#learn(prepared, random, control),
    );
  }

  async #learn(prepared: PreparedMatrix, random: RandomState, control: Control): Promise<this> {
    const [rows] = prepared.shape;
    const watch = new Stopwatch();
    const patches = this.#newPatches(random);
    if (patches) await watch.time('features', () => patches.fit(prepared, control));
    const isLarge = rows > FEW_LABELS_DEFAULTS.sampleRows;
    using sample = isLarge
      ? prepared.takeRows(random.choice(rows, FEW_LABELS_DEFAULTS.sampleRows).sort())
      : prepared.lend();
    using described = patches
      ? await watch.time('features', () =>
          patchFeatures(sample, patchDescription(patches), undefined, control),
        )
      : sample.lend();
    const components = new PCA({
      nComponents: Math.min(FEW_LABELS_DEFAULTS.nComponents, ...described.shape),
      whiten: FEW_LABELS_DEFAULTS.whiten,
      standardize: patches !== undefined,
    });
    await watch.time('reduction', () => components.fit(described, control));
    const space = { patches, components };
    if (isLarge) return await this.#fill(prepared, space, watch, control);
    const all = await watch.time('reduction', () =>
      placeRows(described, undefined, components.projection, control),
    );
    return await this.#join(all, space, watch, control);
  }

  /**
   * The same space with other rows in it, and the graph of these: what was learned of a part of all rows serves all.
   * @param X two rows at least
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async extendTo(X: MatrixInput, control: Control = {}): Promise<Representation> {
    checkControl(control, 'Representation.extendTo');
    const { patches, components, phases } = this.#found;
    if (shapeOf(X, 'X')[0] < 2) throw invalidArgument('X', 'a matrix of two rows or more', 'a single row');
    const watch = new Stopwatch();
    watch.add(phases);
    using prepared = asPrepared(X);
    return await new Representation(this.options).#fill(prepared, { patches, components }, watch, control);
  }

  /**
   * The same space with only some of its rows, and the graph of these.
   * @param rows row numbers, two at least
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async takeRows(rows: ArrayLike<number>, control: Control = {}): Promise<Representation> {
    checkControl(control, 'Representation.takeRows');
    const { patches, components, rows: all } = this.#found;
    if (rows.length < 2) throw invalidArgument('rows', 'two row numbers or more', rows);
    const taken = new Representation(this.options);
    return taken.#join(all.takeRows(rows), { patches, components }, new Stopwatch(), control);
  }

  #newPatches(randomState: RandomState): PatchFeatures | undefined {
    const { image } = this.options;
    return image && new PatchFeatures({ ...FEW_LABELS_DEFAULTS.patches, ...image, randomState });
  }

  async #fill(X: PreparedMatrix, space: Space, watch: Stopwatch, control: Control): Promise<this> {
    const rows = await watch.time(space.patches ? 'features' : 'reduction', () => placeIn(space, X, control));
    return this.#join(rows, space, watch, control);
  }

  async #join(rows: PreparedMatrix, space: Space, watch: Stopwatch, control: Control): Promise<this> {
    const graph = new NeighborGraph({
      nNeighbors: Math.min(FEW_LABELS_DEFAULTS.nNeighbors, rows.shape[0] - 1),
    });
    await watch.time('graph', () => graph.fit(rows, control));
    this.#model = { ...space, rows, graph, phases: watch.phases };
    return this;
  }

  /**
   * The rows of `X`, which need not be among the fitted ones, in the space.
   * @returns rows x components
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async transform(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'Representation.transform');
    return await floatsOf(placeIn(this.#found, X, control));
  }
}

/** Rows in the space of a representation. */
export function placeIn(
  { patches, components }: Space,
  X: MatrixInput,
  control: Control,
): Promise<PreparedMatrix> {
  return placeRows(X, patches && patchDescription(patches), components.projection, control);
}

/**
 * Rows brought into the space of a representation: described by their patches if they are images, projected, and
 * brought to length 1.
 */
export async function placeRows(
  X: MatrixInput,
  patches: PatchFeaturesOptions | undefined,
  projection: LinearModel,
  control: Control,
): Promise<PreparedMatrix> {
  using reduced = patches
    ? await patchFeatures(X, patches, projection, control)
    : await linear(X, projection, 'decision', control);
  return await normalizeRows(reduced, 'l2', control);
}
