import { type Control, controlOptions } from '../backend/run.ts';
import { HandfulError } from '../core/errors.ts';
import { boolean, type OptionTable, oneOf, parseOptions } from '../core/options.ts';
import type { Dataset } from './dataset.ts';
import { loadFashionMnist } from './fashion-mnist.ts';
import { folderPath } from './idx-dataset.ts';
import { loadSyntheticGarments } from './synthetic.ts';

/** The datasets one may ask for; `'auto'` is Fashion-MNIST where it can be had, else the synthetic one. */
export const DATASET_CHOICES = ['auto', 'fashion-mnist', 'synthetic'] as const;

export type DatasetChoice = (typeof DATASET_CHOICES)[number];

export interface LoadDatasetOptions extends Control {
  /**
   * `'fashion-mnist'`, `'synthetic'`, or `'auto'`: Fashion-MNIST if it is present or reachable, else synthetic, with a
   * `notice` that says so. Default `'auto'`.
   */
  dataset?: DatasetChoice;
  /** The folder of Fashion-MNIST's files. Default: the environment's `HANDFUL_DATA`. */
  dir?: string;
  /** Whether Fashion-MNIST may be downloaded. Default: true. */
  download?: boolean;
}

/** What the synthetic set's notice begins with where it is a makeshift. */
const UNAVAILABLE =
  'Fashion-MNIST is neither present nor reachable (--dataset fashion-mnist tells how to provide it).';

const table: OptionTable<LoadDatasetOptions> = {
  ...controlOptions,
  dataset: { check: oneOf(...DATASET_CHOICES), default: 'auto' },
  dir: { check: folderPath, default: undefined },
  download: { check: boolean, default: true },
};

/**
 * Loads the dataset asked for. With `'auto'`, the synthetic one takes the place of Fashion-MNIST only where that is
 * neither present nor reachable; its `notice` says so.
 * @throws HandfulError `ERR_DATASET` where `'fashion-mnist'` is neither present nor reachable, telling the three
 *   ways to provide it; `ERR_FILE_FORMAT` where a file of it is damaged; `ERR_INVALID_ARGUMENT`
 * @throws AbortError when `signal` aborts
 */
export async function loadDataset(given?: LoadDatasetOptions): Promise<Dataset> {
  const { dataset, ...options } = parseOptions(given, table, 'loadDataset');
  const { dir, download, ...control } = options;
  if (dataset === 'synthetic') return loadSyntheticGarments(control);
  try {
    return await loadFashionMnist(options);
  } catch (error) {
    const unavailable = error instanceof HandfulError && error.code === 'ERR_DATASET';
    if (dataset === 'fashion-mnist' || !unavailable) throw error;
    const synthetic = await loadSyntheticGarments(control);
    return { ...synthetic, notice: `${UNAVAILABLE} ${synthetic.notice}` };
  }
}
