import type { LinearModel, PatchCodebook, PatchFeaturesOptions } from '../../../binding.d.ts';
import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';
import { PackedLinear } from './linear.ts';
import { PackedVectors } from './packed-vectors.ts';
import { center, PatchPlaces } from './patch-geometry.ts';
import { whiten } from './patch-whitening.ts';
import { RowBlock } from './row-blocks.ts';
import { Rows } from './rows.ts';
import { dot } from './vectors.ts';

/** Patches whose distances are computed at a time. */
const BLOCK_PATCHES = 64;

/**
 * A distance is taken from |w|² - 2 w·c + |c|² where its square is above this share of |w|², else by differences:
 * the terms' rounding, 2^-50 of them, must not show in its root.
 */
const NEAR = 2 ** -24;

/** Sums of the patches' activations over the cells of a grid, or what a projection makes of them; see binding.d.ts. */
export async function patchFeatures(
  job: SlicedJob,
  x: Rows,
  options: PatchFeaturesOptions,
  projection?: LinearModel,
): Promise<Float32Array> {
  const extractor = new Extractor(x, options);
  const { nFeatures, lines } = extractor;
  const projected = projection && new ProjectedImage(projection, nFeatures);
  const width = projected?.outputs ?? nFeatures;
  const out = withMemory(() => new Float32Array(x.rows * width));
  for (let image = 0; image < x.rows; image++) {
    for (let line = 0; line < lines; line++) {
      if (job.isDue) await job.pause({ phase: 'features', done: image, total: x.rows });
      extractor.addLine(image, line);
    }
    const to = out.subarray(image * width, (image + 1) * width);
    extractor.finish(projected?.features ?? to);
    projected?.apply(to);
  }
  return out;
}

/** The features of one image, and what a linear model makes of them. */
class ProjectedImage {
  readonly #image: Rows;
  readonly #block: RowBlock;
  readonly #model: PackedLinear;
  readonly #scores: Float64Array;

  constructor(model: LinearModel, nFeatures: number) {
    this.#image = new Rows(new Float32Array(nFeatures), 1, nFeatures, 1);
    this.#block = new RowBlock(1, nFeatures);
    this.#model = new PackedLinear(model, nFeatures, 1);
    this.#scores = new Float64Array(this.#model.width);
  }

  get outputs(): number {
    return this.#model.outputs;
  }

  /** Where the features go. */
  get features(): Float32Array {
    return this.#image.data as Float32Array;
  }

  apply(out: Float32Array): void {
    this.#block.load(this.#image, 0, 1);
    this.#model.apply(this.#block, this.#scores);
    out.set(this.#scores.subarray(0, this.outputs));
  }
}

/** Computes the features of one image after another. */
class Extractor {
  readonly #nClusters: number;
  readonly #x: Rows;
  readonly #codebook: PatchCodebook;
  readonly #places: PatchPlaces;
  readonly #gridSize: number;
  readonly #squareRoot: boolean;
  readonly #addend: number;
  readonly #squaredNorms: Float64Array;
  readonly #packed: PackedVectors;
  readonly #flatActivations: Float64Array;
  /** Whitened patches that wait for their distances, in its elements, and the cell of each. */
  readonly #waiting: Rows;
  readonly #cells = new Int32Array(BLOCK_PATCHES);
  #count = 0;
  readonly #block: RowBlock;
  readonly #dots: Float64Array;
  readonly #distances: Float64Array;
  readonly #patch: Float64Array;
  readonly #whitened: Float64Array;
  readonly #sums: Float64Array;

  constructor(x: Rows, options: PatchFeaturesOptions) {
    const { gridSize, squareRoot, contrastEpsilon } = options;
    this.#x = x;
    // Read image after image, while the caller may do with its own what it likes.
    this.#codebook = {
      mean: options.mean.slice(),
      whitening: options.whitening.slice(),
      centers: options.centers.slice(),
    };
    this.#places = new PatchPlaces(options);
    this.#gridSize = gridSize;
    this.#squareRoot = squareRoot;
    this.#addend = contrastEpsilon / (x.scale * x.scale);
    const { depth } = this.#places;
    this.#nClusters = options.centers.length / depth;
    this.#packed = new PackedVectors(this.#nClusters, depth);
    this.#squaredNorms = new Float64Array(this.#nClusters);
    for (let k = 0; k < this.#nClusters; k++) {
      this.#packed.set(k, this.#codebook.centers, k * depth, 1);
      const center = Float64Array.from(this.#codebook.centers.subarray(k * depth, (k + 1) * depth));
      this.#squaredNorms[k] = dot(center, center);
    }
    this.#waiting = new Rows(new Float32Array(BLOCK_PATCHES * depth), BLOCK_PATCHES, depth, 1);
    this.#block = new RowBlock(BLOCK_PATCHES, depth);
    this.#dots = new Float64Array(BLOCK_PATCHES * this.#packed.width);
    this.#distances = new Float64Array(this.#nClusters);
    this.#patch = new Float64Array(depth);
    this.#whitened = new Float64Array(depth);
    this.#sums = new Float64Array(gridSize * gridSize * this.#nClusters);
    this.#flatActivations = this.#activationsOfFlatPatch();
  }

