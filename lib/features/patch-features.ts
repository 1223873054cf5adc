import type {
  PatchFeaturesOptions as BackendOptions,
  PatchCodebook,
  PatchGeometry,
} from '../../binding.d.ts';
import { type MatrixInput, preparedRows, shapeOf } from '../backend/prepared-matrix.ts';
import { floatsOf, patchFeatures } from '../backend/row-operations.ts';
import { type Control, checkControl, controlOptions, run } from '../backend/run.ts';
import { countOf, HandfulError, invalidArgument, unfitArgument } from '../core/errors.ts';
import { fitted } from '../core/fitted.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { boolean, integer, number, type OptionTable, optional, parseOptions } from '../core/options.ts';
import { asRandomState, type RandomState } from '../core/random-state.ts';
import { randomStateOption } from '../core/random-state-option.ts';
import { inTurn } from '../estimators/random-turn.ts';
import { patchGeometry, requireFilledCells } from './patch-geometry.ts';
import { PCA } from './pca.ts';

export type { PatchCodebook, PatchGeometry };

export interface PatchFeaturesOptions {
  /** Pixels of an image, down. Default: as many as across, or as the number of columns leaves. */
  height?: number;
  /** Pixels of an image, across. Default: as many as down, or as the number of columns leaves. */
  width?: number;
  /** Values of a pixel, which lie side by side: 1 for grey, 3 for colour. Default 1. */
  channels?: number;
  /** Pixels of a patch, down and across: 1 … the shorter side of an image. Default 5. */
  patchSize?: number;
  /** Pixels from one patch to the next, down and across: 1 or more. Default 1, every place. */
  stride?: number;
  /** Patches in the codebook, so many features a cell: 1 or more. Default 200. */
  nClusters?: number;
  /** Cells, down and across, in which an image's patches are summed: 1 … patches down or across. Default 4. */
  gridSize?: number;
  /**
   * Whether each sum is replaced by its square root, so that a patch that is everywhere does not drown the rest.
   * Default false.
   */
  squareRoot?: boolean;
  /** Patches to learn from at most: `nClusters` or more. Default 200,000. */
  nPatches?: number;
  /** Iterations of k-means at most, 1 or more. Default 25. */
  maxIter?: number;
  /**
   * Patches whose values' standard deviation is not above this are not learned from: 0 or more. Default 0.02, for
   * values from 0 to 1.
   */
  minContrast?: number;
  /**
   * Added to a patch's variance before it is divided by the root, so that faint patches stay faint: 0 or more.
   * Default 10 / 255², for values from 0 to 1.
   */
  contrastEpsilon?: number;
  /** Added to the variance in each direction before whitening brings it to 1: 1e-6 or more. Default 0.1. */
  whiteningEpsilon?: number;
  /**
   * A seed, with which every fit gives the same; or a stream, which every fit takes further. Default: neither.
   */
  randomState?: number | RandomState;
}

export interface PatchFeaturesTransformOptions extends Control {
  /**
   * Principal components of the features, which are answered in place of these: the features themselves, many times
   * as large, are then never in memory but for a few images. Default: none.
   */
  pca?: PCA;
}

const patchFeaturesOptions: OptionTable<PatchFeatures['options']> = {
  height: { check: optional(integer(1)), default: undefined },
  width: { check: optional(integer(1)), default: undefined },
  channels: { check: integer(1), default: 1 },
  patchSize: { check: integer(1), default: 5 },
  stride: { check: integer(1), default: 1 },
  nClusters: { check: integer(1), default: 200 },
  gridSize: { check: integer(1), default: 4 },
  squareRoot: { check: boolean, default: false },
  nPatches: { check: integer(1), default: 200_000 },
  maxIter: { check: integer(1), default: 25 },
  minContrast: { check: number(0, Number.MAX_VALUE), default: 0.02 },
  contrastEpsilon: { check: number(0, Number.MAX_VALUE), default: 10 / 255 ** 2 },
  whiteningEpsilon: { check: number(1e-6, Number.MAX_VALUE), default: 0.1 },
  randomState: randomStateOption,
};

/** What a fit finds. */
interface Model {
  geometry: PatchGeometry;
  codebook: PatchCodebook;
  nPatches: number;
  nIter: number;
  inertia: number;
}

/**
 * k-means features of images (Coates, Ng & Lee 2011, "An analysis of single-layer networks in unsupervised feature
 * learning"): a codebook of small patches is learned, without a label, from the images themselves; an image is then
 * described by how near its patches come to each of the codebook's, summed over the cells of a grid.
 *
 * Rows are images: `height` x `width` pixels of `channels` values, row-major, channels last. A patch is brought to
 * mean 0 and variance 1 (but for `contrastEpsilon`) and whitened. With z its distances to the codebook's K patches,
 * its activations are max(0, mean(z) - z).
 */
