import { setImmediate } from 'node:timers/promises';
import { type Control, controlOptions } from '../backend/run.ts';
import { throwIfAborted } from '../core/errors.ts';
import { integer, type OptionTable, parseOptions } from '../core/options.ts';
import { RandomState } from '../core/random-state.ts';
import { Canvas, IMAGE_SIDE, type Placement } from './canvas.ts';
import type { Dataset, LabelledImages } from './dataset.ts';
import { DRAWS_PER_GARMENT, GARMENTS, Style, strip, turn } from './garments.ts';

export interface SyntheticOptions extends Control {
  /** From 0 to 2^32 - 1; the same seed draws the same images on every machine. Default 0. */
  seed?: number;
  /** Images to learn from, 1 to 1,000,000. Default: 60,000. */
  train?: number;
  /** Images to be scored on, 1 to 1,000,000. Default: 10,000. */
  test?: number;
}

/** Names the formulas: it changes whenever the same seed would draw something else. */
const GENERATOR = 'handful synthetic garments 1';

const NOTICE =
  'SYNTHETIC DATA: these garments were drawn by formula; the figures say nothing about real images.';

const PIXELS = IMAGE_SIDE * IMAGE_SIDE;
const MAX_IMAGES = 1_000_000;

/** Every block of as many images holds one of each kind, in random order, and has a random stream of its own. */
const BLOCK = GARMENTS.length;

/** Blocks drawn between two looks at the event loop. */
const BLOCKS_PER_SLICE = 40;

/** The same with defaults filled in. */
interface ResolvedOptions extends Control {
  seed: number;
  train: number;
  test: number;
}

const table: OptionTable<ResolvedOptions> = {
  ...controlOptions,
  seed: { check: integer(0, 2 ** 32 - 1), default: 0 },
  train: { check: integer(1, MAX_IMAGES), default: 60_000 },
  test: { check: integer(1, MAX_IMAGES), default: 10_000 },
};

/**
 * Draws the built-in stand-in for Fashion-MNIST: images of 28 x 28 bytes of the same ten kinds of garment, several
 * looks each, with changing cut, fabric, light and place, with noise, and partly covered. What image i of a part
 * shows depends on the seed, the part and i alone, not on how many are drawn.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 * @throws AbortError when `signal` aborts
 */
export async function loadSyntheticGarments(given?: SyntheticOptions): Promise<Dataset> {
  const { seed, train, test, signal, onProgress } = parseOptions(given, table, 'loadSyntheticGarments');
  const total = train + test;
  const noise = noiseOf(new RandomState(seed));
  const draw = async (part: number, count: number, before: number): Promise<LabelledImages> => {
    // Clamped, so that noise may go beyond black and white.
    const data = new Uint8ClampedArray(count * PIXELS);
    const labels = new Uint8Array(count);
    const painter = new Painter(noise);
    for (let start = 0; start < count; start += BLOCK * BLOCKS_PER_SLICE) {
      const end = Math.min(count, start + BLOCK * BLOCKS_PER_SLICE);
      for (let i = start; i < end; i += BLOCK) {
        painter.paintBlock(new RandomState(streamSeed(seed, part, i / BLOCK)), data, labels, i);
      }
      onProgress?.({ phase: 'draw', done: before + end, total });
      await setImmediate();
      throwIfAborted(signal);
    }
    return { images: { data: new Uint8Array(data.buffer), shape: [count, PIXELS], scale: 1 / 255 }, labels };
  };
  return {
    name: 'synthetic',
    synthetic: true,
    notice: NOTICE,
    classNames: GARMENTS.map(({ name }) => name),
    image: { height: IMAGE_SIDE, width: IMAGE_SIDE, channels: 1 },
    train: await draw(0, train, 0),
    test: await draw(1, test, train),
    source: async () => ({ kind: 'generator', generator: GENERATOR, seed }),
  };
}

/** A seed for each block of each part: for one seed of the user no two are the same. */
function streamSeed(seed: number, part: number, block: number): number {
  return scramble(scramble(seed) ^ (block * 2 + part));
}

/** The finaliser of MurmurHash3: a bijection of 32 bits that leaves no pattern. */
function scramble(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

const NOISE_LENGTH = 2 ** 16;

/** Noise of mean 0 and standard deviation 1, nearly normal: images take their share from anywhere in it. */
function noiseOf(randomState: RandomState): Float32Array {
  const terms = 4;
  const draws = randomState.randomSample(NOISE_LENGTH * terms);
  return Float32Array.from({ length: NOISE_LENGTH }, (_, i) => {
    let sum = -terms / 2;
    for (let j = 0; j < terms; j++) sum += draws[i * terms + j]!;
    return sum / Math.sqrt(terms / 12);
  });
}

/** Paints images, one after the other, on one canvas. */
class Painter {
  readonly #canvas = new Canvas();
  readonly #noise: Float32Array;

  constructor(noise: Float32Array) {
    this.#noise = noise;
  }

  /** Paints one image of each kind in random order, as many as there is room for. */
  paintBlock(randomState: RandomState, data: Uint8ClampedArray, labels: Uint8Array, start: number): void {
    const order = randomState.permutation(BLOCK);
    const end = Math.min(labels.length, start + BLOCK);
    for (let i = start; i < end; i++) {
      labels[i] = order[i - start]!;
      const style = new Style(randomState.randomSample(DRAWS_PER_GARMENT));
      this.#paint(labels[i]!, style, data.subarray(i * PIXELS, (i + 1) * PIXELS));
    }
  }

  #paint(kind: number, style: Style, image: Uint8ClampedArray): void {
    this.#canvas.begin(placementOf(style));
    const contrast = 255 * style.between(0.8, 1);
    const noise = 255 * style.between(0.01, 0.06);
    const noiseStart = Math.floor(style.between(0, NOISE_LENGTH - PIXELS));
    GARMENTS[kind]!.paint(this.#canvas, style);
    if (style.chance(0.2)) paintCover(this.#canvas, style);
    const { pixels } = this.#canvas;
    const grain = this.#noise.subarray(noiseStart, noiseStart + PIXELS);
    for (let i = 0; i < PIXELS; i++) image[i] = contrast * pixels[i]! + noise * grain[i]!;
  }
}

/** Where the garment lies: a little off the middle, turned, slanted, larger or smaller. */
function placementOf(style: Style): Placement {
  const [cosine, sine] = turn(style.between(-0.03, 0.03));
  const slant = style.between(-0.05, 0.05);
  const width = style.between(0.86, 1);
  const height = style.between(0.88, 1);
  return {
    xx: cosine * width,
    xy: (slant - sine) * height,
    x0: style.between(-0.07, 0.07),
    yx: sine * width,
    yy: cosine * height,
    y0: style.between(-0.06, 0.06),
  };
}

/** Something that lies before the garment: a band of one tone across the image, or a patch of it. */
function paintCover(canvas: Canvas, style: Style): void {
  const x = style.between(-0.9, 0.9);
  const y = style.between(-0.9, 0.9);
  const tone = style.between(0, 1);
  const reach = style.pick(0.35, 2);
  const width = style.between(0.15, 0.4);
  const [across, down] = turn(style.between(-1, 1));
  const flat = { rows: new Float32Array(IMAGE_SIDE).fill(tone), columns: new Float32Array(IMAGE_SIDE) };
  const [dx, dy] = [across * reach, down * reach];
  canvas.fill(strip(x - dx, y - dy, x + dx, y + dy, width), flat);
}