  /** Features of an image. */
  get nFeatures(): number {
    return this.#sums.length;
  }

  /** Lines of patches in an image. */
  get lines(): number {
    return this.#places.down;
  }

  /** Adds a line of an image's patches. */
  addLine(image: number, y: number): void {
    const { down, across } = this.#places;
    const firstCell = Math.floor((y * this.#gridSize) / down) * this.#gridSize;
    for (let x = 0; x < across; x++) {
      this.#add(image, y, x, firstCell + Math.floor((x * this.#gridSize) / across));
    }
  }

  /** Hands out the features of the image whose lines were added. */
  finish(out: Float32Array): void {
    this.#flush();
    out.set(this.#squareRoot ? this.#sums.map(Math.sqrt) : this.#sums);
    this.#sums.fill(0);
  }

  #add(image: number, y: number, x: number, cell: number): void {
    const patch = this.#patch;
    this.#places.copy(this.#x, image, y, x, patch);
    if (isFlat(patch)) {
      const to = cell * this.#nClusters;
      for (let k = 0; k < this.#nClusters; k++) this.#sums[to + k] += this.#flatActivations[k];
      return;
    }
    const factor = 1 / Math.sqrt(center(patch) + this.#addend);
    for (let i = 0; i < patch.length; i++) patch[i] *= factor;
    this.#put(patch, cell);
    if (this.#count === BLOCK_PATCHES) this.#flush();
  }

  /** Whitens a normalised patch and lets it wait. */
  #put(patch: Float64Array, cell: number): void {
    whiten(this.#codebook, patch, this.#whitened);
    this.#waiting.data.set(this.#whitened, this.#count * patch.length);
    this.#cells[this.#count++] = cell;
  }

  /** Adds the activations of the patches that wait. */
  #flush(): void {
    this.#block.load(this.#waiting, 0, this.#count);
    this.#packed.dots(this.#block, this.#dots);
    for (let i = 0; i < this.#count; i++) this.#addActivations(i);
    this.#count = 0;
  }

  #addActivations(i: number): void {
    const distances = this.#distances;
    const sums = this.#sums;
    const to = this.#cells[i] * this.#nClusters;
    const mean = this.#measure(i) / this.#nClusters;
    for (let k = 0; k < distances.length; k++) {
      if (distances[k] < mean) sums[to + k] += mean - distances[k];
    }
  }

  /** The distances of the patch that waits in place `i` to all centres; returns their sum. */
  #measure(i: number): number {
    const distances = this.#distances;
    const { dense, squaredNorms } = this.#block;
    const { centers } = this.#codebook;
    const { depth } = this.#places;
    const norm = squaredNorms[i];
    let sum = 0;
    for (let k = 0, at = i * this.#packed.width; k < distances.length; k++, at++) {
      let squared = norm + this.#squaredNorms[k] - 2 * this.#dots[at];
      if (squared <= NEAR * norm) {
        squared = 0;
        for (let d = 0; d < depth; d++) squared += (dense[i * depth + d] - centers[k * depth + d]) ** 2;
      }
      distances[k] = Math.sqrt(squared);
      sum += distances[k];
    }
    return sum;
  }

  /** A patch without contrast is all zeros once normalised: many are, and their activations the same. */
  #activationsOfFlatPatch(): Float64Array {
    this.#put(new Float64Array(this.#places.depth), 0);
    this.#flush();
    const activations = this.#sums.slice(0, this.#nClusters);
    this.#sums.fill(0);
    return activations;
  }
}

function isFlat(patch: Float64Array): boolean {
  for (let i = 1; i < patch.length; i++) if (patch[i] !== patch[0]) return false;
  return true;
}