export class PatchFeatures {
  readonly options: Readonly<
    PatchFeaturesOptions & Required<Omit<PatchFeaturesOptions, 'height' | 'width' | 'randomState'>>
  >;
  #model: Model | undefined;

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  constructor(options?: PatchFeaturesOptions) {
    this.options = Object.freeze(parseOptions(options, patchFeaturesOptions, 'PatchFeatures'));
    const { nClusters, nPatches } = this.options;
    if (nPatches < nClusters) {
      throw new HandfulError(
        'ERR_INVALID_ARGUMENT',
        `Expected nPatches to be at least nClusters = ${nClusters} but received ${nPatches}`,
      );
    }
  }

  get #found(): Model {
    return fitted(this.#model, 'PatchFeatures');
  }

  /**
   * What was learned: `mean` and `whitening` of normalised patches, and the `centers` of whitened ones, `nClusters`
   * rows of `patchSize` x `patchSize` x `channels` values.
   */
  get codebook(): PatchCodebook {
    return this.#found.codebook;
  }

  /** How patches lie in the images of the fit: the options, sides that were left out filled in. */
  get geometry(): Readonly<PatchGeometry> {
    return this.#found.geometry;
  }

  /** Columns that `transform` gives: `gridSize` x `gridSize` x `nClusters`. */
  get nFeatures(): number {
    const { gridSize, nClusters } = this.options;
    return gridSize * gridSize * nClusters;
  }

  /** Patches that were learned from. */
  get nPatchesSeen(): number {
    return this.#found.nPatches;
  }

  /** Iterations of k-means. */
  get nIter(): number {
    return this.#found.nIter;
  }

  /** Sum over the patches learned from, whitened, of the squared distance to the nearest centre. */
  get inertia(): number {
    return this.#found.inertia;
  }

  /**
   * Learns the codebook from patches of the images in `X`, drawn at random.
   * @throws HandfulError `ERR_INVALID_ARGUMENT`, also where fewer than `nClusters` patches have contrast;
   *   `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async fit(X: MatrixInput, control: Control = {}): Promise<this> {
    checkControl(control, 'PatchFeatures.fit');
    const geometry = patchGeometry(this.options, shapeOf(X, 'X')[1]);
    const { gridSize, nClusters, nPatches, maxIter, minContrast, contrastEpsilon, whiteningEpsilon } =
      this.options;
    requireFilledCells(gridSize, geometry);
    using x = preparedRows(X, 'X');
    return await inTurn(asRandomState(this.options.randomState), control, async (random) => {
      const { randomState, mean, whitening, centers, ...found } = await run(control, (operations, job) =>
        operations.learnPatches(job, x, {
          ...geometry,
          nClusters,
          nPatches,
          maxIter,
          minContrast,
          contrastEpsilon,
          whiteningEpsilon,
          randomState: random.words(),
        }),
      );
      random.setWords(randomState);
      this.#model = { ...found, geometry, codebook: Object.freeze({ mean, whitening, centers }) };
      return this;
    });
  }

  /**
   * The features of the images in `X`, each row by itself: a large `X` may come in parts of a few thousand rows, so
   * that no more of the result than is needed is in memory.
   * @returns rows x `nFeatures`: cells row by row, the `nClusters` sums of a cell side by side; or rows x components
   * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_NOT_FINITE`, `ERR_OUT_OF_MEMORY`; AbortError
   */
  async transform(X: MatrixInput, options?: PatchFeaturesTransformOptions): Promise<FloatMatrix> {
    const description = patchDescription(this);
    const { pca, ...control } = parseOptions<PatchFeaturesTransformOptions>(
      options,
      { pca: { check: optional(instanceOfPca), default: undefined }, ...controlOptions },
      'PatchFeatures.transform',
    );
    const projection = pca?.projection;
    const outputs = projection?.intercept.length ?? this.nFeatures;
    if (projection && projection.coef.length !== outputs * this.nFeatures) {
      const columns = projection.coef.length / outputs;
      throw unfitArgument(
        'pca',
        `components of ${this.nFeatures} columns, the features,`,
        countOf(columns, 'column'),
      );
    }
    return await floatsOf(patchFeatures(X, description, projection, control));
  }

  /** Fits, and answers the features of the same images. */
  async fitTransform(X: MatrixInput, control: Control = {}): Promise<FloatMatrix> {
    checkControl(control, 'PatchFeatures.fitTransform');
    return (await this.fit(X, control)).transform(X, control);
  }
}

/**
 * All that describes an image by its patches, as a backend takes it.
 * @throws HandfulError `ERR_NOT_FITTED`
 */
export function patchDescription({ geometry, codebook, options }: PatchFeatures): BackendOptions {
  const { gridSize, squareRoot, contrastEpsilon } = options;
  return { ...geometry, ...codebook, gridSize, squareRoot, contrastEpsilon };
}

function instanceOfPca(value: unknown, name: string): PCA {
  if (!(value instanceof PCA)) throw invalidArgument(name, 'a PCA', value);
  return value;
}
