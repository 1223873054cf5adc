import type { LinearModel, PatchFeaturesOptions } from '../../../binding.d.ts';
import { withMemory } from './backend-error.ts';
import type { SlicedJob } from './job.ts';
import { linearMap } from './linear.ts';
import { center, PatchPlaces } from './patch-geometry.ts';
import { dotProducts, squaredDistances } from './products.ts';
import type { Rows } from './rows.ts';

/** Sums of the patches' activations over the cells of a grid, or what a projection makes of them; see binding.d.ts. */
export async function patchFeatures(
  job: SlicedJob,
  x: Rows,
  options: PatchFeaturesOptions,
  projection?: LinearModel,
): Promise<Float32Array> {
  const { gridSize, squareRoot } = options;
  const extractor = new LineExtractor(x, options);
  const { nClusters, down, across } = extractor;
  const sums = new Float64Array(gridSize * gridSize * nClusters);
  const projected = projection && linearMap(projection, sums.length);
  const width = projected?.outputs ?? sums.length;
  const outputs = new Float64Array(width);
  const out = withMemory(() => new Float32Array(x.rows * width));
  for (let image = 0; image < x.rows; image++) {
    sums.fill(0);
    for (let y = 0; y < down; y++) {
      if (job.isDue) await job.pause({ phase: 'features', done: image, total: x.rows });
      const activations = extractor.activations(image, y);
      const firstCell = Math.floor((y * gridSize) / down) * gridSize;
      for (let place = 0, at = 0; place < across; place++) {
        const to = (firstCell + Math.floor((place * gridSize) / across)) * nClusters;
        for (let k = 0; k < nClusters; k++, at++) sums[to + k] += activations[at];
      }
    }
    for (let i = 0; i < sums.length; i++) sums[i] = Math.fround(squareRoot ? Math.sqrt(sums[i]) : sums[i]);
    projected?.apply(sums, 1, outputs);
    out.set(projected ? outputs : sums, image * width);
  }
  return out;
}

/** Compares a line of an image's patches to the centres of a codebook at a time. */
class LineExtractor {
  readonly nClusters: number;
  readonly #x: Rows;
  readonly #places: PatchPlaces;
  readonly #mean: Float64Array;
  readonly #whitening: Float64Array;
  readonly #centers: Float64Array;
  readonly #addend: number;
  readonly #patch: Float64Array;
  readonly #patches: Float64Array;
  readonly #whitened: Float64Array;
  readonly #distances: Float64Array;

  constructor(x: Rows, options: PatchFeaturesOptions) {
    const places = new PatchPlaces(options);
    const { across, depth } = places;
    this.nClusters = options.centers.length / depth;
    this.#x = x;
    this.#places = places;
    // Read image after image, while the caller may do with its own what it likes.
    this.#mean = options.mean.slice();
    this.#whitening = options.whitening.slice();
    this.#centers = Float64Array.from(options.centers);
    this.#addend = options.contrastEpsilon / (x.scale * x.scale);
    this.#patch = new Float64Array(depth);
    this.#patches = new Float64Array(across * depth);
    this.#whitened = new Float64Array(across * depth);
    this.#distances = new Float64Array(across * this.nClusters);
  }

  /** Lines of patches in an image, and patches in a line. */
  get down(): number {
    return this.#places.down;
  }

  get across(): number {
    return this.#places.across;
  }

  /** For each patch of a line and each centre how much nearer it is than the mean of all centres, or 0. */
  activations(image: number, y: number): Float64Array {
    const { across, depth } = this.#places;
    const { nClusters } = this;
    const distances = this.#distances;
    for (let place = 0; place < across; place++) {
      this.#places.copy(this.#x, image, y, place, this.#patch);
      this.#normalize(place * depth);
    }
    dotProducts(this.#patches, across, this.#whitening, depth, depth, this.#whitened);
    squaredDistances(this.#whitened, across, this.#centers, nClusters, depth, distances);
    for (let from = 0; from < distances.length; from += nClusters) {
      let sum = 0;
      for (let i = from; i < from + nClusters; i++) sum += distances[i] = Math.sqrt(distances[i]);
      for (let i = from; i < from + nClusters; i++)
        distances[i] = Math.max(0, sum / nClusters - distances[i]);
    }
    return distances;
  }

  /** Writes the patch, normalised and less the codebook's mean. One without contrast is all zeros once normalised. */
  #normalize(to: number): void {
    const patch = this.#patch;
    const isFlat = patch.every((value) => value === patch[0]);
    const factor = isFlat ? 0 : 1 / Math.sqrt(center(patch) + this.#addend);
    for (let i = 0; i < patch.length; i++) {
      this.#patches[to + i] = (isFlat ? 0 : patch[i] * factor) - this.#mean[i];
    }
  }
}
