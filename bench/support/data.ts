import { loadFashionMnist, loadSyntheticGarments, type Matrix, RandomState } from '../../lib/index.ts';
import { fashionMnistFolder } from '../../test/support/fashion-mnist.ts';

/** Labelled rows to measure on, and what to call them. */
export interface BenchData {
  name: string;
  X: Matrix;
  labels: Int32Array;
  nClasses: number;
}

/**
 * The training images of Fashion-MNIST, from `HANDFUL_DATA` or from beside the repository; the synthetic garments
 * where it is in neither place.
 * @param rows how many, at most 60,000
 */
export async function loadImages(rows: number): Promise<BenchData> {
  const dataset = fashionMnistFolder
    ? await loadFashionMnist({ dir: fashionMnistFolder, download: false })
    : await loadSyntheticGarments({ train: rows, test: 1 });
  const { images, labels } = dataset.train;
  return {
    name: fashionMnistFolder
      ? 'Fashion-MNIST'
      : 'SYNTHETIC garments, because Fashion-MNIST is not here (HANDFUL_DATA names its folder)',
    X: firstRows(images, rows),
    labels: Int32Array.from(labels.subarray(0, rows)),
    nClasses: dataset.classNames.length,
  };
}

/** Groups that the synthetic rows lie in. */
const GROUPS = 200;
const CLASSES = 10;
/** Share of the labels that are wrong, so that no model fits all. */
const WRONG_LABELS = 0.05;

/**
 * Rows such as an embedding model might give: of length 1, scattered around the middles of groups; each group belongs
 * to a class. The same for the same arguments.
 */
export function syntheticEmbeddings(rows: number, columns: number, nClasses = CLASSES): BenchData {
  const random = new RandomState(0);
  const noise = noiseTable(random);
  const middles = Float32Array.from(
    { length: GROUPS * columns },
    () => noise[random.randint(0, noise.length)]!,
  );
  const data = new Float32Array(rows * columns);
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    // The first rows see to it that no class is empty.
    const group = row < nClasses ? row % GROUPS : random.randint(0, GROUPS);
    const wrong = row >= nClasses && random.randomSample() < WRONG_LABELS;
    labels[row] = row < nClasses ? row : wrong ? random.randint(0, nClasses) : group % nClasses;
    const from = random.randint(0, noise.length - columns);
    let squares = 0;
    for (let c = 0; c < columns; c++) {
      const value = middles[group * columns + c]! + 1.5 * noise[from + c]!;
      data[row * columns + c] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares);
    for (let c = 0; c < columns; c++) data[row * columns + c]! /= length;
  }
  return {
    name: `SYNTHETIC embeddings, ${GROUPS} groups, ${100 * WRONG_LABELS} % of the labels wrong`,
    X: { data, shape: [rows, columns] },
    labels,
    nClasses,
  };
}

/** Numbers of mean 0 and variance 1, nearly normal, of which every row takes a stretch: drawing all would take long. */
function noiseTable(random: RandomState): Float32Array {
  const table = new Float32Array(2 ** 21 + 1);
  for (let i = 0; i < table.length; i++) {
    table[i] = 2 * (random.randomSample() + random.randomSample() + random.randomSample() - 1.5);
  }
  return table;
}

/** The same values as 32-bit floats without a scale. */
export function asFloats({ data, shape, scale = 1 }: Matrix): Matrix {
  return { data: Float32Array.from(data, (value) => value * scale), shape };
}

/** The first rows of a matrix. */
export function firstRows({ data, shape, scale }: Matrix, count: number): Matrix {
  return { data: data.slice(0, count * shape[1]), shape: [count, shape[1]], scale };
}
