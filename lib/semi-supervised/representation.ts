import { PreparedMatrix, prepare } from '../backend/prepared-matrix.ts';
import { type Control, controlOptions } from '../backend/run.ts';
import { invalidArgument } from '../errors.ts';
import { fitted } from '../estimators/fitted.ts';
import { type FloatMatrix, type MatrixInput, shapeOf } from '../estimators/input.ts';
import { randomStateOption } from '../estimators/random-state-option.ts';
import { Normalizer } from '../features/normalizer.ts';
import { PatchFeatures, type PatchFeaturesOptions } from '../features/patch-features.ts';
import { PCA } from '../features/pca.ts';
import { integer, optional, parseOptions } from '../options.ts';
import { type Phases, Stopwatch } from '../phases.ts';
import { asRandomState, type RandomState } from '../random-state.ts';
import { RECIPE } from './few-labels-recipe.ts';
import { NeighborGraph } from './neighbor-graph.ts';

/** How rows are images: pixels down and across, and values of a pixel. */
export type ImageShape = Pick<PatchFeaturesOptions, 'height' | 'width' | 'channels'>;

export interface RepresentationOptions {
  /**
   * Set where rows are images: pixels row by row, the values of a pixel (`channels`, default 1) side by side; where
   * both sides are left out they are square. Default: rows are plain vectors, such as embeddings.
   */
  image?: ImageShape;
  /** A seed, with which every fit gives the same; or a stream, which every fit takes further. Default: neither. */
  randomState?: number | RandomState;
}

interface Model {
  patches: PatchFeatures | undefined;
  components: PCA;
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
        { image: { check: checkImage, default: undefined }, randomState: randomStateOption },
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

  /** Seconds that the fit spent on `features`, `reduction` and `graph`. */
  get phases(): Phases {
    return this.#found.phases;
  }

  /**
   * Learns from the rows of `X`, two at least.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fit(X: MatrixInput, options?: Control): Promise<this> {
    const control = parseOptions<Control>(options, controlOptions, 'Representation.fit');
    const [rows] = shapeOf(X, 'X');
    if (rows < 2) throw invalidArgument('X', 'a matrix of two rows or more', 'a single row');
    const random = asRandomState(this.options.randomState);
    const watch = new Stopwatch();
    const prepared = X instanceof PreparedMatrix ? X : prepare(X);

    const patches = this.#newPatches(random);
    if (patches) await watch.time('features', () => patches.fit(prepared, control));
    const sampled = random.choice(rows, Math.min(rows, RECIPE.sampleRows)).sort();
    const sample = await watch.time('features', () => describe(prepared.takeRows(sampled), patches, control));
    const components = new PCA({
      nComponents: Math.min(RECIPE.nComponents, ...sample.shape),
      whiten: RECIPE.whiten,
      standardize: patches !== undefined,
    });
    await watch.time('reduction', () => components.fit(sample, control));
    const found = emptySpace(rows, components);
    await watch.time('reduction', () => place(sample, sampled, components, found, control));
    const others = allBut(sampled, rows);
    await describeAndPlace(prepared, others, { patches, components }, found, watch, control);
    const space = prepare(found);
    const graph = new NeighborGraph({ nNeighbors: Math.min(RECIPE.nNeighbors, rows - 1) });
    await watch.time('graph', () => graph.fit(space, control));
    this.#model = { patches, components, rows: space, graph, phases: watch.phases };
    return this;
  }

  #newPatches(randomState: RandomState): PatchFeatures | undefined {
    const { image } = this.options;
    return image && new PatchFeatures({ ...RECIPE.patches, ...image, randomState });
  }

  /**
   * The rows of `X`, which need not be among the fitted ones, in the space.
   * @returns rows x components
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async transform(X: MatrixInput, options?: Control): Promise<FloatMatrix> {
    const model = this.#found;
    const control = parseOptions<Control>(options, controlOptions, 'Representation.transform');
    shapeOf(X, 'X');
    const prepared = X instanceof PreparedMatrix ? X : prepare(X);
    const [rows] = prepared.shape;
    const space = emptySpace(rows, model.components);
    await describeAndPlace(prepared, allBut([], rows), model, space, new Stopwatch(), control);
    return space;
  }
}

function emptySpace(rows: number, { nComponents }: PCA): FloatMatrix {
  return { data: new Float32Array(rows * nComponents), shape: [rows, nComponents] };
}

/** What rows are described by: images by their patches, vectors by themselves. */
async function describe(
  X: PreparedMatrix,
  patches: PatchFeatures | undefined,
  control: Control,
): Promise<MatrixInput & { shape: readonly [number, number] }> {
  return patches ? patches.transform(X, control) : X;
}

/** Brings described rows into the space: the i-th becomes its row number `numbers[i]`. */
async function place(
  described: MatrixInput,
  numbers: Int32Array,
  components: PCA,
  space: FloatMatrix,
  control: Control,
): Promise<void> {
  const { data, shape } = await new Normalizer().transform(
    await components.transform(described, control),
    control,
  );
  const [, width] = shape;
  for (const [i, row] of numbers.entries()) {
    space.data.set(data.subarray(i * width, (i + 1) * width), row * width);
  }
}

/** Brings some rows into the space, a chunk at a time: what describes images takes far more room than all the rest. */
async function describeAndPlace(
  X: PreparedMatrix,
  numbers: Int32Array,
  { patches, components }: Pick<Model, 'patches' | 'components'>,
  space: FloatMatrix,
  watch: Stopwatch,
  control: Control,
): Promise<void> {
  for (let first = 0; first < numbers.length; first += RECIPE.chunkRows) {
    const chunk = numbers.subarray(first, first + RECIPE.chunkRows);
    const described = await watch.time('features', () => describe(X.takeRows(chunk), patches, control));
    await watch.time('reduction', () => place(described, chunk, components, space, control));
  }
}

/** The numbers of all rows but some. */
function allBut(some: Iterable<number>, rows: number): Int32Array {
  const left = new Set(some);
  return Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !left.has(row));
}

/** Checks that `image` has nothing but the shape of images, by the rules of `PatchFeatures`. */
export function checkImage(value: unknown, name: string): ImageShape {
  if (value === null || typeof value !== 'object') {
    throw invalidArgument(name, 'the shape of an image { height?, width?, channels? }', value);
  }
  const side = { check: optional(integer(1)), default: undefined };
  return parseOptions<ImageShape>(value, { height: side, width: side, channels: side }, `the option ${name}`);
}
